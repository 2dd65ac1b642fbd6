//! Code of others that fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hotconf::{
    Bell, Hot, HotConfig, Outcome, ProblemKind, Reading, Request, Source, SourceError, SourcePath,
};
use hotconf_tests::{DEADLINE, Probe, Record, Sandbox};
use serde::{Deserialize, Deserializer};

use super::rejection;

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 1)]
    low: u32,
    #[hot(leaf, default)]
    touchy: Touchy,
}

/// Panics on some texts.
#[derive(Debug, Default, PartialEq)]
struct Touchy(String);

impl<'de> Deserialize<'de> for Touchy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        assert!(text != "boo", "it was frightened");
        Ok(Self(text))
    }
}

#[test]
fn a_source_that_panics_or_fails_is_refused_and_heals() {
    let mood = Arc::new(AtomicU64::new(0));
    let source = mood.clone();
    let probe = Probe::new("the moody one", move || match source.load(Ordering::SeqCst) {
        1 => panic!("not today"),
        2 => Err(SourceError::new("nobody answers")),
        mood => Ok(Reading::values([("low", mood)])),
    });
    let cfg = Hot::<App>::builder().source(probe).build().expect("good");
    for (mood_now, kind, words) in
        [(1, ProblemKind::Panic, "not today"), (2, ProblemKind::UnreadableSource, "nobody answers")]
    {
        mood.store(mood_now, Ordering::SeqCst);
        let error = rejection(cfg.reload());
        assert_eq!(error.problems()[0].kind(), kind, "{error}");
        assert!(error.to_string().contains(words) && error.to_string().contains("the moody one"), "{error}");
        assert_eq!(rejection(cfg.reload()), error);
        assert_eq!(cfg.load().low, 0);
        mood.store(0, Ordering::SeqCst);
        assert!(matches!(cfg.reload(), Outcome::Unchanged));
        assert_eq!(cfg.status().last_error(), None);
    }
    mood.store(3, Ordering::SeqCst);
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert_eq!(cfg.load().low, 3);
}

#[test]
fn a_source_that_panics_at_the_start_is_an_error() {
    let probe = Probe::new("the moody one", || panic!("never"));
    let error = Hot::<App>::builder().source(probe).build().expect_err("it panics");
    assert_eq!(error.problems()[0].kind(), ProblemKind::Panic, "{error}");
}

/// A source that panics in the method of this name.
struct Failing(&'static str);

impl Failing {
    fn pass(&self, method: &str) {
        assert!(self.0 != method, "it fails in {method}");
    }
}

impl Source for Failing {
    fn name(&self) -> String {
        self.pass("name");
        "the failing one".to_owned()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        Ok(Reading::absent())
    }

    fn paths(&self) -> Vec<SourcePath> {
        self.pass("paths");
        Vec::new()
    }

    fn connect(&mut self, _: Bell) {
        self.pass("connect");
    }

    fn is_current(&self) -> bool {
        self.pass("is_current");
        true
    }
}

#[test]
fn a_source_that_panics_wherever_it_is_asked_is_an_error() {
    for method in ["name", "paths", "connect"] {
        let error = Hot::<App>::builder().source(Failing(method)).build().expect_err(method);
        assert_eq!(error.problems()[0].kind(), ProblemKind::Panic, "{error}");
        assert!(error.to_string().contains(&format!("it fails in {method}")), "{error}");
    }
    // Whether what it said still holds is only asked to be sure.
    let cfg = Hot::<App>::builder().source(Failing("is_current")).build().expect("it said all it had to say");
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
}

#[test]
fn a_leaf_that_panics_is_refused_by_its_key() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "touchy = 'calm'\n");
    let cfg = Hot::<App>::builder().file(sandbox.at("app.toml")).build().expect("good");
    let (mut changes, refusals) = (cfg.subscribe(), Record::new());
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.clone())).forever();
    sandbox.replace("app.toml", "low = 2\ntouchy = 'boo'\n");
    let error = refusals.wait_for(1).remove(0);
    let problem = &error.problems()[0];
    assert_eq!(problem.kind(), ProblemKind::Panic, "{error}");
    assert_eq!(problem.key().map(ToString::to_string).as_deref(), Some("touchy"), "{error}");
    assert_eq!((cfg.version(), cfg.load().touchy.0.as_str()), (1, "calm"));
    assert!(cfg.set("touchy", "boo").is_err());
    sandbox.replace("app.toml", "low = 2\ntouchy = 'calm again'\n");
    let change = changes.next_timeout(DEADLINE).expect("it heals");
    assert_eq!(change.keys(), ["low", "touchy"]);
    assert_eq!(cfg.status().last_error(), None);
    let error = Hot::<App>::builder().arg_overrides(["touchy=boo"]).build().expect_err("it panics");
    assert_eq!(error.problems()[0].kind(), ProblemKind::Panic, "{error}");
}

/// What cannot even be dropped.
#[derive(Debug, HotConfig)]
struct Explosive {
    #[hot(default = 0)]
    value: u64,
}

impl Drop for Explosive {
    fn drop(&mut self) {
        assert!(self.value != 13, "unlucky to the end");
    }
}

#[test]
fn a_configuration_that_panics_when_it_is_dropped_stops_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "value = 13\n");
    let cfg = Hot::<Explosive>::builder().file(sandbox.at("app.toml")).build().expect("good");
    // Nothing is read or subscribed, so that it is the store that drops it.
    for version in 2..5 {
        sandbox.replace("app.toml", format!("value = {}\n", version + 20));
        hotconf_tests::wait_until("the next version", || cfg.status().version() == version);
    }
    assert_eq!((cfg.load().value, cfg.status().last_error()), (24, None));
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
}
