//! One table: the ways in which a file comes to say something else, without any program but this one.
//!
//! Each is tried three times in a row, because a watch on what a name stood for dies with the first replacement, and
//! under four stores: one that hears events, one that only looks, one for which the file is optional, and one with a
//! source that reads the file by itself, names no path, and is rung after each edit.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hotconf::{Bell, Format, Hot, Reading, SourceError};
use hotconf_tests::{Probe, Record, Sandbox};

use super::{Followed, polling, text};

/// How a file lies there at first, and how it is changed.
struct Style {
    /// The name under which the store knows it.
    file: &'static str,
    /// Makes it say what the text says.
    set_up: fn(&Sandbox, &str),
    /// The so-many-th edit, from one on.
    edit: fn(&Sandbox, u64, &str),
    /// How many versions one edit may make: more than one where the edit has a good state in its middle.
    versions: u64,
}

const FIRST: u64 = 1000;
const EDITS: u64 = 3;

#[derive(Clone, Copy, PartialEq)]
enum Under {
    Events,
    Looking,
    EventsOptional,
    Bell,
}

/// A source that reads the file, and hears of changes by its bell alone.
fn rung(path: PathBuf, bell: &Record<Bell>) -> Probe {
    let given = bell.clone();
    let probe = Probe::new("a source", move || {
        fs::read_to_string(&path).map(|text| Reading::text(Format::Toml, text)).map_err(SourceError::new)
    });
    probe.with_bell(move |bell| given.push(bell))
}

fn check(style: &Style, under: Under) {
    let sandbox = Sandbox::new();
    (style.set_up)(&sandbox, &text(FIRST));
    let path = sandbox.at(style.file);
    let builder = Hot::builder().text(Format::Toml, "");
    let bell = Record::new();
    let mut store = Followed::new(match under {
        Under::Events => builder.file(path),
        Under::Looking => polling(builder.file(path)),
        Under::EventsOptional => builder.optional_file(path),
        Under::Bell => {
            let (quiet, at_most) = (Duration::from_millis(5), Duration::from_millis(50));
            builder.source(rung(path, &bell)).settle(quiet, at_most)
        }
    });
    assert_eq!(store.cfg.load().said(), FIRST);
    let begun = Instant::now();
    for edit in 1..=EDITS {
        (style.edit)(&sandbox, edit, &text(FIRST + edit));
        bell.all().iter().for_each(Bell::ring);
        store.expect_within(FIRST + edit, style.versions);
    }
    if under == Under::Bell {
        assert!(store.cfg.status().watching().is_empty());
    } else if under != Under::Looking {
        // Below the events there is a net of looks, which would catch what they miss, though not as soon.
        assert!(begun.elapsed() < Duration::from_secs(4), "not heard of, but found by looking");
        let status = store.cfg.status();
        assert!(
            status.watching().iter().all(|watched| watched.how().starts_with("events, and ")),
            "{status:#?}"
        );
    }
    store.finish();
}

macro_rules! styles {
    ($($name:ident: $style:expr;)*) => {
        mod heard {
            $(#[test]
            fn $name() {
                crate::watching::styles::check(&super::$name(), crate::watching::styles::Under::Events);
            })*
        }

        mod looked_at {
            $(#[test]
            fn $name() {
                crate::watching::styles::check(&super::$name(), crate::watching::styles::Under::Looking);
            })*
        }

        mod optional {
            $(#[test]
            fn $name() {
                crate::watching::styles::check(&super::$name(), crate::watching::styles::Under::EventsOptional);
            })*
        }

        mod rung {
            $(#[test]
            fn $name() {
                crate::watching::styles::check(&super::$name(), crate::watching::styles::Under::Bell);
            })*
        }

        $(fn $name() -> Style {
            $style
        })*
    };
}

mod files;
mod folders;
mod links;
