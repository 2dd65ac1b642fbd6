//! How a source must not behave, whatever it says.

use std::cell::Cell;
use std::sync::Arc;

use hotconf::testing::conformance::Conformance;
use hotconf::{Bell, Reading, SourceError, SourcePath, Value};

use super::{Broken, Good, Habits, Shelf, breaks, names, report, report_of_silence, says};

#[test]
fn a_source_that_says_its_content_once_and_then_nothing() {
    struct Edge(u32);
    impl Habits for Edge {
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            let puts = shelf.state().puts;
            if std::mem::replace(&mut self.0, puts) == puts {
                Ok(Reading::absent())
            } else {
                Good.read(shelf)
            }
        }
    }
    let report = report_of_silence(|| Edge(0));
    assert!(report.broken().starts_with(&["level", "again"]), "{report}");
    let words = "the source says values, and asked again nothing, although nothing was changed in between";
    assert!(report.faults()[0].message().starts_with(words), "{report}");
}

#[test]
fn a_source_that_never_rings() {
    struct Mute;
    impl Habits for Mute {
        fn connect(&mut self, _: &Shelf, _: Bell) {}
    }
    let broken = ["notice", "burst", "removal", "recovery"];
    let words =
        "nothing was heard of it within 1s although a reload finds it; the source has to ring its bell";
    let report = report_of_silence(|| Mute);
    assert_eq!(report.broken(), broken, "{report}");
    says(&report, words);
}

#[test]
fn a_source_that_rings_and_says_what_it_said_at_first() {
    struct Stale(Option<Value>);
    impl Habits for Stale {
        fn say(&mut self, held: Value) -> Result<Reading, SourceError> {
            Ok(Reading::value(self.0.get_or_insert(held).clone()))
        }
    }
    let report = report_of_silence(|| Stale(None));
    names(&report, &["change", "forgetting", "notice", "burst", "failure", "recovery"]);
    let words = "after a change, `text` was put as \"other\" and arrives as \"one\"";
    says(&report, words);
}

#[test]
fn a_source_that_rings_for_the_first_change_only() {
    struct Once;
    impl Habits for Once {
        fn connect(&mut self, shelf: &Shelf, bell: Bell) {
            let mut state = shelf.state();
            state.bell = Some(bell);
            state.rings = 0;
        }
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            let mut state = shelf.state();
            if state.rings > 0 {
                state.bell = None;
            }
            drop(state);
            Good.read(shelf)
        }
    }
    names(&report_of_silence(|| Once), &["notice", "burst", "removal"]);
}

#[test]
fn a_source_whose_name_changes_or_is_blank() {
    struct Counted;
    impl Habits for Counted {
        fn name(&self, shelf: &Shelf) -> String {
            format!("the shelf, read {} times", shelf.state().reads)
        }
    }
    breaks(
        || Counted,
        &["name"],
        "the source is called \"the shelf, read 0 times\" at first, and \"the shelf, read 2 times\" later",
    );
    struct Nameless;
    impl Habits for Nameless {
        fn name(&self, _: &Shelf) -> String {
            " ".to_owned()
        }
    }
    let report = report(|| Nameless);
    assert_eq!(report.faults()[0].promise(), "name", "{report}");
    names(&report, &["origins"]);
}

#[test]
fn a_source_that_rings_while_it_is_read() {
    struct Restless;
    impl Habits for Restless {
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            let bell = shelf.state().bell.clone();
            bell.inspect(Bell::ring);
            Good.read(shelf)
        }
    }
    breaks(|| Restless, &["bell"], "asked three times, the source rings its bell 3 times while it is read");
}

#[test]
fn a_source_whose_paths_change_without_a_reason() {
    struct Wandering;
    impl Habits for Wandering {
        fn paths(&self, shelf: &Shelf) -> Vec<SourcePath> {
            vec![SourcePath::file(format!("/nowhere/{}", shelf.state().reads))]
        }
    }
    let report = report(|| Wandering);
    assert_eq!(report.broken(), ["paths"], "{report}");
    assert!(report.faults()[0].message().contains("/nowhere/1"), "{report}");
}

#[test]
fn a_source_that_serves_one_thread_only() {
    thread_local! {
        static MINE: Cell<bool> = const { Cell::new(false) };
    }
    struct Homely;
    impl Habits for Homely {
        fn connect(&mut self, shelf: &Shelf, bell: Bell) {
            MINE.set(true);
            Good.connect(shelf, bell);
        }
        fn read(&mut self, shelf: &Shelf) -> Result<Reading, SourceError> {
            if MINE.get() { Good.read(shelf) } else { Ok(Reading::absent()) }
        }
    }
    let report = report_of_silence(|| Homely);
    assert_eq!(report.broken().first(), Some(&"again"), "{report}");
    let words = "asked again from another thread, `text` was put as \"one\" and arrives as \"below\"";
    assert_eq!(report.faults()[0].message(), words);
}

#[test]
fn a_source_that_cannot_be_changed_once_its_store_is_gone() {
    struct Owned(Arc<()>);
    impl Habits for Owned {}
    let suite = Conformance::new(
        || (Shelf::default(), Vec::new()),
        |(shelf, alive): &mut (Shelf, Vec<std::sync::Weak<()>>), builder| {
            let habits = Owned(Arc::new(()));
            *alive = vec![Arc::downgrade(&habits.0)];
            builder.source(Broken { shelf: shelf.clone(), habits })
        },
        |(shelf, alive), contents| {
            assert!(alive.iter().all(|source| source.strong_count() > 0), "nobody reads the shelf");
            shelf.put(Some(contents.value().clone()));
        },
    );
    let report = suite.run();
    names(&report, &["end"]);
    let words = "end: a change after the end of the store panicked: nobody reads the shelf";
    assert!(report.to_string().contains(words), "{report}");
}
