//! The suite names what broken sources do.
//!
//! Each is the shelf with one fault. The faults are told by their promises; a promise that has to do with the same fault
//! may be named as well.

mod content;
mod failing;
mod manners;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hotconf::testing::conformance::{Conformance, Report};
use hotconf::{Bell, Reading, Request, Source, SourceError, SourcePath, Value};
use hotconf_tests::DEADLINE;

/// What a broken source reads.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    held: Option<Value>,
    failure: Option<String>,
    bell: Option<Bell>,
    /// How often it was read, rung, put.
    reads: u32,
    rings: u32,
    puts: u32,
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, held: Option<Value>) {
        self.change(|state| {
            (state.held, state.failure) = (held, None);
            state.puts += 1;
        });
    }

    fn fail(&self, words: &str) {
        self.change(|state| state.failure = Some(words.to_owned()));
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let bell = {
            let mut state = self.state();
            change(&mut state);
            state.rings += 1;
            state.bell.clone()
        };
        bell.inspect(Bell::ring);
    }
}

/// What a good source does; each fault is one of these done otherwise.
trait Habits: Send + 'static {
    fn name(&self, _: &Shelf) -> String {
        "the shelf".to_owned()
    }

    fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
        let mut state = shelf.state();
        state.reads += 1;
        match (&state.failure, &state.held) {
            (Some(words), _) => Err(SourceError::new(words)),
            (None, Some(held)) => self.say(held.clone()),
            (None, None) => Ok(Reading::absent()),
        }
    }

    fn say(&mut self, held: Value) -> Result<Reading, SourceError> {
        Ok(Reading::value(held))
    }

    fn paths(&self, _: &Shelf) -> Vec<SourcePath> {
        Vec::new()
    }

    fn connect(&mut self, shelf: &Shelf, bell: Bell) {
        shelf.state().bell = Some(bell);
    }
}

struct Broken<H> {
    shelf: Shelf,
    habits: H,
}

impl<H: Habits> Source for Broken<H> {
    fn name(&self) -> String {
        self.habits.name(&self.shelf)
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        self.habits.read(&self.shelf)
    }

    fn paths(&self) -> Vec<SourcePath> {
        self.habits.paths(&self.shelf)
    }

    fn connect(&mut self, bell: Bell) {
        self.habits.connect(&self.shelf, bell);
    }
}

fn suite<H: Habits>(habits: fn() -> H) -> Conformance<Shelf> {
    Conformance::new(
        Shelf::default,
        move |shelf: &mut Shelf, builder| builder.source(Broken { shelf: shelf.clone(), habits: habits() }),
        |shelf, contents| shelf.put(Some(contents.value().clone())),
    )
    .removal(|shelf| shelf.put(None))
    .failure("it is locked", |shelf, _| shelf.fail("locked"))
    .deadline(DEADLINE)
}

/// What came of the promises of a source.
fn report<H: Habits>(habits: fn() -> H) -> Report {
    told(suite(habits).run())
}

/// The same for a source that is waited for in vain. A slow machine may find more amiss than there is.
fn report_of_silence<H: Habits>(habits: fn() -> H) -> Report {
    told(suite(habits).deadline(Duration::from_secs(1)).run())
}

/// The same without what has to do with how changes are heard of.
fn report_of_content<H: Habits>(habits: fn() -> H) -> Report {
    told(suite(habits).only_on_reload().run())
}

fn told(report: Report) -> Report {
    println!("{report}");
    report
}

/// That these promises are broken and no others, and that something is said of it in these words.
#[track_caller]
fn breaks<H: Habits>(habits: fn() -> H, promises: &[&str], words: &str) {
    breaks_of(&report(habits), promises, words);
}

/// The same for a source whose content is wrong.
#[track_caller]
fn garbles<H: Habits>(habits: fn() -> H, promises: &[&str], words: &str) {
    breaks_of(&report_of_content(habits), promises, words);
}

#[track_caller]
fn breaks_of(report: &Report, promises: &[&str], words: &str) {
    assert_eq!(report.broken(), promises, "{report}");
    says(report, words);
}

#[track_caller]
fn says(report: &Report, words: &str) {
    assert!(report.faults().iter().any(|fault| fault.message().contains(words)), "{words:?} in {report}");
}

#[track_caller]
fn names(report: &Report, promises: &[&str]) {
    for promise in promises {
        assert!(report.broken().contains(promise), "{promise} in {report}");
    }
}

struct Good;

impl Habits for Good {}

#[test]
fn without_a_fault_nothing_is_named() {
    let report = report(|| Good);
    assert!(report.faults().is_empty(), "{report}");
    assert_eq!(report.skipped(), [("size", "the source is not said to keep to a size".to_owned())]);
}

#[test]
fn the_documentation_has_every_promise() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hotconf/src/testing/conformance.rs");
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | `")?.split_once(" | "));
    let named: BTreeSet<_> =
        rows.flat_map(|(names, _)| names.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect();
    let report = report(|| Good);
    let skipped = report.skipped().iter().map(|(promise, _)| *promise);
    let tried: BTreeSet<_> = report.kept().iter().copied().chain(skipped).map(str::to_owned).collect();
    assert_eq!(named, tried);
}

/// Changes the values of a map, to any depth.
fn each(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Map(entries) => entries.values_mut().for_each(|entry| each(entry, change)),
        Value::List(items) => items.iter_mut().for_each(|item| each(item, change)),
        _ => {}
    }
    change(value);
}

#[test]
#[should_panic(expected = "the suite was handed no source")]
fn nothing_to_be_tried_is_told() {
    Conformance::new(|| (), |(), builder| builder, |(), _| {}).check();
}

#[test]
fn every_fault_is_in_the_panic() {
    struct Twice;
    impl Habits for Twice {
        fn name(&self, _: &Shelf) -> String {
            "two\nlines".to_owned()
        }
        fn say(&mut self, mut held: Value) -> Result<Reading, SourceError> {
            each(&mut held, &mut |value| {
                if *value == Value::Bool(false) {
                    *value = Value::Bool(true);
                }
            });
            Ok(Reading::value(held))
        }
    }
    let suite = suite(|| Twice).only_on_reload();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| suite.check())).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    let lines: Vec<_> = message.lines().collect();
    assert!(lines[0].contains(" 2 broken, "), "{message}");
    assert_eq!(
        lines[1..],
        [
            "name: the name \"two\\nlines\" does not stand on one line",
            "booleans: at the start, `flag` was put as false and arrives as true",
        ]
    );
}
