//! Fields whose change waits for a restart.

mod listening;
mod refused;
mod sections;

use std::collections::BTreeMap;

use hotconf::{Hot, HotConfig, KeyPath, Outcome, PendingRestart, ProblemKind, Subscription, Value};
use hotconf_tests::{DEADLINE, Sandbox, wait_until};
use validator::{Validate, ValidationError};

use super::rejection;

#[derive(Debug, HotConfig, Validate)]
#[validate(schema(function = "low_is_below_high"))]
struct App {
    #[hot(default = 8000, restart)]
    port: u16,
    #[hot(default = 1)]
    low: u32,
    #[hot(default = 10, restart)]
    high: u32,
    #[hot(default = "nobody")]
    name: String,
    tls: Option<Tls>,
    #[hot(restart)]
    cache: Option<Cache>,
    #[hot(default)]
    listeners: BTreeMap<String, Listener>,
    #[hot(default, restart)]
    modules: Vec<String>,
    #[hot(default = "none", restart, secret)]
    seed: String,
}

#[derive(Debug, HotConfig)]
struct Tls {
    #[hot(restart)]
    port: u16,
    #[hot(default = "cert.pem")]
    cert: String,
}

#[derive(Debug, HotConfig)]
struct Cache {
    #[hot(default = 64)]
    size: u32,
    #[hot(default = false)]
    verbose: bool,
}

#[derive(Debug, HotConfig)]
struct Listener {
    #[hot(restart)]
    port: u16,
    #[hot(default = 100)]
    backlog: u32,
}

fn low_is_below_high(app: &App) -> Result<(), ValidationError> {
    if app.low <= app.high { Ok(()) } else { Err(ValidationError::new("low_above_high")) }
}

struct Running {
    sandbox: Sandbox,
    cfg: Hot<App>,
    changes: Subscription<App>,
}

impl Running {
    fn new(text: &str) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", text);
        let cfg = Hot::builder().file(sandbox.at("app.toml")).build().expect("the first state is good");
        Self { sandbox, changes: cfg.subscribe(), cfg }
    }

    #[track_caller]
    fn save(&self, text: &str) {
        self.sandbox.replace("app.toml", text);
    }

    /// Saves, and waits for the next version, in which these keys differ.
    #[track_caller]
    fn save_and_see(&mut self, text: &str, keys: &[&str]) {
        self.save(text);
        match self.changes.next_timeout(DEADLINE) {
            Ok(change) => assert_eq!(change.keys(), keys),
            Err(error) => panic!("{error}; {:#?}", self.cfg.status()),
        }
    }

    /// Saves what makes no version, and waits until these keys are pending.
    #[track_caller]
    fn save_and_wait(&mut self, text: &str, keys: &[&str]) {
        let version = self.cfg.version();
        self.save(text);
        wait_until(&format!("{keys:?} are pending"), || self.pending_keys() == keys);
        assert_eq!(self.cfg.version(), version);
        assert!(self.changes.try_next().is_none());
    }

    fn pending(&self) -> Vec<PendingRestart> {
        self.cfg.status().pending_restart().to_vec()
    }

    fn pending_keys(&self) -> Vec<KeyPath> {
        self.pending().iter().map(|pending| pending.key().clone()).collect()
    }
}

#[test]
fn the_running_value_stays_and_the_rest_applies() {
    let mut running = Running::new("port = 8001\n");
    running.save_and_see("name = 'new'\nport = 9000\n", &["name"]);
    assert_eq!((running.cfg.load().port, running.cfg.version()), (8001, 2));
    let pending = running.pending();
    assert_eq!(pending.len(), 1);
    assert_eq!(*pending[0].key(), "port");
    assert_eq!(
        (pending[0].running(), pending[0].configured()),
        (Some(&Value::Integer(8001)), Some(&Value::Integer(9000)))
    );
    let origin = pending[0].origin().expect("a place");
    assert_eq!((origin.file(), origin.line()), (Some(&*running.sandbox.at("app.toml")), Some(2)));
    assert_eq!(running.cfg.get("port"), Some(Value::Integer(8001)));
    let explained = running.cfg.explain("port").to_string();
    assert!(explained.contains("9000 is configured, and waits for a restart"), "{explained}");

    // Other changes come and go, and it waits on.
    running.save_and_see("name = 'newer'\nport = 9000\n", &["name"]);
    assert_eq!(running.pending_keys(), ["port"]);
    running.save_and_see("name = 'newest'\nport = 8001\n", &["name"]);
    assert_eq!(running.pending(), []);
}

