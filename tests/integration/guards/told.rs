//! What the status tells of guards.

use hotconf::{Format, Hot, HotConfig};
use hotconf_tests::Sandbox;

use super::{App, Kept, guard};

#[test]
fn every_guard_is_listed_with_its_use() {
    let sandbox = Sandbox::new();
    let text = "mirrors = ['a', 'b', 'c']\n[server]\nport = 80\n";
    sandbox.write("app.toml", text);
    let builder = Hot::<App>::builder().text(Format::Toml, "workers = 2").file(sandbox.at("app.toml"));
    let builder = builder.max_keys(10).max_depth(8).max_file_size(100).shrink_guard(0.5);
    let cfg = builder.build().unwrap();
    let status = cfg.status();
    let listed: Vec<_> = status
        .guards()
        .iter()
        .map(|guard| (guard.name(), guard.used(), guard.limit(), guard.unit(), guard.key().is_some()))
        .collect();
    assert_eq!(
        listed,
        [
            ("max_keys", 5.0, 10.0, "keys", false),
            ("max_depth", 2.0, 8.0, "levels", false),
            ("max_file_size", text.len() as f64, 100.0, "bytes", false),
            ("shrink_guard", 0.0, 0.5, "share", false),
            ("mirrors", 3.0, 100.0, "items", true),
        ]
    );
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(
        json["guards"][0],
        serde_json::json!({
            "name": "max_keys", "unit": "keys", "used": 5.0, "limit": 10.0, "is_waived": false
        })
    );
    assert_eq!(json["guards"].as_array().unwrap().len(), 5);
}

#[test]
fn it_is_of_what_is_in_place() {
    let kept = Kept::new("mirrors = ['a']\n", |builder| builder);
    assert_eq!(guard(&kept.cfg, "mirrors").0, 1.0);
    kept.accepted("mirrors = ['a', 'b']\n");
    assert_eq!((guard(&kept.cfg, "mirrors").0, guard(&kept.cfg, "max_keys").0), (2.0, 2.0));
    kept.refused("mirrors = ['a', 'b', 'c']\nworkers = 'many'\n");
    assert_eq!((guard(&kept.cfg, "mirrors").0, guard(&kept.cfg, "max_keys").0), (2.0, 2.0));
    let _ = kept.cfg.set("mirrors", ["a", "b", "c"]).unwrap();
    assert_eq!((guard(&kept.cfg, "mirrors").0, guard(&kept.cfg, "max_keys").0), (3.0, 3.0));
}

#[derive(Debug, HotConfig)]
struct Many {
    #[hot(default = ["a"], max_items = 3)]
    one: Vec<String>,
    inner: Inner,
}

#[derive(Debug, HotConfig)]
struct Inner {
    #[hot(default, max_items = 4)]
    two: std::collections::BTreeMap<String, u8>,
}

#[test]
fn the_items_of_each_key_are_those_that_sources_set() {
    let builder = Hot::<Many>::builder().text(Format::Toml, "inner.two = { a = 1, b = 2 }");
    let cfg = builder.text(Format::Toml, "inner.two.c = 3").build().unwrap();
    let status = cfg.status();
    let items: Vec<_> = status.guards().iter().filter(|guard| guard.key().is_some()).collect();
    let told: Vec<_> = items.iter().map(|guard| (guard.name(), guard.used(), guard.limit())).collect();
    assert_eq!(told, [("one", 0.0, 3.0), ("inner.two", 3.0, 4.0)]);
    assert_eq!(status.guards().iter().find(|guard| guard.name() == "max_keys").unwrap().limit(), 1_000_000.0);
}
