//! What a reload makes of what it finds: whole or not at all, the last good one until then, and everyone is told.

mod bad;
mod callbacks;
mod callers;
mod ends;
mod kinds;
mod overrides;
mod panics;
mod restart;
#[cfg(unix)]
mod signals;
mod vanishing;

use std::collections::BTreeMap;

use hotconf::{Builder, Error, Hot, HotConfig, Outcome, Subscription};
use hotconf_tests::{DEADLINE, Gate, Probe, Record, Sandbox};
use validator::{Validate, ValidationError};

#[derive(Debug, HotConfig, Validate)]
#[validate(schema(function = "low_is_below_high"))]
struct App {
    #[hot(default = 1)]
    low: u32,
    #[hot(default = 10)]
    high: u32,
    #[hot(default = "nobody")]
    name: String,
    server: Server,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
}

#[derive(Debug, HotConfig, Validate)]
struct Server {
    #[hot(default = 8000)]
    #[validate(range(min = 1))]
    port: u16,
    #[hot(default = 4)]
    workers: usize,
}

fn low_is_below_high(app: &App) -> Result<(), ValidationError> {
    if app.low <= app.high { Ok(()) } else { Err(ValidationError::new("low_above_high")) }
}

/// A store of `app.toml`, with an ear at its refusals and an eye on its looks.
struct Kept {
    sandbox: Sandbox,
    cfg: Hot<App>,
    changes: Subscription<App>,
    refusals: Record<Error>,
    looks: Gate,
}

impl Kept {
    #[track_caller]
    fn new(text: &str) -> Self {
        Self::with(text, |builder, _| builder)
    }

    /// With more layers above the file.
    #[track_caller]
    fn with(text: &str, change: impl FnOnce(Builder<App>, &Sandbox) -> Builder<App>) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", text);
        let (looks, refusals) = (Gate::new(), Record::new());
        let (passed, heard) = (looks.clone(), refusals.clone());
        let builder =
            Hot::builder().source(Probe::silent(move || passed.pass())).file(sandbox.at("app.toml"));
        let cfg = change(builder, &sandbox).build().expect("the first state is good");
        cfg.on_rejected(move |error: &Error| heard.push(error.clone())).forever();
        Self { changes: cfg.subscribe(), sandbox, cfg, refusals, looks }
    }

    /// Saves the file as careful programs do.
    #[track_caller]
    fn save(&self, text: &str) {
        self.sandbox.replace("app.toml", text);
    }

    /// The next version is this one, and these are the keys that differ.
    #[track_caller]
    fn expect(&mut self, version: u64, keys: &[&str]) {
        match self.changes.next_timeout(DEADLINE) {
            Ok(change) => {
                assert_eq!((change.version(), self.cfg.version()), (version, version), "{change}");
                assert_eq!(change.keys(), keys, "{change}");
            }
            Err(error) => panic!("version {version}: {error}; {:#?}", self.cfg.status()),
        }
    }

    /// Does something, and waits until the sources have been looked at because of it.
    #[track_caller]
    fn look_after(&self, edit: impl FnOnce(&Sandbox)) {
        let before = self.looks.passes();
        edit(&self.sandbox);
        self.looks.wait_for_passes(before + 1);
    }

    /// The refusals so far. To know that there is none on the way, one is provoked.
    #[track_caller]
    fn refusals_so_far(&mut self) -> Vec<Error> {
        let before = self.sandbox.read("app.toml");
        let version = self.cfg.version();
        self.save("provoked = true\n");
        assert!(matches!(self.cfg.reload(), Outcome::Rejected(_)));
        let is_provoked = |error: &Error| error.problems()[0].key().is_some_and(|key| *key == "provoked");
        hotconf_tests::wait_until("the provoked refusal", || self.refusals.all().iter().any(is_provoked));
        let mut refusals = self.refusals.all();
        refusals.retain(|error| !is_provoked(error));
        self.save(&before);
        let _ = self.cfg.reload();
        assert_eq!(self.cfg.version(), version);
        refusals
    }

    #[track_caller]
    fn last_error(&self) -> Option<Error> {
        self.cfg.status().last_error().cloned()
    }
}

/// What an explicit reload is refused for.
#[track_caller]
fn rejection<T: std::fmt::Debug>(outcome: Outcome<T>) -> Error {
    match outcome {
        Outcome::Rejected(error) => error,
        other => panic!("a rejection was expected, and not {other:?}"),
    }
}
