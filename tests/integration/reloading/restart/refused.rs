//! Changes of such keys where the program wants them refused.

use std::collections::BTreeMap;

use hotconf::{Error, Hot, HotConfig, Outcome, ProblemKind};
use hotconf_tests::{Record, Sandbox, wait_until};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 8000, restart)]
    port: u16,
    #[hot(default = "none", restart, secret)]
    seed: String,
    #[hot(default = "nobody")]
    name: String,
    #[hot(restart)]
    cache: Option<Cache>,
    #[hot(default)]
    listeners: BTreeMap<String, Listener>,
}

#[derive(Debug, HotConfig)]
struct Cache {
    #[hot(default = 64)]
    size: u32,
}

#[derive(Debug, HotConfig)]
struct Listener {
    #[hot(restart)]
    port: u16,
}

fn store(sandbox: &Sandbox, text: &str) -> Hot<App> {
    sandbox.write("app.toml", text);
    Hot::builder().file(sandbox.at("app.toml")).refuse_restart_changes().build().unwrap()
}

#[track_caller]
fn refused(cfg: &Hot<App>) -> Error {
    match cfg.reload() {
        Outcome::Rejected(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_whole_edit_is_refused_and_heals() {
    let sandbox = Sandbox::new();
    let cfg = store(&sandbox, "port = 8001\n");
    let refusals: Record<Error> = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.clone())).forever();
    sandbox.replace("app.toml", "name = 'new'\nport = 9000\n[cache]\nsize = 1\n");
    let error = refusals.wait_for(1).remove(0);
    assert_eq!(
        error.to_string(),
        format!(
            "2 problems in the configuration\n\
             port: runs with 8001, and 9000 needs a restart\n  at {0}:2:8\n\
             cache: runs with no value, and {{ size = 1 }} needs a restart\n  at {0}:3:2",
            sandbox.at("app.toml").display()
        )
    );
    assert!(error.problems().iter().all(|problem| problem.kind() == ProblemKind::NeedsRestart));
    assert_eq!(refused(&cfg), error);
    assert_eq!((cfg.version(), &*cfg.load().name, cfg.load().port), (1, "nobody", 8001));
    assert!(cfg.status().pending_restart().is_empty());
    sandbox.replace("app.toml", "name = 'new'\nport = 8001\n");
    wait_until("the rest of the edit", || cfg.load().name == "new");
    assert_eq!((cfg.version(), refusals.len(), cfg.status().last_error()), (2, 1, None));
}

#[test]
fn what_is_set_is_refused_as_well() {
    let sandbox = Sandbox::new();
    let cfg = store(&sandbox, "port = 8001\n");
    let error = cfg.set("port", 9000).unwrap_err();
    assert_eq!((error.problems().len(), error.problems()[0].key().unwrap().as_str()), (1, "port"));
    assert!(error.problems()[0].origin().unwrap().to_string().contains("refused.rs"), "{error}");
    let error = cfg.update(|edit| _ = edit.set("name", "new").set("port", 9000)).unwrap_err();
    assert_eq!(error.problems()[0].message(), "runs with 8001, and 9000 needs a restart");
    assert_eq!(&*cfg.load().name, "nobody");
    // The same value is no change.
    assert!(matches!(cfg.set("port", 8001), Ok(Outcome::Unchanged)));
    sandbox.replace("app.toml", "# port = 8001\n");
    let _ = cfg.reload();
    assert_eq!(cfg.status().last_error(), None);
    let error = cfg.unset("port").unwrap_err();
    assert_eq!(error.problems()[0].message(), "runs with 8001, and 8000 needs a restart");
    assert_eq!(error.problems()[0].origin(), None, "a default has no place");
}

/// A new entry of a map was not running, and so nothing of it changes.
#[test]
fn what_has_no_running_value_is_put_in_place() {
    let sandbox = Sandbox::new();
    let cfg = store(&sandbox, "[listeners.a]\nport = 1\n");
    sandbox.replace("app.toml", "[listeners.a]\nport = 1\n[listeners.b]\nport = 2\n");
    let _ = cfg.reload();
    assert_eq!(cfg.load().listeners.len(), 2);
    sandbox.replace("app.toml", "[listeners.a]\nport = 1\n[listeners.b]\nport = 3\n");
    assert_eq!(refused(&cfg).problems()[0].key().unwrap(), "listeners.b.port");
}

#[test]
fn no_secret_is_told() {
    let sandbox = Sandbox::new();
    let cfg = store(&sandbox, "seed = 'hunter2-a'\n");
    sandbox.replace("app.toml", "seed = 'hunter2-b'\n");
    let error = refused(&cfg);
    assert_eq!(error.problems()[0].message(), "runs with ***, and *** needs a restart");
    let shown = format!("{error:#} {:?} {}", cfg.status(), serde_json::to_string(&cfg.status()).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}

/// A waiver of guards is for what it says.
#[test]
fn a_waiver_does_not_let_it_pass() {
    let sandbox = Sandbox::new();
    let cfg = store(&sandbox, "port = 8001\n");
    sandbox.replace("app.toml", "port = 9000\n");
    assert!(matches!(cfg.waive_guards(), Outcome::Rejected(_)));
    assert_eq!(cfg.load().port, 8001);
}
