//! One input of the corpus: where it stands, what is wrong with it, and how it is loaded.

use std::fs;
use std::path::{Path, PathBuf};

use hotconf::{Builder, Error, Hot, HotConfig, Outcome, Problem, Value, Watch};
use hotconf_tests::Sandbox;

use super::schema;

/// An input and what is beside it.
pub struct Case {
    /// The mistake that it is there for: the name of the outer folder.
    pub kind: String,
    /// The name of the folder within.
    pub format: String,
    pub input: PathBuf,
    /// The file with the mistakes and the report.
    pub told: PathBuf,
    pub schema: String,
    pub planted: Vec<Mistake>,
    pub report: String,
}

/// A mistake that was made on purpose, or one that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    pub code: String,
    /// `-` for a mistake that is about no key.
    pub key: String,
    /// What the place it is told at says, else the place.
    pub guilty: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} | {} | {}", self.code, self.key, self.guilty)
    }
}

/// What came of a case.
pub struct Told {
    pub problems: Vec<Problem>,
    pub report: String,
    /// All the ways in which it is told, none of which may show a secret.
    pub every_way: String,
}

impl Told {
    /// What the report underlines of the problem with this number; `None` where it shows no line.
    pub fn underlined(&self, index: usize) -> Option<String> {
        let lines: Vec<&str> = self.report.lines().collect();
        let mut starts = lines.iter().enumerate().filter(|(_, line)| line.starts_with("error["));
        let (start, _) = starts.nth(index)?;
        let block = lines[start..].iter().take_while(|line| !line.is_empty());
        let carets = block.clone().position(|line| line.contains("| ") && line.trim_end().ends_with('^'))?;
        let [line, carets] = [lines[start + carets - 1], lines[start + carets]];
        let (before, length) = (carets.find('^')?, carets.matches('^').count());
        Some(line.chars().skip(before).take(length).collect())
    }
}

impl Case {
    /// The case of an input; its text, if it is not there yet, has no mistakes and no report.
    pub fn new(kind: &str, format: &str, input: PathBuf) -> Self {
        let told = input.with_extension("txt");
        let text = fs::read_to_string(&told).unwrap_or_default();
        let (head, report) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut schema = "Wide".to_owned();
        let mut planted = Vec::new();
        for line in head.lines() {
            if let Some(name) = line.strip_prefix("schema ") {
                schema = name.to_owned();
                continue;
            }
            let parts: Vec<_> = line.splitn(3, " | ").map(str::to_owned).collect();
            let [code, key, guilty] = parts.try_into().unwrap_or_else(|parts| {
                panic!("{}: `{line}` is no mistake, but {parts:?}", told.display());
            });
            planted.push(Mistake { code, key, guilty });
        }
        Self {
            kind: kind.to_owned(),
            format: format.to_owned(),
            input,
            told,
            schema,
            planted,
            report: report.to_owned(),
        }
    }

    /// The text of the file beside the input, with this report.
    pub fn with_report(&self, report: &str) -> String {
        let mut text = String::new();
        if self.schema != "Wide" {
            text.push_str(&format!("schema {}\n", self.schema));
        }
        for mistake in &self.planted {
            text.push_str(&format!("{mistake}\n"));
        }
        format!("{text}\n{report}")
    }

    pub fn tell(&self) -> Told {
        match self.schema.as_str() {
            "Wide" => self.tell_of::<schema::Wide>(),
            "Plain" => self.tell_of::<schema::Plain>(),
            "Needy" => self.tell_of::<schema::Needy>(),
            "TwoOfOneVariable" => self.tell_of::<schema::TwoOfOneVariable>(),
            "TwoOfOneKey" => self.tell_of::<schema::TwoOfOneKey>(),
            "Following" => self.tell_of::<schema::Following>(),
            other => panic!("{}: there is no schema {other}", self.told.display()),
        }
    }

    fn tell_of<T: HotConfig + Send + Sync>(&self) -> Told {
        let builder = Hot::<T>::builder().watch(Watch::Off);
        if self.input.extension().is_some_and(|extension| extension == "layers") {
            return Layers::of(self).load(builder);
        }
        told(builder.file(&self.input).build())
    }
}

/// What is told of a load: its error, else its warnings.
fn told<T: HotConfig + Send + Sync>(loaded: Result<Hot<T>, Error>) -> Told {
    match loaded {
        Ok(cfg) => {
            let status = cfg.status();
            let warnings = status.warnings();
            let lines = warnings.iter().map(|warning| format!("warning[{}]: {warning}\n", warning.code()));
            Told {
                report: lines.collect(),
                every_way: format!("{warnings:?}\n{status:?}"),
                problems: warnings.to_vec(),
            }
        }
        Err(error) => told_of_error(&error),
    }
}

