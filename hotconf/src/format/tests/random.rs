//! Random trees that must be read back as they were written, and damaged texts that must do no harm.

use super::*;

const FORMATS: &[Format] = &[
    #[cfg(feature = "toml")]
    Format::Toml,
    #[cfg(feature = "yaml")]
    Format::Yaml,
    #[cfg(feature = "json")]
    Format::Json,
];

/// Small, known, and the same in every run.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// A random tree as text, and where its keys and values stand.
struct Sample {
    format: Format,
    random: Lcg,
    text: String,
    places: Vec<(KeyPath, usize, usize)>,
}

impl Sample {
    /// With the value that it is to be read as.
    fn new(format: Format, seed: usize) -> (Self, Value) {
        let mut sample = Self { format, random: Lcg(seed as u64), text: String::new(), places: Vec::new() };
        let root = KeyPath::default();
        let value = if format == Format::Toml { sample.document() } else { sample.map(&root, 0) };
        (sample, value)
    }

    /// TOML has no brackets around its top level.
    fn document(&mut self) -> Value {
        let entries = (0..self.random.below(6)).map(|number| {
            let entry = self.entry(&KeyPath::default(), number, 0);
            self.text.push('\n');
            entry
        });
        Value::Map(entries.collect())
    }

    fn space(&mut self) {
        let spaces: &[&str] =
            if self.format == Format::Toml { &["", " ", "\t"] } else { &["", " ", "\n ", "\r\n   "] };
        let space = self.random.pick(spaces);
        self.text.push_str(space);
    }

    fn map(&mut self, path: &KeyPath, depth: usize) -> Value {
        let mut entries = std::collections::BTreeMap::new();
        self.items('{', '}', |sample, number| entries.extend([sample.entry(path, number, depth)]));
        Value::Map(entries)
    }

    fn list(&mut self, path: &KeyPath, depth: usize) -> Value {
        let mut items = Vec::new();
        self.items('[', ']', |sample, number| {
            let path = path.join(&number.to_string());
            sample.places.push((path.clone(), sample.text.len(), sample.text.len()));
            items.push(sample.value(&path, depth + 1));
        });
        Value::List(items)
    }

    fn items(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self, usize)) {
        self.text.push(open);
        let count = self.random.below(5);
        for number in 0..count {
            self.space();
            item(self, number);
            self.space();
            self.text.push_str(if number + 1 < count { "," } else { "" });
        }
        self.text.push(close);
    }

    /// Keys differ by their number, and come in any order.
    fn entry(&mut self, path: &KeyPath, number: usize, depth: usize) -> (String, Value) {
        let key = format!("{}{}{number}", self.word(), self.random.pick(&["z", "é", "", "<<", "0"]));
        let (path, key_at) = (path.join(&key), self.text.len());
        self.text.push_str(&serde_json::to_string(&key).unwrap());
        self.text.push_str(if self.format == Format::Toml { " = " } else { ": " });
        self.places.push((path.clone(), key_at, self.text.len()));
        let value = self.value(&path, depth + 1);
        (key, value)
    }

    fn word(&mut self) -> String {
        let words = [
            "", "a", "ä", "null", "~", "yes", "1", "0x1f", "#x", " ", "- ", "\"", "\\", "\n", "🦀", "{",
            "*a", ": ", "\u{1}",
        ];
        let (first, second) = (self.random.pick(&words), self.random.pick(&words));
        format!("{first}{second}")
    }

    fn value(&mut self, path: &KeyPath, depth: usize) -> Value {
        let (text, value) = match self.random.below(if depth < 4 { 9 } else { 6 }) {
            0 => ("true".to_owned(), Value::Bool(true)),
            1 => {
                let number = self.random.below(1 << 31) as i128 - (1 << 30);
                (number.to_string(), Value::Integer(number))
            }
            2 => {
                let number = self.random.below(1 << 30) as i128 * 100_000_000_000_000;
                (number.to_string(), Value::Integer(number))
            }
            3 => {
                let number =
                    (self.random.below(1 << 20) as f64 + 0.5) * self.random.pick(&[1.0, 1e-3, 1e-12]);
                (format!("{number:?}"), Value::Float(number))
            }
            4 if self.format != Format::Toml => ("null".to_owned(), Value::Null),
            6 | 7 => return self.map(path, depth),
            8 => return self.list(path, depth),
            _ => {
                let word = self.word();
                (serde_json::to_string(&word).unwrap(), Value::String(word))
            }
        };
        self.text.push_str(&text);
        value
    }
}

#[test]
fn random_trees_are_read_back_with_their_places() {
    for &format in FORMATS {
        for seed in 0..600 {
            let (Sample { text, places, .. }, value) = Sample::new(format, seed);
            let stack = layer(format, &text);
            assert_eq!(Merged::root(&stack).to_value(), Some(value), "{} {text}", format.name());
            for (path, key, value) in places {
                let here = at(&stack, path.as_str());
                for (place, offset) in [(Place::Key, key), (Place::Value, value)] {
                    let origin = here.origin(place).unwrap_or_else(|| panic!("no {path} in {text}"));
                    let (line, column) = crate::tree::line_and_column(&text, offset);
                    let found = (origin.line(), origin.column());
                    let what = || format!("{place:?} of {path} in {} {text}", format.name());
                    assert_eq!(found, (Some(line), Some(column)), "{}", what());
                }
            }
        }
    }
}

