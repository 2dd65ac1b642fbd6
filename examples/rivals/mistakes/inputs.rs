//! The inputs. In a file `¤1` stands where the first mistake can be said to be, `¤2` where the second can, and so on; it is
//! taken out. Each file begins with blank lines, so that the number of no line is said by chance, nor as an offset.

/// What is planted for a secret.
pub(crate) const SECRET: &str = "hunter2";

pub(crate) struct Input {
    pub(crate) what: &'static str,
    /// The lowest first.
    pub(crate) files: &'static [File],
    /// By the path of the key.
    pub(crate) variables: &'static [(&'static [&'static str], &'static str)],
    pub(crate) mistakes: &'static [Mistake],
    /// Whether the secret is in it.
    pub(crate) secret: bool,
}

pub(crate) struct File {
    pub(crate) name: &'static str,
    marked: &'static str,
}

pub(crate) struct Mistake {
    /// The key, and the word that is wrong.
    pub(crate) words: &'static [&'static str],
    /// What is to be written instead, or what is to be done; none where nobody can know.
    pub(crate) remedies: &'static [&'static str],
}

/// Where a mistake can be said to be. Lines and columns are from 1, columns in characters.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// The line.
    pub(crate) text: String,
}

impl File {
    pub(crate) fn extension(&self) -> &'static str {
        self.name.rsplit('.').next().expect("there is one")
    }

    /// What is written into the file.
    pub(crate) fn text(&self) -> String {
        without_marks(&self.padded())
    }

    /// The places of a mistake by its number, from 1.
    pub(crate) fn places(&self, number: usize) -> Vec<Place> {
        let (padded, mark) = (self.padded(), format!("¤{number}"));
        let lines = padded.lines().enumerate().flat_map(|(index, line)| {
            let marks = line.match_indices(&mark).map(move |(at, _)| Place {
                line: index as u32 + 1,
                column: without_marks(&line[..at]).chars().count() as u32 + 1,
                text: without_marks(line),
            });
            marks.collect::<Vec<_>>()
        });
        lines.collect()
    }

    fn padded(&self) -> String {
        const PADDING: usize = 40;
        (" ".repeat(30) + "\n").repeat(PADDING) + self.marked
    }
}

/// The text without the marks, each with its digit.
fn without_marks(text: &str) -> String {
    let mut pieces = text.split('¤');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + &piece[1..])
}

const fn toml(marked: &'static str) -> File {
    File { name: "app.toml", marked }
}

const fn yaml(marked: &'static str) -> File {
    File { name: "app.yaml", marked }
}

const fn json(marked: &'static str) -> File {
    File { name: "app.json", marked }
}

const fn mistake(words: &'static [&'static str], remedies: &'static [&'static str]) -> Mistake {
    Mistake { words, remedies }
}

/// One of files alone, without a secret.
const fn input(what: &'static str, files: &'static [File], mistakes: &'static [Mistake]) -> Input {
    Input { what, files, variables: &[], mistakes, secret: false }
}

const fn with_secret(input: Input) -> Input {
    Input { secret: true, ..input }
}

/// A file in which nothing is wrong.
const GOOD: &str = "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n";

