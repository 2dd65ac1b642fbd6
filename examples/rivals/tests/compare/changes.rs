//! What the program hears of changes, and which it makes itself.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hotconf::{HotConfig, Outcome, Watch};
use serde::Deserialize;

use crate::reloading::{AppConfig, dynamic_config, hotconf, rtb_config, toml, yaml};
use crate::support::{self, Sandbox, wait_until};

/// A save that changes nothing wakes nobody.
mod same_content_is_no_change {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let cfg = hotconf(&sandbox.path("app.toml"), Watch::Off);
        sandbox.write("app.toml", "# a comment more\nport = 1\n");
        assert!(matches!(cfg.reload(), Outcome::Unchanged));
        assert_eq!(cfg.version(), 1);
    }

    #[test]
    fn dynamic_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let config = dynamic_config(&sandbox.path("app.toml"));
        let heard = Arc::new(Mutex::new(0));
        let count = heard.clone();
        config.on_reload(move |_, _| *count.lock().unwrap() += 1);
        config.reload().unwrap();
        wait_until("the callback", || *heard.lock().unwrap() == 1);
        assert_eq!(config.generation(), 2);
    }

    #[test]
    fn rtb_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.yaml", yaml(1));
        let config = rtb_config(&sandbox.path("app.yaml"));
        let changes = config.subscribe();
        config.reload().unwrap();
        assert!(changes.has_changed().unwrap());
    }
}

/// One key changes: a callback of that key gets its old and its new value, typed, and others are not called.
mod typed_change_of_one_key {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "port = 1\nworkers = 1\n");
        let cfg = hotconf(&sandbox.path("app.toml"), Watch::Off);
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (ports, workers) = (heard.clone(), heard.clone());
        let mut changes = cfg.subscribe();
        cfg.on(AppConfig::keys().workers, move |old: &u16, new: &u16| {
            workers.lock().unwrap().push(("workers", *old, *new));
        })
        .forever();
        cfg.on(AppConfig::keys().port, move |old: &u16, new: &u16| {
            ports.lock().unwrap().push(("port", *old, *new));
        })
        .forever();
        sandbox.write("app.toml", "port = 2\nworkers = 1\n");
        assert!(matches!(cfg.reload(), Outcome::Applied(_)));
        assert_eq!(changes.next().unwrap().keys(), ["port"]);
        wait_until("the callback", || !heard.lock().unwrap().is_empty());
        assert_eq!(*heard.lock().unwrap(), [("port", 1, 2)]);
    }

    /// Both structs, whole; which keys differ is for the program to find out.
    #[test]
    fn dynamic_config_partly() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "port = 1\nworkers = 1\n");
        let config = dynamic_config(&sandbox.path("app.toml"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = heard.clone();
        config.on_reload(move |old, new| all.lock().unwrap().push((old.port, new.port)));
        sandbox.write("app.toml", "port = 2\nworkers = 1\n");
        config.reload().unwrap();
        wait_until("the callback", || *heard.lock().unwrap() == [(1, 2)]);
    }

    /// The new struct, whole.
    #[test]
    fn rtb_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.yaml", "port: 1\nworkers: 1\n");
        let config = rtb_config(&sandbox.path("app.yaml"));
        let mut changes = config.subscribe();
        sandbox.write("app.yaml", "port: 2\nworkers: 1\n");
        config.reload().unwrap();
        assert_eq!(changes.borrow_and_update().port, 2);
    }
}

/// A refused change is told to a callback, with the key and the reason.
mod refusal_is_told {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let cfg = hotconf(&sandbox.path("app.toml"), Watch::Auto);
        let heard = Arc::new(Mutex::new(String::new()));
        let text = heard.clone();
        cfg.on_rejected(move |error| *text.lock().unwrap() = error.to_string()).forever();
        sandbox.write("app.toml", "port = 70000\n");
        wait_until("the refusal", || heard.lock().unwrap().contains("port: 70000 is too large for u16"));
        assert_eq!(cfg.status().last_error().unwrap().to_string(), *heard.lock().unwrap());
    }

    /// The key and the kind of fault, and neither the text nor the file.
    #[test]
    fn dynamic_config_partly() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let config = dynamic_config(&sandbox.path("app.toml"));
        let heard = Arc::new(Mutex::new(None));
        let failure = heard.clone();
        config.on_reload_failed(move |status| {
            let dynamic_config::FailureStatus { kind, path, .. } = status;
            *failure.lock().unwrap() = Some((*kind, path.clone()));
        });
        let _handle = config.watch(Duration::from_millis(20)).unwrap();
        sandbox.write("app.toml", "port = 70000\n");
        wait_until("the refusal", || heard.lock().unwrap().is_some());
        let told = heard.lock().unwrap().take().unwrap();
        assert_eq!(told, (dynamic_config::ErrorKind::Type, "port".to_owned()));
    }

    /// `reload` returns the error to whoever calls it; the watcher drops it, and subscribers hear nothing.
    #[test]
    fn rtb_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.yaml", yaml(1));
        let config = rtb_config(&sandbox.path("app.yaml"));
        let changes = config.subscribe();
        sandbox.write("app.yaml", "port: 70000\n");
        assert!(config.reload().is_err());
        assert!(!changes.has_changed().unwrap());
    }
}

/// A value that cannot change while the program runs keeps its running value, and waits for a restart by name.
mod restart_fields {
    use super::*;

    #[test]
    fn hotconf_yes() {
        #[derive(HotConfig)]
        struct Restarting {
            #[hot(restart)]
            port: u16,
            workers: u16,
        }
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "port = 1\nworkers = 1\n");
        let cfg = support::hotconf::<Restarting>(&sandbox.path("app.toml")).unwrap();
        sandbox.write("app.toml", "port = 2\nworkers = 2\n");
        assert!(matches!(cfg.reload(), Outcome::Applied(_)));
        assert_eq!((cfg.load().port, cfg.load().workers), (1, 2));
        assert_eq!(cfg.status().pending_restart()[0].key(), "port");
    }
}

/// A value that is set while the program runs stays over the sources through reloads, until it is taken back.
mod set_at_run_time {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let cfg = hotconf(&sandbox.path("app.toml"), Watch::Off);
        let _ = cfg.set(AppConfig::keys().port, 9).unwrap();
        sandbox.write("app.toml", toml(2));
        let _ = cfg.reload();
        assert_eq!(cfg.load().port, 9);
        let _ = cfg.unset(AppConfig::keys().port).unwrap();
        assert_eq!(cfg.load().port, 2);
    }

    /// By the name of the key, for types that are declared with the attribute.
    #[test]
    fn dynamic_config_yes() {
        #[dynamic_config::dynamic_config]
        #[derive(Debug, Deserialize)]
        struct Declared {
            port: u16,
        }
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let file = sandbox.path("app.toml").display().to_string();
        let builder = Declared::builder("").whole_document().file(file);
        builder.init().unwrap();
        Declared::set_override("port", 9u16).unwrap();
        sandbox.write("app.toml", toml(2));
        builder.reload().unwrap();
        assert_eq!(Declared::current().port, 9);
        Declared::clear_overrides();
        builder.reload().unwrap();
        assert_eq!(Declared::current().port, 2);
    }
}