const SECRET: &str = "hunter2";

/// Whether the text is refused. Neither that nor a question for a place may tell the secret.
fn refuses(format: Format, text: &str) -> bool {
    match read(format, text) {
        Ok(layer) => {
            let stack = [Arc::new(layer)];
            let places = Merged::root(&stack)
                .keys()
                .filter_map(|(_, entry)| entry.origin(Place::Value)?.line())
                .count();
            assert_eq!(places, Merged::root(&stack).key_count(), "{} {text:?}", format.name());
            false
        }
        Err(problems) => {
            for problem in &problems {
                let told = problem.to_string();
                assert!(!told.contains(SECRET), "{} {text:?}: {told}", format.name());
                assert!(!problem.message().contains('\n'), "{} {text:?}: {told}", format.name());
                assert!(problem.origin().unwrap().line().is_some(), "{} {text:?}: {told}", format.name());
            }
            true
        }
    }
}

#[test]
fn no_message_quotes_a_value() {
    let broken = [
        "hunter2 = ",
        "hunter2: hunter2: x",
        "'hunter2",
        "\"hunter2",
        "\"hunter2\\q\"",
        "\"hunter2\\ud800\"",
        "\"hunter2\u{0}\"",
        "\"\\xhunter2\"",
        "\"\"\"hunter2",
        "'''hunter2",
        "'hunter2' hunter2",
        "\"hunter2\" hunter2",
        "[hunter2",
        "[\"hunter2\" \"hunter2\"",
        "{\"a\": hunter2",
        "{\"hunter2\"",
        "{hunter2: [}",
        "{\"a\": \"hunter2\", \"a\": \"hunter2\"",
        "*hunter2",
        "&hunter2 *hunter2",
        "!hunter2 x",
        "!!hunter2 x",
        "!<hunter2 x",
        "!!int hunter2",
        "!!binary hunter2",
        "%hunter2",
        "@hunter2",
        "`hunter2`",
        "|hunter2",
        ">9hunter2",
        "- hunter2\n hunter2: x",
        "\thunter2:\t\t- hunter2",
        "2026-13-45hunter2: -",
        "1e5hunter2 ]",
        "hunter2\u{1}",
        "#hunter2\u{0}",
        "hunter2\n  hunter2:\n hunter2",
    ];
    for &format in FORMATS {
        let (before, after) = match format {
            Format::Toml => ("é = 'ä'\nx = ", "\ny = 1\n"),
            Format::Yaml => ("é: 'ä'\nx: ", "\ny: 1\nz: ]\n"),
            Format::Json => ("{\"é\": \"ä\",\n\"x\": ", "}"),
        };
        let mut refused = 0;
        for text in broken {
            refused += usize::from(refuses(format, &[before, text, after].concat()));
            for (before, after) in [("", ""), ("", after), (before, "")] {
                refuses(format, &[before, text, after].concat());
            }
        }
        assert_eq!(refused, broken.len(), "{}", format.name());
    }
}

/// A text of the format with something struck from it or written into it, in a few places.
pub(super) fn damaged(format: Format, seed: usize) -> String {
    let pieces = [
        "", "\"", "'", "\\", "\n", "[", "]", "{", "}", ":", ",", "=", "#", "&a ", "*a ", "<<", "- ", ".",
        "é", "\u{0}", "\t", "---\n", "!", "[[", "]]", "1",
    ];
    let toml = "[[a]]\nb.c = 'hunter2'\n[a.d]\ne = {f = [1, 'hunter2']}\n[g]\n[g.h]\ni = \"\"\"\nhunter2\"\"\"\n[[a]]\n";
    let yaml = "a: &a\n  - b: hunter2\n    c: |\n      hunter2\nd:\n  <<: {e: 'hunter2'}\n  f: *a\n? g\n: \"hunter2\"\n";
    let mut random = Lcg(seed as u64);
    let mut text = match (format, seed % 2) {
        (Format::Toml, 0) => toml.to_owned(),
        (Format::Yaml, 0) => yaml.to_owned(),
        _ => Sample::new(format, seed).0.text,
    };
    for _ in 0..1 + random.below(4) {
        let boundaries: Vec<_> = text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect();
        let from = random.below(boundaries.len());
        let to = (from + random.below(8) * random.below(2)).min(boundaries.len() - 1);
        text.replace_range(boundaries[from]..boundaries[to], random.pick(&pieces));
    }
    text
}

#[test]
fn damaged_texts_are_refused_or_read_and_nothing_else() {
    for &format in FORMATS {
        for seed in 0..1_500 {
            refuses(format, &damaged(format, seed));
        }
    }
}

/// More mistakes than are told.
#[test]
fn texts_that_are_wrong_throughout_are_refused() {
    for &format in FORMATS {
        for seed in 0..80 {
            let text = damaged(format, seed).repeat(200);
            refuses(format, &text);
            refuses(format, &format!("x = [{{\n{text}"));
        }
    }
}