pub(crate) const INPUTS: &[Input] = &[
    input(
        "TOML: a number beyond its type",
        &[toml(
            "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\n¤1port = ¤170000\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["port", "70000"], &["65535"])],
    ),
    input(
        "TOML: a word for a number",
        &[toml(
            "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n¤1workers = ¤1\"many\"\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["workers", "many"], &[])],
    ),
    input(
        "TOML: an unknown key",
        &[toml(
            "name = \"shop\"\n¤1lvel = \"info\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["lvel"], &["level"])],
    ),
    input(
        "TOML: an unknown key in a section, in the place of a required one",
        &[toml(
            "name = \"shop\"\n¤2[¤2server]\nhost = \"127.0.0.1\"\n¤1prot = 8080\n[database]\nurl = \"db\"\n",
        )],
        &[
            mistake(&["prot"], &["`port`", "\"port\""]),
            mistake(&["missing field `port`", "server.port", "port:"], &[]),
        ],
    ),
    input(
        "TOML: the name of a section misspelt",
        &[toml(
            "name = \"shop\"\n¤1[¤1sever]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n",
        )],
        &[
            mistake(&["sever"], &["`server`", "\"server\""]),
            mistake(&["missing field `server`", "server.port"], &[]),
        ],
    ),
    input(
        "TOML: a key that is missing",
        &[toml("name = \"shop\"\n¤1[¤1server]\nhost = \"127.0.0.1\"\n[database]\nurl = \"db\"\n")],
        &[mistake(&["port"], &[])],
    ),
    input(
        "TOML: a name that the type does not have",
        &[toml(
            "name = \"shop\"\n¤1level = ¤1\"wraning\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["level", "wraning"], &["warning", "Warning"])],
    ),
    input(
        "TOML: three values of wrong types",
        &[toml(
            "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\n¤1port = ¤1\"http\"\n¤2workers = ¤2-1\n¤3ratio = ¤3\"half\"\n\
             [database]\nurl = \"db\"\n",
        )],
        &[
            mistake(&["port", "http"], &[]),
            mistake(&["workers", "-1"], &[]),
            mistake(&["ratio", "half"], &[]),
        ],
    ),
    input(
        "TOML: a list in the place of a section",
        &[toml("name = \"shop\"\n¤1server = ¤1[\"127.0.0.1\", ¤1\"8080\"]\n[database]\nurl = \"db\"\n")],
        &[mistake(&["server", "8080"], &[])],
    ),
    input(
        "TOML: a word for a truth value",
        &[toml(
            "name = \"shop\"\n¤1debug = ¤1\"enabled\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["debug", "enabled"], &["true"])],
    ),
    input(
        "TOML: a text that is not closed",
        &[toml(
            "¤1name = ¤1\"shop¤1\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["name", "string", "quote"], &["\"", "quote"])],
    ),
    input(
        "TOML: a key without a value",
        &[toml("name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\n¤1port =¤1\n[database]\nurl = \"db\"\n")],
        &[mistake(&["port", "value", "expression"], &[])],
    ),
    input(
        "TOML: a key twice",
        &[toml(
            "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\n¤1port = 8080\n¤1port = ¤19090\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["port", "duplicate"], &[])],
    ),
    with_secret(input(
        "TOML: a secret of the wrong type",
        &[toml(
            "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n¤1pin = ¤1\"hunter2\"\n",
        )],
        &[mistake(&["pin"], &[])],
    )),
    with_secret(input(
        "TOML: a secret without its quotes",
        &[toml(
            "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n¤1password = ¤1hunter2\n",
        )],
        &[mistake(&["password", "quot", "value"], &["quot", "`\"`"])],
    )),
    input(
        "TOML: one item of a list is wrong",
        &[toml(
            "name = \"shop\"\n¤1tags = [\"a\", ¤1{ b = 1 }]\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n[database]\nurl = \"db\"\n",
        )],
        &[mistake(&["tags"], &[])],
    ),
    input(
        "TOML: one entry of a map is wrong",
        &[toml(
            "name = \"shop\"\nlimits = { small = 1, ¤1burst = ¤1\"lots\" }\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n\
             [database]\nurl = \"db\"\n",
        )],
        &[mistake(&["burst", "lots"], &[])],
    ),
    input(
        "YAML: a number beyond its type, and an unknown key",
        &[yaml(
            "name: shop\n¤2debgu: true\nserver:\n  host: 127.0.0.1\n  ¤1port: ¤170000\ndatabase:\n  url: db\n",
        )],
        &[mistake(&["port", "70000"], &["65535"]), mistake(&["debgu"], &["`debug`", "\"debug\""])],
    ),
    input(
        "YAML: a list that is not closed",
        &[yaml(
            "name: shop\n¤1tags: ¤1[a, b\n¤1server¤1:¤1\n  host: 127.0.0.1\n  port: 8080\ndatabase:\n  url: db\n",
        )],
        &[mistake(&["tags", "sequence", "list", "bracket", "]"], &["]"])],
    ),
    input(
        "YAML: a tab for an indent",
        &[yaml("name: shop\nserver:\n¤1\t¤1host: 127.0.0.1\n  port: 8080\ndatabase:\n  url: db\n")],
        &[mistake(&["tab", "indent"], &["space"])],
    ),
    with_secret(input(
        "YAML: a secret of the wrong type",
        &[yaml(
            "name: shop\nserver:\n  host: 127.0.0.1\n  port: 8080\ndatabase:\n  url: db\n  ¤1pin: ¤1hunter2\n",
        )],
        &[mistake(&["pin"], &[])],
    )),
    input(
        "JSON: a comma that is missing",
        &[json(
            "{\n  \"name\": \"shop\",\n  \"server\": {\n    \"host\": \"127.0.0.1\",\n    \"port\": 8080¤1\n    \
             ¤1\"¤1workers\": 4\n  },\n  \"database\": {\"url\": \"db\"}\n}\n",
        )],
        &[mistake(&["comma", "','", "`,`", "workers", "}"], &["comma", "','", "`,`"])],
    ),
    input(
        "JSON: a word for a number",
        &[json(
            "{\n  \"name\": \"shop\",\n  \"server\": {\n    \"host\": \"127.0.0.1\",\n    ¤1\"port\": ¤1\"http\"\n  },\n  \
             \"database\": {\"url\": \"db\"}\n}\n",
        )],
        &[mistake(&["port", "http"], &[])],
    ),
    with_secret(input(
        "JSON: a secret without its quotes",
        &[json(
            "{\n  \"name\": \"shop\",\n  \"server\": {\"host\": \"127.0.0.1\", \"port\": 8080},\n  \"database\": {\n    \
             \"url\": \"db\",\n    ¤1\"password\": ¤1hunter2\n  }\n}\n",
        )],
        &[mistake(&["password", "quot", "value"], &["quot"])],
    )),
    Input {
        what: "a variable: a word for a number",
        files: &[File { name: "app.toml", marked: GOOD }],
        variables: &[(&["server", "port"], "http")],
        mistakes: &[mistake(&["port", "PORT", "http"], &[])],
        secret: false,
    },
    Input {
        what: "a variable: its name misspelt",
        files: &[File { name: "app.toml", marked: GOOD }],
        variables: &[(&["server", "wokers"], "8")],
        mistakes: &[mistake(&["wokers", "WOKERS"], &["workers", "WORKERS"])],
        secret: false,
    },
    Input {
        what: "a variable: a secret of the wrong type",
        files: &[File { name: "app.toml", marked: GOOD }],
        variables: &[(&["database", "pin"], "hunter2")],
        mistakes: &[mistake(&["pin", "PIN"], &[])],
        secret: true,
    },
    input(
        "two layers: a wrong value in the upper one",
        &[
            File { name: "base.toml", marked: GOOD },
            File { name: "local.toml", marked: "[server]\n¤1port = ¤1\"http\"\n" },
        ],
        &[mistake(&["port", "http"], &[])],
    ),
    input(
        "two layers: an unknown key in the lower one, and a wrong value in the upper one",
        &[
            File {
                name: "base.toml",
                marked: "name = \"shop\"\n[server]\nhost = \"127.0.0.1\"\nport = 8080\n¤1wokers = 8\n[database]\nurl = \"db\"\n",
            },
            File { name: "local.toml", marked: "\n\n[server]\n¤2ratio = ¤2\"half\"\n" },
        ],
        &[mistake(&["wokers"], &["`workers`", "\"workers\""]), mistake(&["ratio", "half"], &[])],
    ),
    input(
        "two layers: both are broken",
        &[
            File { name: "base.toml", marked: "name = \"shop\"\n¤1[server¤1\n¤1host = \"127.0.0.1\"\n" },
            File { name: "local.toml", marked: "\n\n\n\n[server]\n¤2port =¤2\n" },
        ],
        &[mistake(&["base.toml"], &["]"]), mistake(&["local.toml"], &[])],
    ),
];

const _: () = assert!(INPUTS.len() == 30);
