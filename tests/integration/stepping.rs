//! Keys that step through options, lists, maps and pointers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use hotconf::{AsKey, Format, Hot, HotConfig, Key, OptionalKey, Value};
use hotconf_tests::{MOMENT, Record};

#[derive(HotConfig)]
struct AppConfig {
    tls: Option<Tls>,
    limit: Option<u32>,
    #[hot(default)]
    upstreams: Vec<Upstream>,
    #[hot(default = [1, 2])]
    pair: [u8; 2],
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default)]
    pools: HashMap<String, Pool>,
    boxed: Box<Pool>,
    shared: Arc<Pool>,
    tree: Option<Box<Node>>,
}

#[derive(HotConfig)]
struct Tls {
    cert: String,
    files: Files,
}

#[derive(HotConfig)]
struct Files {
    #[hot(default = "key.pem")]
    key: String,
}

#[derive(HotConfig)]
struct Upstream {
    host: String,
    #[hot(default = 1)]
    weight: u32,
}

#[derive(HotConfig)]
struct Pool {
    #[hot(default = 10)]
    size: u32,
}

#[derive(HotConfig)]
struct Node {
    #[hot(default = 0)]
    leaf: u8,
    next: Option<Box<Node>>,
}

const TEXT: &str = r#"
limit = 5
upstreams = [{ host = "a" }, { host = "b", weight = 2 }]
[tls]
cert = "a.pem"
[flags]
dark = true
"beta.checkout" = false
[pools.main]
size = 3
[tree.next.next]
leaf = 7
"#;

fn loaded() -> Hot<AppConfig> {
    Hot::builder().text(Format::Toml, TEXT).build().unwrap()
}

#[test]
fn steps_lead_to_the_value_or_to_none() {
    let cfg = loaded();
    let (config, keys) = (cfg.load(), AppConfig::keys());
    assert_eq!(keys.limit.some().get(&config), Some(&5));
    assert_eq!(keys.tls.some().then(Tls::keys().cert).get(&config).unwrap(), "a.pem");
    assert_eq!(keys.tls.some().then(Tls::keys().files.key).get(&config).unwrap(), "key.pem");
    assert_eq!(keys.tls.some().then(Tls::keys().files).get(&config).unwrap().key, "key.pem");
    assert_eq!(keys.upstreams.at(1).get(&config).unwrap().host, "b");
    assert_eq!(keys.upstreams.at(1).then(Upstream::keys().weight).get(&config), Some(&2));
    assert!(keys.upstreams.at(2).then(Upstream::keys().weight).get(&config).is_none());
    assert_eq!((keys.pair.at(1).get(&config), keys.pair.at(2).get(&config)), (Some(&2), None));
    assert_eq!(keys.flags.entry("dark").get(&config), Some(&true));
    assert_eq!(keys.flags.entry("Dark").get(&config), None);
    assert_eq!(keys.pools.entry("main").then(Pool::keys().size).get(&config), Some(&3));
    assert_eq!(keys.boxed.inner().then(Pool::keys().size).get(&config), Some(&10));
    assert_eq!(keys.shared.inner().get(&config).unwrap().size, 10);

    // A key that steps itself can be the rest of another.
    let next = Node::keys().next.some().inner();
    let third = keys.tree.some().inner().then(&next).then(&next);
    assert_eq!(third.then(Node::keys().leaf).get(&config), Some(&7));
    assert!(third.then(next).get(&config).is_none());
}

#[test]
fn paths_are_those_of_the_sources() {
    let keys = AppConfig::keys();
    assert_eq!(*keys.upstreams.at(1).then(Upstream::keys().weight).path(), "upstreams.1.weight");
    assert_eq!(*keys.flags.entry("beta.checkout").path(), "flags.\"beta.checkout\"");
    assert_eq!(*keys.tls.some().then(Tls::keys().files.key).path(), "tls.files.key");
    assert_eq!(*keys.boxed.inner().then(Pool::keys().size).path(), "boxed.size");
    let leaf = keys.tree.some().inner().then(Node::keys().next).some().inner().then(Node::keys().leaf);
    assert_eq!(leaf.to_string(), "tree.next.leaf");
    assert_eq!(format!("{:?}", leaf.clone()), "OptionalKey(tree.next.leaf)");
    assert_eq!(*keys.tls.some().then(Tls::keys()).path(), "tls");
    assert_eq!(*keys.as_key().then(keys.limit).path(), "limit");
    let plain: OptionalKey<AppConfig, Option<u32>> = keys.limit.into();
    assert_eq!(*plain.path(), "limit");
}

#[test]
fn they_are_keys_wherever_one_is_taken() {
    let cfg = loaded();
    let keys = AppConfig::keys();
    let (dark, size) = (keys.flags.entry("dark"), keys.pools.entry("main").then(Pool::keys().size));
    assert_eq!(
        cfg.explain(&size).to_string(),
        "pools.main.size = 3\n  at embedded TOML:10:8\n  over 10, the default"
    );
    let _ = cfg.set(&size, 4).unwrap();
    let outcome = cfg.set(&dark, false).unwrap();
    let change = outcome.change().unwrap();
    assert_eq!(change.keys(), ["flags.dark"]);
    assert_eq!(change.of(&dark), Some((Some(&true), Some(&false))));
    assert_eq!(change.of(&size), None);
    assert!(change.origin(&dark).is_some());
    let _ = cfg.update(|edit| _ = edit.unset(&dark).unset(size)).unwrap();
    assert_eq!(cfg.get("flags.dark"), Some(Value::Bool(true)));
    assert_eq!(cfg.load().pools["main"].size, 3);
}