fn told_of_error(error: &Error) -> Told {
    let problems = error.problems();
    let json = serde_json::to_string(error).unwrap();
    let every_way = format!("{error}\n{error:?}\n{problems:?}\n{json}\n{}", error.report().colored(true));
    Told { problems: problems.to_vec(), report: format!("{error:#}\n"), every_way }
}

/// The lines of a `.layers` file: what the builder is told, and what happens afterwards.
struct Layers {
    folder: PathBuf,
    lines: Vec<(String, String)>,
}

impl Layers {
    fn of(case: &Case) -> Self {
        let text = fs::read_to_string(&case.input).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines = lines.map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            (word.to_owned(), rest.to_owned())
        });
        Self { lines: lines.collect(), folder: case.input.with_extension("") }
    }

    fn load<T: HotConfig + Send + Sync>(mut self, builder: Builder<T>) -> Told {
        // Files that change are copies.
        let changes = self.lines.iter().any(|(word, _)| ["write", "remove"].contains(&word.as_str()));
        let sandbox = changes.then(Sandbox::new);
        if let Some(sandbox) = &sandbox {
            for entry in fs::read_dir(&self.folder).unwrap() {
                let entry = entry.unwrap();
                sandbox.write(entry.file_name(), fs::read(entry.path()).unwrap());
            }
            self.folder = sandbox.root().to_owned();
        }
        let mut told = self.steps(builder, sandbox.as_ref());
        if let Some(sandbox) = &sandbox {
            told.report = told.report.replace(&sandbox.root().display().to_string(), "folder");
        }
        told.report = without_callers(&told.report);
        told
    }

    fn steps<T: HotConfig + Send + Sync>(&self, builder: Builder<T>, sandbox: Option<&Sandbox>) -> Told {
        let cfg = match self.builder(builder).build() {
            Ok(cfg) => cfg,
            refused => return told(refused),
        };
        for (word, rest) in &self.lines {
            let done = match word.as_str() {
                "set" => {
                    let (key, value) = rest.split_once(" = ").expect("`set KEY = VALUE`");
                    cfg.set(key, value_of(&serde_json::from_str(value).unwrap()))
                }
                "unset" => cfg.unset(rest.as_str()),
                "write" => {
                    let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
                    sandbox.unwrap().write(name, text.replace("\\n", "\n"));
                    Ok(Outcome::Unchanged)
                }
                "remove" => {
                    sandbox.unwrap().remove(rest);
                    Ok(Outcome::Unchanged)
                }
                "reload" => match cfg.reload() {
                    Outcome::Rejected(error) => Err(error),
                    outcome => Ok(outcome),
                },
                _ => continue,
            };
            if let Err(error) = done {
                return told_of_error(&error);
            }
        }
        told(Ok(cfg))
    }

    fn builder<T: HotConfig + Send + Sync>(&self, builder: Builder<T>) -> Builder<T> {
        let variables = self.lines.iter().filter(|(word, _)| word == "variable").map(|(_, rest)| {
            let (name, value) = rest.split_once('=').expect("`variable NAME=VALUE`");
            (name.to_owned(), value.replace("{folder}", &self.folder.display().to_string()))
        });
        let mut builder = builder.env_from(variables);
        for (word, rest) in &self.lines {
            let path = || self.at(rest);
            builder = match word.as_str() {
                "file" => builder.file(path()),
                "optional_file" => builder.optional_file(path()),
                "dir" => builder.dir(path()),
                "secrets_dir" => builder.secrets_dir(path()),
                "env_file" => builder.env_file(path()),
                "env" => builder.env(rest),
                "strict_env" => builder.strict_env(rest),
                "argument" => builder.arg_overrides([rest]),
                "max_file_size" => builder.max_file_size(rest.parse().unwrap()),
                "variable" | "set" | "unset" | "write" | "remove" | "reload" => builder,
                other => panic!("`{other}` is no word of a .layers file"),
            };
        }
        builder
    }

    fn at(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.folder.clone() } else { self.folder.join(Path::new(name)) }
    }
}

fn value_of(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| Value::Float(number.as_f64().unwrap()), |whole| Value::Integer(whole.into())),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(value_of).collect()),
        Json::Object(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), value_of(value))).collect())
        }
    }
}

/// The report without the places in this file that set an override.
fn without_callers(report: &str) -> String {
    const SET: &str = "an override set at ";
    let lines = report.lines().map(|line| match line.find(SET) {
        Some(at) => format!("{}{SET}…\n", &line[..at]),
        None => format!("{line}\n"),
    });
    lines.collect()
}
