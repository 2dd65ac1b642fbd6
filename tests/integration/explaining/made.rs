//! Sections whose default is code.

use hotconf::{Format, Hot, HotConfig, IntoValue, OriginKind, Value};

use super::is_told;

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = Shown::wide())]
    shown: Shown,
    #[hot(default = Closed::wide())]
    closed: Closed,
    #[hot(default = Some(Shown::wide()))]
    optional: Option<Shown>,
}

#[derive(Debug, Clone, HotConfig, IntoValue)]
struct Shown {
    #[hot(default = 3)]
    burst: u8,
    #[hot(secret, default)]
    token: String,
    #[hot(default)]
    inner: Inner,
}

#[derive(Debug, Clone, Default, HotConfig, IntoValue)]
struct Inner {
    #[hot(default = 1)]
    depth: u8,
}

impl Shown {
    fn wide() -> Self {
        Self { burst: 200, token: "hunter2".to_owned(), inner: Inner { depth: 7 } }
    }
}

#[derive(Debug, Clone, HotConfig)]
struct Closed {
    #[hot(default = 3)]
    burst: u8,
}

impl Closed {
    fn wide() -> Self {
        Self { burst: 100 }
    }
}

fn open(text: &str) -> Hot<App> {
    Hot::builder().text(Format::Yaml, text).build().unwrap()
}

#[test]
fn what_code_made_is_shown_where_its_type_can_be() {
    let cfg = open("");
    assert_eq!((cfg.load().shown.burst, cfg.load().closed.burst), (200, 100));
    let shown = "{ burst = 200, inner = { depth = 7 }, token = *** }";
    assert_eq!(cfg.values().to_string(), format!("{{ optional = {shown}, shown = {shown} }}"));
    is_told(
        &cfg.explain("shown"),
        &[
            &format!("shown = {shown}"),
            "  the default",
            "  type: section (Shown)",
            "  keys:",
            "    shown.burst = 200, the default",
            "    shown.token = ***, the default",
            "    shown.inner.depth = 7, the default",
        ],
    );
    for (key, value) in [("shown.burst", 200), ("shown.inner.depth", 7), ("optional.burst", 200)] {
        assert_eq!(cfg.get(key), Some(Value::Integer(value)), "{key}");
        assert_eq!(cfg.explain(key).origin().unwrap().kind(), &OriginKind::Default);
    }
    assert_eq!(
        (cfg.get("shown.token"), cfg.get_as::<String>("shown.token").unwrap()),
        (Some(Value::Secret), "hunter2".into())
    );
}

#[test]
fn else_its_source_text_is() {
    let cfg = open("");
    is_told(
        &cfg.explain("closed"),
        &["closed = `Closed::wide()`", "  the default", "  type: section (Closed)"],
    );
    assert_eq!((cfg.get("closed"), cfg.get("closed.burst")), (None, None));
    let burst = cfg.explain("closed.burst");
    assert_eq!(burst.to_string(), "closed.burst is set, to something that cannot be shown\n  the default");
    let root = cfg.explain("").to_string();
    assert!(root.contains("\n  closed = `Closed::wide()`, the default\n"), "{root}");
}

#[test]
fn the_defaults_of_the_fields_count_once_a_layer_has_the_section() {
    let cfg = open("closed: {}\nshown: {token: a}\noptional: null");
    assert_eq!((cfg.get("closed.burst"), cfg.load().closed.burst), (Some(Value::Integer(3)), 3));
    assert_eq!((cfg.get("shown.burst"), cfg.load().shown.burst), (Some(Value::Integer(3)), 3));
    // A null leaves the default, which is code.
    assert_eq!(
        (cfg.get("optional.burst"), cfg.load().optional.as_ref().unwrap().burst),
        (Some(Value::Integer(200)), 200)
    );
    let optional = cfg.explain("optional");
    assert_eq!(optional.origin().unwrap().kind(), &OriginKind::Default);
    assert_eq!(optional.over().len(), 1);
}

#[test]
fn a_section_that_code_made_changes_by_its_values_once_a_layer_has_it() {
    let cfg = open("");
    let outcome = cfg.set("shown.token", "hunter2").unwrap();
    // Its fields have their own defaults now; the token is as it was.
    assert_eq!(outcome.change().unwrap().keys(), ["shown.burst", "shown.inner.depth"]);
    // What code makes of the other cannot be compared.
    let outcome = cfg.set("closed.burst", 100).unwrap();
    assert_eq!(outcome.change().unwrap().keys(), ["closed.burst"]);
    let outcome = cfg.unset("shown.token").unwrap();
    assert_eq!(outcome.change().unwrap().keys(), ["shown.burst", "shown.inner.depth"]);
    assert_eq!(cfg.load().shown.burst, 200);
}

#[test]
fn a_section_that_code_made_waits_as_a_whole_where_a_key_of_it_waits() {
    #[derive(Debug, HotConfig)]
    struct Waiting {
        #[hot(default = Limits { burst: 200, wait: 1 })]
        limits: Limits,
    }
    #[derive(Debug, Clone, HotConfig, IntoValue)]
    struct Limits {
        #[hot(default = 3, restart)]
        burst: u8,
        #[hot(default = 1)]
        wait: u8,
    }
    let cfg: Hot<Waiting> = Hot::builder().build().unwrap();
    let _ = cfg.set("limits.wait", 2).unwrap();
    assert_eq!((cfg.load().limits.burst, cfg.get("limits.burst")), (200, Some(Value::Integer(200))));
    let pending = cfg.status();
    let pending = &pending.pending_restart()[0];
    assert_eq!(pending.key(), "limits");
    assert_eq!(pending.running().unwrap().to_string(), "{ burst = 200, wait = 1 }");
    assert_eq!(pending.configured().unwrap().to_string(), "{ burst = 3, wait = 2 }");
}