#[test]
fn what_comes_and_goes_is_some_and_none() {
    let cfg = loaded();
    let keys = AppConfig::keys();
    let outcome = cfg.set("tls", Value::Null).unwrap();
    let change = outcome.change().unwrap();
    let key = keys.tls.some().then(Tls::keys().files.key);
    assert_eq!(
        change.of(&key).map(|(old, new)| (old.cloned(), new.is_none())),
        Some((Some("key.pem".to_owned()), true))
    );

    let outcome = cfg.set(keys.flags.entry("new"), true).unwrap();
    assert_eq!(outcome.change().unwrap().of(keys.flags.entry("new")), Some((None, Some(&true))));
    assert_eq!(outcome.change().unwrap().of(keys.flags.entry("dark")), None);
}

#[test]
fn items_of_a_changed_list_are_compared() {
    let cfg = loaded();
    let keys = AppConfig::keys();
    let upstream = |host: &str, weight: u32| {
        Value::Map(BTreeMap::from([
            ("host".to_owned(), Value::String(host.to_owned())),
            ("weight".to_owned(), Value::Integer(weight.into())),
        ]))
    };
    // The first says its default now, the second differs in one key, the third is new.
    let list = vec![upstream("a", 1), upstream("b", 9), upstream("c", 1)];
    let outcome = cfg.set(keys.upstreams, Value::List(list)).unwrap();
    let change = outcome.change().unwrap();
    assert_eq!(change.keys(), ["upstreams"]);
    assert!(change.of(keys.upstreams).is_some());
    assert!(change.of(keys.upstreams.at(0)).is_none());
    assert!(change.of(keys.upstreams.at(1).then(Upstream::keys().host)).is_none());
    let weight = |index| keys.upstreams.at(index).then(Upstream::keys().weight);
    assert_eq!(change.of(weight(1)), Some((Some(&2), Some(&9))));
    assert_eq!(change.of(weight(2)), Some((None, Some(&1))));
    assert!(change.of(weight(3)).is_none());
}

#[test]
fn callbacks_are_given_options() {
    let cfg = loaded();
    let keys = AppConfig::keys();
    let heard = Record::new();
    let (record, weights) = (heard.clone(), heard.clone());
    cfg.on(keys.flags.entry("new"), move |old, new| record.push(format!("new: {old:?} {new:?}"))).forever();
    let weight = keys.upstreams.at(0).then(Upstream::keys().weight);
    cfg.on(weight, move |old, new| weights.push(format!("weight: {old:?} {new:?}"))).forever();

    let _ = cfg.set("flags.new", true).unwrap();
    assert_eq!(heard.wait_for(1), ["new: None Some(true)"]);
    let _ = cfg.set("flags.other", true).unwrap();
    let _ = cfg.unset("flags.new").unwrap();
    assert_eq!(heard.wait_for(2)[1], "new: Some(true) None");
    let _ = cfg.set(keys.upstreams, Value::List(Vec::new())).unwrap();
    assert_eq!(heard.wait_for(3)[2], "weight: Some(1) None");
    std::thread::park_timeout(MOMENT);
    assert_eq!(heard.len(), 3);
}

#[test]
fn plain_keys_are_what_they_were() {
    const LIMIT: Key<AppConfig, Option<u32>> = AppConfig::keys().limit;
    let cfg = loaded();
    let outcome = cfg.set(LIMIT, 6).unwrap();
    let (old, new): (&Option<u32>, &Option<u32>) = outcome.change().unwrap().of(LIMIT).unwrap();
    assert_eq!((*old, *new), (Some(5), Some(6)));
    let fixed = Hot::fixed(Pool { size: 1 });
    let replaced = fixed.replace(Pool { size: 2 });
    assert_eq!(replaced.change().unwrap().of(Pool::keys().size), Some((&1, &2)));
}

#[test]
fn in_a_fixed_store_all_of_them_may_have_changed() {
    let config = |weight| AppConfig {
        tls: None,
        limit: None,
        upstreams: vec![Upstream { host: "a".to_owned(), weight }],
        pair: [1, 2],
        flags: BTreeMap::new(),
        pools: HashMap::new(),
        boxed: Box::new(Pool { size: 1 }),
        shared: Arc::new(Pool { size: 1 }),
        tree: None,
    };
    let cfg = Hot::fixed(config(1));
    let weight = AppConfig::keys().upstreams.at(0).then(Upstream::keys().weight);
    assert_eq!(cfg.explain(&weight).to_string(), "upstreams.0.weight is set in code");
    let outcome = cfg.replace(config(2));
    assert_eq!(outcome.change().unwrap().of(&weight), Some((Some(&1), Some(&2))));
    assert_eq!(
        outcome.change().unwrap().of(AppConfig::keys().tls.some()).map(|(old, _)| old.is_none()),
        Some(true)
    );
}
