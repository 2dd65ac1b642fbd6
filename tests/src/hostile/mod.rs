//! Hostile texts, and what must hold whatever is in them.
//!
//! Each function takes one text all the way: read, built, explained, and told of in every form. It fails by panicking,
//! and says why. The streams of the tests and the fuzz targets call the same functions.

mod bombs;
mod check;
mod config;
mod disk;
mod secret;
mod stream;

use std::time::{Duration, Instant};

use hotconf::testing::Memory;
use hotconf::{Builder, Format, Hot, Outcome, Watch};

use crate::Sandbox;
use check::Texts;

pub use bombs::bombs;
pub use disk::{Played, play};
pub use stream::{Kind, programs, texts};

/// How long any one text may take, in a debug build on a busy machine. What is quadratic takes longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// The longest text that is tried; longer ones are cut.
const LONGEST: usize = 64 * 1024;

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Whether a configuration was made of it.
    pub is_accepted: bool,
    /// Whether the planted words stood only where secrets are, so that they had to be seen nowhere.
    pub is_secret_kept: bool,
}

/// Takes a text of this kind all the way.
///
/// # Panics
///
/// When something does not hold that must.
pub fn take(kind: Kind, text: &str) -> Seen {
    let text = &text[..boundary(text, LONGEST)];
    let started = Instant::now();
    let seen = match kind {
        Kind::Text(format) => document(format, text),
        Kind::EnvFile => env_file(text),
        Kind::Names => names(text),
        Kind::Layers => layers(text),
    };
    let taken = started.elapsed();
    assert!(taken < DEADLINE, "a text of {} bytes took {taken:?}", text.len());
    seen
}

/// The last place up to `at` at which a character begins, or the end.
pub fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn builder() -> Builder<config::Config> {
    Hot::builder().watch(Watch::Off)
}

fn document(format: Format, text: &str) -> Seen {
    let texts = Texts::new(&[text], secret::is_kept(format, text));
    check::outcome(&builder().text(format, text).build(), &texts)
}

/// The lines of a file of variables.
fn env_file(text: &str) -> Seen {
    let sandbox = Sandbox::new();
    sandbox.write("app.env", text);
    let texts = Texts::new(&[text], secret::is_kept_in_lines(text) && !text.contains(['"', '\'']));
    let built = builder().env_from([]).env_file(sandbox.at("app.env")).strict_env("APP").build();
    check::outcome(&built, &texts)
}

/// Each line is a variable, or where its name has small letters an argument.
fn names(text: &str) -> Seen {
    let (mut variables, mut arguments) = (Vec::new(), Vec::new());
    for line in text.split('\n') {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        // The file that such a variable names is anybody's.
        if name.ends_with("_FILE") {
            continue;
        }
        if name.chars().any(char::is_lowercase) {
            arguments.push(line);
        } else {
            variables.push((name.to_owned(), value.to_owned()));
        }
    }
    let texts = Texts::new(&[text], secret::is_kept_in_lines(text));
    let built = builder().env_from(variables).env("APP").arg_overrides(arguments).build();
    check::outcome(&built, &texts)
}

/// Two documents with a line of `=` between them: read as two layers, at once and by reloads. How each is written stands
/// in its first character, where that is one of `TYJ`.
fn layers(text: &str) -> Seen {
    let (first, second) = text.split_once("\n=====\n").unwrap_or((text, ""));
    let documents = [first, second].map(|text| match text.split_at_checked(1) {
        Some(("T", rest)) => (Format::Toml, rest),
        Some(("Y", rest)) => (Format::Yaml, rest),
        Some(("J", rest)) => (Format::Json, rest),
        _ => (Format::Toml, text),
    });
    let is_kept = documents.iter().all(|(format, text)| secret::is_kept(*format, text));
    let texts = Texts::new(&documents.map(|(_, text)| text), is_kept);
    let memories = [Memory::new(), Memory::new()];
    let say = |number: usize| {
        let (format, text) = documents[number];
        memories[number].set_text(format, text);
    };
    let open = || builder().source(memories[0].clone()).source(memories[1].clone()).build();
    let cfg = open().expect("there is a default for everything");
    for number in [1, 0] {
        say(number);
        let before = cfg.values();
        let outcome = cfg.reload();
        // A store that begins with the same texts comes to the same.
        let built = open();
        let seen = check::outcome(&built, &texts);
        match (outcome, &built) {
            (Outcome::Rejected(error), Err(same)) => {
                assert_eq!(error.to_string(), same.to_string(), "a reload says something else");
                assert_eq!(cfg.values(), before, "a refused text changed something");
            }
            (Outcome::Applied(_) | Outcome::Unchanged, Ok(fresh)) => {
                assert_eq!(cfg.values(), fresh.values(), "a reload makes something else");
            }
            (outcome, built) => panic!("a reload says {outcome:?}, and a new store {built:?}"),
        }
        if number == 0 {
            return seen;
        }
    }
    unreachable!("the second document is the last")
}