#[test]
fn alone_it_makes_no_version() {
    let mut running = Running::new("port = 8001\nmodules = ['a']\n");
    running.save_and_wait("port = 9000\nmodules = ['a', 'b']\n", &["modules", "port"]);
    assert!(matches!(running.cfg.reload(), Outcome::Unchanged));
    assert_eq!(running.cfg.load().modules, ["a"]);
    running.save_and_wait("port = 9001\nmodules = ['a']\n", &["port"]);
    assert_eq!(running.pending()[0].configured(), Some(&Value::Integer(9001)));
    running.save_and_wait("port = 8001\nmodules = ['a']\n", &[]);
    assert_eq!(running.cfg.status().last_error(), None);
}

#[test]
fn to_the_default_and_back() {
    let mut running = Running::new("port = 8001\n");
    running.save_and_wait("# port = 8001\n", &["port"]);
    let pending = running.pending().remove(0);
    assert_eq!((pending.configured(), pending.origin()), (Some(&Value::Integer(8000)), None));
    running.save_and_wait("port = 8001\n", &[]);

    let mut running = Running::new("");
    running.save_and_wait("port = 8001\n", &["port"]);
    assert_eq!(running.pending()[0].running(), Some(&Value::Integer(8000)));
    assert_eq!(running.cfg.load().port, 8000);
    running.save_and_wait("# port = 8001\n", &[]);
}

#[test]
fn a_secret_is_masked_while_it_waits() {
    let mut running = Running::new("seed = 'first seed'\n");
    running.save_and_wait("seed = 'second seed'\n", &["seed"]);
    let pending = running.pending().remove(0);
    assert_eq!((pending.running(), pending.configured()), (Some(&Value::Secret), Some(&Value::Secret)));
    assert_eq!(running.cfg.load().seed, "first seed");
    let shown = format!("{:?} {}", running.cfg.status(), running.cfg.explain("seed"));
    assert!(
        !shown.contains("seed'") && !shown.contains("first seed") && !shown.contains("second"),
        "{shown}"
    );
}

#[test]
fn what_is_set_waits_as_well() {
    let running = Running::new("");
    assert!(matches!(running.cfg.set("port", 9000), Ok(Outcome::Unchanged)));
    assert_eq!(running.pending_keys(), ["port"]);
    assert!(running.pending()[0].origin().is_some());
    assert!(matches!(running.cfg.set("name", "new"), Ok(Outcome::Applied(_))));
    assert_eq!((running.pending_keys().len(), running.cfg.load().port), (1, 8000));
    assert!(matches!(running.cfg.unset("port"), Ok(Outcome::Unchanged)));
    assert_eq!(running.pending(), []);
}

/// The configured state is good, and what would be running until the restart is not.
#[test]
fn a_mixture_that_is_bad_is_refused_for_that_reason() {
    let mut running = Running::new("low = 1\nhigh = 10\n");
    running.save("low = 15\nhigh = 20\nname = 'new'\n");
    wait_until("a refusal", || running.cfg.status().last_error().is_some());
    let error = rejection(running.cfg.reload());
    assert_eq!(error.problems()[0].kind(), ProblemKind::NeedsRestart, "{error}");
    assert!(error.to_string().contains("the running high cannot be changed"), "{error}");
    assert_eq!((running.cfg.load().low, running.cfg.version()), (1, 1));
    assert_eq!(running.pending(), [], "what is refused does not wait");
    running.save_and_see("low = 5\nhigh = 20\nname = 'new'\n", &["low", "name"]);
    assert_eq!(running.pending_keys(), ["high"]);
}

