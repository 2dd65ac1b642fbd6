//! What fails is not told, or not as it should be.

use hotconf::{Reading, SourceError, Value};

use super::{Good, Habits, Shelf, breaks, names, report, report_of_silence, says, suite};

#[test]
fn a_source_that_panics() {
    struct Panic;
    impl Habits for Panic {
        fn say(&mut self, _: Value) -> Result<Reading, SourceError> {
            panic!("index out of bounds")
        }
    }
    let report = report(|| Panic);
    names(&report, &["level", "texts"]);
    assert!(report.to_string().contains("`read` panicked: index out of bounds"), "{report}");
}

#[test]
fn a_source_that_panics_over_deep_content() {
    struct Shallow;
    fn depth(value: &Value) -> usize {
        match value {
            Value::Map(entries) => 1 + entries.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }
    impl Habits for Shallow {
        fn say(&mut self, held: Value) -> Result<Reading, SourceError> {
            assert!(depth(&held) < 32, "too deep");
            Ok(Reading::value(held))
        }
    }
    breaks(|| Shallow, &["depth"], "the source panicked: too deep; it has to return an error");
}

#[test]
fn a_source_that_is_silent_about_its_failures() {
    struct Calm;
    impl Habits for Calm {
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            Good.read(shelf).or_else(|_| Ok(Reading::absent()))
        }
    }
    breaks(|| Calm, &["start", "failure", "recovery"], "while it is locked, a reload is not refused");
}

#[test]
fn a_source_that_says_another_error_each_time() {
    struct Counting;
    impl Habits for Counting {
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            Good.read(shelf).map_err(|error| SourceError::new(format!("{error} {}", shelf.state().reads)))
        }
    }
    breaks(|| Counting, &["failure"], "the same failure has to say the same");
}

#[test]
fn a_source_that_gives_up_after_a_failure() {
    struct Hopeless(Option<SourceError>);
    impl Habits for Hopeless {
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            if let Some(error) = &self.0 {
                return Err(error.clone());
            }
            Good.read(shelf).inspect_err(|error| self.0 = Some(error.clone()))
        }
    }
    let report = report_of_silence(|| Hopeless(None));
    names(&report, &["failure", "recovery"]);
    says(&report, "with the same contents as before, a reload is refused");
}

#[test]
fn a_source_whose_errors_quote_what_it_holds() {
    struct Talkative;
    impl Habits for Talkative {
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            Good.read(shelf).map_err(|error| {
                let held = shelf.state().held.clone();
                SourceError::new(format!("{error} after {}", held.unwrap_or_default()))
            })
        }
    }
    breaks(|| Talkative, &["secrets"], "the error shows the password that was held");
}

#[test]
fn a_source_that_ignores_the_size_it_is_told() {
    let report = suite(|| Good).size_limit().run();
    assert_eq!(report.broken(), ["size"], "{report}");
}
