//! What it costs when much is wrong: 1,000 problems in a document of 10,000 lines, in each format, and in one line of JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use hotconf::{Error, Format, Hot, HotConfig, Watch};

use crate::median::of_turns;

const FORMATS: [Format; 3] = [Format::Toml, Format::Yaml, Format::Json];

const SECTIONS: usize = 1_000;
const TURNS: usize = 9;

#[derive(HotConfig)]
#[allow(dead_code)] // they only have to be read
struct Config {
    sections: BTreeMap<String, Section>,
}

#[derive(HotConfig)]
#[allow(dead_code)] // they only have to be read
struct Section {
    host: String,
    port: u16,
    ratio: f64,
    verbose: bool,
    timeout: Duration,
    level: Level,
    address: std::net::SocketAddr,
    #[hot(default)]
    hosts: Vec<String>,
    #[hot(secret)]
    token: String,
}

#[derive(HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
}

/// The keys of a section with their values.
const KEYS: [(&str, &str); 9] = [
    ("host", "\"shop.example\""),
    ("port", "8080"),
    ("ratio", "0.25"),
    ("verbose", "true"),
    ("timeout", "\"30s\""),
    ("level", "\"info\""),
    ("address", "\"127.0.0.1:80\""),
    ("hosts", "[\"a\", \"b\"]"),
    ("token", "\"secret\""),
];

/// What each section has instead of one of its lines, in turn.
const MISTAKES: [(usize, &str, &str); 9] = [
    (1, "port", "70000"),
    (1, "port", "\"http\""),
    (2, "ratio", "\"0,5\""),
    (3, "verbose", "\"yes\""),
    (4, "timeout", "30"),
    (5, "level", "\"inof\""),
    (6, "address", "\"localhost\""),
    (7, "hsots", "[]"),
    (8, "token", "12"),
];

fn document(format: Format) -> String {
    let mut text = match format {
        Format::Toml => String::new(),
        Format::Yaml => "sections:\n".to_owned(),
        _ => "{\"sections\": {\n".to_owned(),
    };
    for section in 0..SECTIONS {
        match format {
            Format::Toml => _ = writeln!(text, "[sections.s{section}]"),
            Format::Yaml => _ = writeln!(text, "  s{section}:"),
            _ => _ = writeln!(text, "\"s{section}\": {{"),
        }
        let (line, wrong_key, wrong_value) = MISTAKES[section % MISTAKES.len()];
        for (at, (key, value)) in KEYS.into_iter().enumerate() {
            let (key, value) = if at == line { (wrong_key, wrong_value) } else { (key, value) };
            match format {
                Format::Toml => _ = writeln!(text, "{key} = {value}"),
                Format::Yaml => _ = writeln!(text, "    {key}: {value}"),
                _ if at + 1 < KEYS.len() => _ = writeln!(text, "\"{key}\": {value},"),
                _ if section + 1 < SECTIONS => _ = writeln!(text, "\"{key}\": {value}}},"),
                _ => _ = writeln!(text, "\"{key}\": {value}}}}}}}"),
            }
        }
    }
    text
}

fn refused(format: Format, text: &str) -> Error {
    match Hot::<Config>::builder().watch(Watch::Off).text(format, text).build() {
        Ok(_) => panic!("there are mistakes in it"),
        Err(error) => error,
    }
}

pub(crate) fn measure() {
    println!("1,000 problems in 10,000 lines, milliseconds, median of {TURNS} turns\n");
    println!("| document | bytes | build | `{{error}}` | `{{error:#}}` |\n|---|---|---|---|---|");
    for format in FORMATS {
        row(format, format.name(), &document(format));
    }
    row(Format::Json, "JSON in one line", &document(Format::Json).replace('\n', " "));
}

fn row(format: Format, name: &str, text: &str) {
    let error = refused(format, text);
    assert_eq!(error.problems().len(), SECTIONS, "{error}");
    let medians = of_turns(3, TURNS, |part| {
        let started = Instant::now();
        match part {
            0 => _ = black_box(refused(format, text)),
            1 => _ = black_box(error.to_string()),
            _ => _ = black_box(format!("{error:#}")),
        }
        started.elapsed().as_secs_f64() * 1_000.0
    });
    let [build, plain, report] = medians[..] else { unreachable!("there are three parts") };
    println!("| {name} | {} | {build:.1} | {plain:.1} | {report:.1} |", text.len());
}
