//! However a file is changed, the change is seen: whole, once, and by itself.

mod bursts;
mod kernel;
mod languid;
mod limits;
mod missing;
mod mounts;
mod namespace;
mod nothing;
mod races;
mod several;
mod styles;
mod tools;
mod writers;

use std::time::Duration;

use hotconf::{Builder, Hot, HotConfig, Subscription, Watch};
use hotconf_tests::{DEADLINE, MOMENT, Record};

/// What a file says. Every prefix of whole lines can be read, so that nothing but care keeps half a file out.
#[derive(Debug, HotConfig)]
struct App {
    #[hot(default)]
    saves: Vec<Save>,
}

#[derive(Debug, HotConfig)]
struct Save {
    value: u64,
    #[hot(default)]
    copy: u64,
    #[hot(default)]
    end: bool,
}

/// The text of a file that says `value`, as long for any value of four digits.
fn text(value: u64) -> String {
    let filler = "# something to read, so that the file is not written at one stroke\n".repeat(30);
    format!("{filler}[[saves]]\nvalue = {value}\n{filler}copy = {value}\n{filler}end = true\n")
}

impl App {
    /// What the file says, which must be a whole text; zero where there is no file.
    #[track_caller]
    fn said(&self) -> u64 {
        for save in &self.saves {
            assert!(save.value == save.copy && save.end, "half a file was taken for a whole one: {save:?}");
        }
        self.saves.last().map_or(0, |save| save.value)
    }
}

/// A store that is followed, version by version.
struct Followed {
    cfg: Hot<App>,
    changes: Subscription<App>,
    refusals: Record<String>,
    /// The version that was seen last.
    version: u64,
}

impl Followed {
    #[track_caller]
    fn new(builder: Builder<App>) -> Self {
        let cfg = builder.build().expect("the first state is good");
        let refusals = Record::new();
        let heard = refusals.clone();
        cfg.on_rejected(move |error| heard.push(error.to_string())).forever();
        Self { changes: cfg.subscribe(), cfg, refusals, version: 1 }
    }

    /// The next version is the next number, and says this.
    #[track_caller]
    fn expect(&mut self, value: u64) {
        self.expect_within(value, 1);
    }

    /// Sooner or later there is a version that says this, and at most `count` of them on the way.
    #[track_caller]
    fn expect_within(&mut self, value: u64, count: u64) {
        let mut told = Vec::new();
        loop {
            let change = match self.changes.next_timeout(DEADLINE) {
                Ok(change) => change,
                Err(error) => {
                    panic!("waited for {value}, heard {told:?}, {error}; {:#?}", self.cfg.status())
                }
            };
            let said = change.new().said();
            told.push((change.version(), said));
            assert!(change.version() <= self.version + count, "{value} took the versions {told:?}");
            if said == value {
                self.version = change.version();
                return;
            }
        }
    }

    /// Nothing is published for a moment.
    #[track_caller]
    fn expect_nothing(&mut self) {
        if let Ok(change) = self.changes.next_timeout(MOMENT) {
            panic!("{change}, which says {}, was not expected", change.new().said());
        }
    }

    /// Everything is in order in the end, and was all the time.
    #[track_caller]
    fn finish(mut self) {
        assert_eq!(self.cfg.status().last_error(), None);
        assert_eq!(self.refusals.all(), Vec::<String>::new());
        assert!(self.changes.try_next().is_none(), "a version too many");
    }
}

/// Looks often enough for a test, and waits only briefly for files to rest.
fn polling(builder: Builder<App>) -> Builder<App> {
    builder
        .watch(Watch::Poll(Duration::from_millis(20)))
        .settle(Duration::from_millis(25), Duration::from_secs(2))
}