/// The other way round: the mixture would do, and the configured state does not.
#[test]
fn a_configured_state_that_is_bad_is_refused_although_the_mixture_is_good() {
    let running = Running::new("low = 5\nhigh = 10\n");
    running.save("low = 5\nhigh = 2\n");
    let error = rejection(running.cfg.reload());
    assert_eq!(error.problems()[0].kind(), ProblemKind::Rule, "{error}");
    assert_eq!(running.pending(), []);
}

#[test]
fn a_field_of_an_optional_section() {
    let mut running = Running::new("");
    // The section comes as a whole: nothing of it was running.
    running.save_and_see("[tls]\nport = 443\n", &["tls.cert", "tls.port"]);
    assert_eq!(running.pending(), []);
    running.save_and_see("[tls]\nport = 444\ncert = 'new.pem'\n", &["tls.cert"]);
    assert_eq!(running.pending_keys(), ["tls.port"]);
    assert_eq!(running.cfg.load().tls.as_ref().map(|tls| tls.port), Some(443));
    // And goes as a whole.
    running.save_and_see("# [tls]\n", &["tls.cert", "tls.port"]);
    assert!(running.cfg.load().tls.is_none());
    assert_eq!(running.pending(), []);
}

#[test]
fn an_optional_section_that_is_marked_itself() {
    let mut running = Running::new("");
    running.save_and_wait("[cache]\nsize = 128\n", &["cache"]);
    assert!(running.cfg.load().cache.is_none());
    running.save_and_wait("# [cache]\n", &[]);

    let mut running = Running::new("[cache]\nsize = 128\n");
    running.save_and_wait("# [cache]\n", &["cache"]);
    assert_eq!(running.cfg.load().cache.as_ref().map(|cache| cache.size), Some(128));
    running.save_and_wait("[cache]\nsize = 128\nverbose = true\n", &["cache.verbose"]);
    assert_eq!(running.cfg.load().cache.as_ref().map(|cache| cache.verbose), Some(false));
    running.save_and_wait("[cache]\nsize = 128\n", &[]);
}

#[test]
fn a_field_of_the_entries_of_a_map() {
    let mut running = Running::new("[listeners.web]\nport = 80\n");
    // A new entry has nothing running.
    let both = "[listeners.web]\nport = 80\n[listeners.admin]\nport = 81\n";
    running.save_and_see(both, &["listeners.admin"]);
    assert_eq!(running.pending(), []);
    running.save_and_see(
        "[listeners.web]\nport = 8080\nbacklog = 5\n[listeners.admin]\nport = 81\n",
        &["listeners.web.backlog"],
    );
    assert_eq!(running.pending_keys(), ["listeners.web.port"]);
    assert_eq!(running.cfg.load().listeners["web"].port, 80);
    running.save_and_see(both, &["listeners.web.backlog"]);
    assert_eq!(running.pending(), []);
}

/// An entry goes as a whole, as an optional section does: half an entry was neither written nor running.
#[test]
fn an_entry_of_a_map_that_goes() {
    let both = "[listeners.web]\nport = 80\nbacklog = 5\n[listeners.admin]\nport = 81\n";
    let mut running = Running::new(both);
    running.save("[listeners.admin]\nport = 81\n");
    let change = running.changes.next_timeout(DEADLINE).expect("the entry goes");
    assert!(!change.new().listeners.contains_key("web"), "{:?}", change.new().listeners);
    assert_eq!(change.new().listeners["admin"].port, 81);
    assert_eq!((running.pending(), running.cfg.status().last_error()), (Vec::new(), None));
}
