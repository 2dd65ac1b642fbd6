//! What Rust programmers expect of every type: the traits that it has, and small conversions.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::iter::FusedIterator;
use std::sync::Arc;

use hotconf::testing::{Memory, Sandbox};
use hotconf::{
    Bell, Builder, Change, Changes, Edit, Error, Explanation, FieldSchema, Format, Hot, HotConfig, IntoValue,
    Key, KeyPath, Listener, OptionalKey, Origin, OriginKind, Outcome, Part, PartChange, PartSnapshot,
    PartSubscription, PendingRestart, Problem, ProblemKind, Reader, Reading, Request, Rule, Schema, Snapshot,
    SourceError, SourcePath, SourceStatus, Status, Subscription, Unknown, Value, VariantSchema, WaitError,
    Watch, Watched, WeakHot,
};
use serde::Serialize;

#[derive(HotConfig)]
struct AppConfig {
    server: Server,
    #[hot(default, max_items = 8)]
    hosts: Arc<[String]>,
    #[hot(default = Arc::new(4))]
    shared: Arc<u8>,
    #[hot(default)]
    boxed: Box<[u8]>,
}

#[derive(HotConfig)]
#[hot(unknown = "ignore")]
struct Server {
    #[hot(default = 80)]
    port: u16,
}

#[test]
fn every_type_has_the_traits_that_are_expected_of_it() {
    fn free<T: Debug + Send + Sync + Unpin>() {}
    fn sendable<T: Debug + Send + Unpin>() {}
    fn cloned<T: Debug + Clone + Send + Sync>() {}
    fn fact<T: Debug + Clone + Copy + Eq + Send + Sync>() {}
    fn equal<T: Clone + Eq>() {}
    fn hashed<T: Eq + Hash>() {}
    fn shown<T: Display>() {}
    fn written<T: Serialize>() {}
    fn failed<T: std::error::Error + Clone + Send + Sync + 'static>() {}
    fn fused<T: FusedIterator>() {}

    free::<Hot<AppConfig>>();
    free::<Listener>();
    free::<Subscription<AppConfig>>();
    free::<Changes<AppConfig>>();
    free::<Edit<AppConfig>>();
    free::<Reader<AppConfig>>();
    free::<Schema>();
    free::<Sandbox>();
    sendable::<Builder<AppConfig>>();
    sendable::<PartSubscription<Server>>();

    cloned::<Hot<AppConfig>>();
    cloned::<WeakHot<AppConfig>>();
    cloned::<Reader<AppConfig>>();
    cloned::<Snapshot<AppConfig>>();
    cloned::<Change<AppConfig>>();
    cloned::<Outcome<AppConfig>>();
    cloned::<Part<Server>>();
    cloned::<PartSnapshot<Server>>();
    cloned::<PartChange<Server>>();
    cloned::<Explanation>();
    cloned::<FieldSchema>();
    cloned::<VariantSchema>();
    cloned::<Status>();
    cloned::<SourceStatus>();
    cloned::<PendingRestart>();
    cloned::<SourceError>();
    cloned::<SourcePath>();
    cloned::<Reading>();
    cloned::<Request<'_>>();
    cloned::<Bell>();
    cloned::<Value>();
    cloned::<Memory>();

    fact::<Format>();
    fact::<Watch>();
    fact::<Rule>();
    fact::<Unknown>();
    fact::<ProblemKind>();
    fact::<WaitError>();
    fact::<Key<AppConfig, u16>>();

    equal::<Error>();
    equal::<Problem>();
    equal::<Watched>();
    hashed::<KeyPath>();
    hashed::<Key<AppConfig, u16>>();
    hashed::<OptionalKey<AppConfig, u16>>();
    hashed::<Origin>();
    hashed::<OriginKind>();

    shown::<Error>();
    shown::<Problem>();
    shown::<Origin>();
    shown::<KeyPath>();
    shown::<Key<AppConfig, u16>>();
    shown::<OptionalKey<AppConfig, u16>>();
    shown::<Change<AppConfig>>();
    shown::<Explanation>();
    shown::<Value>();
    shown::<Rule>();

    written::<Error>();
    written::<Problem>();
    written::<Origin>();
    written::<KeyPath>();
    written::<Status>();
    written::<SourceStatus>();
    written::<Watched>();
    written::<PendingRestart>();
    written::<Explanation>();
    written::<Value>();

    failed::<Error>();
    failed::<SourceError>();
    failed::<WaitError>();
    fused::<Subscription<AppConfig>>();
    fused::<PartSubscription<Server>>();
}

#[test]
fn a_path_is_as_good_as_its_text() {
    let path: KeyPath = "server.port".parse().unwrap();
    assert_eq!(path, KeyPath::from("server.port".to_owned()));
    assert_eq!(path, "server.port".to_owned());
    assert_eq!("server.port".to_owned(), path);
    assert_eq!(serde_json::to_string(&path).unwrap(), "\"server.port\"");
    let by_path = HashMap::from([(path.clone(), 1)]);
    assert_eq!(by_path.get("server.port"), Some(&1));
    assert_eq!(by_path.get("server.host"), None);
    let sorted = BTreeMap::from([(path.clone(), 1), (KeyPath::from("a"), 2)]);
    assert_eq!((sorted.get("a"), sorted.get("server.port")), (Some(&2), Some(&1)));
    assert_eq!(String::from(path), "server.port");
}

#[test]
fn keys_are_equal_where_they_lead_to_the_same_place() {
    #[derive(HotConfig)]
    struct Limits {
        #[hot(default = 1)]
        least: u8,
        #[hot(default = 9)]
        most: u8,
        #[hot(default)]
        each: Vec<u8>,
    }
    let keys = Limits::keys();
    assert_eq!(keys.least, Limits::keys().least);
    assert_ne!(keys.least, keys.most);
    assert_eq!(HashSet::from([keys.least, keys.most, keys.least]).len(), 2);
    assert_eq!(keys.each.at(1), keys.each.at(1));
    assert_ne!(keys.each.at(1), keys.each.at(2));
    assert_eq!(HashSet::from([keys.each.at(1), keys.each.at(1)]).len(), 1);
}

#[test]
fn values_are_looked_into() {
    let value =
        BTreeMap::from([("list", vec![Value::Integer(1), Value::Float(0.5), Value::Null])]).into_value();
    let list = value.as_map().unwrap()["list"].as_list().unwrap();
    assert_eq!((list[0].as_f64(), list[1].as_f64(), list[2].as_f64()), (Some(1.0), Some(0.5), None));
    assert_eq!((list[1].is_null(), list[2].is_null()), (false, true));
    assert_eq!((value.as_list(), list[0].as_map(), Value::Secret.as_list()), (None, None, None));
}

#[test]
fn what_a_field_can_be_can_be_set() {
    let cfg: Hot<AppConfig> = Hot::builder().build().unwrap();
    let keys = AppConfig::keys();
    let host = String::from("a");
    let _ = cfg
        .update(|edit| {
            edit.set(keys.hosts, Arc::<[String]>::from([host.clone()]));
            edit.set(keys.shared, Arc::new(5_u8));
            edit.set(keys.boxed, Box::<[u8]>::from([1, 2]));
        })
        .unwrap();
    let config = cfg.snapshot();
    assert_eq!((&*config.hosts, *config.shared, &*config.boxed), (&[host.clone()][..], 5, &[1, 2][..]));
    assert_eq!((&host).into_value(), Value::String(host));
    let shared = AppConfig::schema().fields().find(|field| field.key() == "shared").unwrap();
    assert_eq!((shared.max_items(), shared.default().as_deref()), (None, Some("Arc::new(4)")));
    let unset: Hot<AppConfig> = Hot::builder().build().unwrap();
    assert_eq!(unset.get("shared"), Some(Value::Integer(4)), "the default of a shared value can be shown");
}

#[test]
fn the_schema_tells_all_that_is_declared() {
    let hosts = AppConfig::schema().fields().find(|field| field.key() == "hosts").unwrap();
    assert_eq!(hosts.max_items(), Some(8));
    assert_eq!(AppConfig::schema().unknown_keys(), None);
    assert_eq!(Server::schema().unknown_keys(), Some(Unknown::Ignore));
}

#[test]
fn an_outcome_says_why_and_can_be_kept() {
    let memory = Memory::new();
    let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).build().unwrap();
    let mut parts = cfg.view(AppConfig::keys().server).subscribe();
    memory.set("server.port", 70_000);
    let outcome = cfg.reload().clone();
    assert!(outcome.error().unwrap().to_string().contains("too large for u16"));
    assert!(outcome.change().is_none());
    memory.set("server.port", 81);
    let outcome = cfg.reload().clone();
    assert!(outcome.error().is_none());
    assert_eq!(outcome.change().unwrap().version(), 2);
    assert!(cfg.reload().clone().error().is_none());
    assert_eq!(parts.next().unwrap().version(), 2);
    drop(cfg);
    assert!(parts.next().is_none() && parts.next().is_none());
}

#[test]
fn a_file_of_any_name_may_come_later() {
    let sandbox = Sandbox::new();
    let cfg = sandbox
        .builder::<AppConfig>()
        .optional_file_as(sandbox.path("shop.conf"), Format::Toml)
        .build()
        .unwrap();
    assert_eq!(cfg.load().server.port, 80);
    sandbox.write("shop.conf", "server.port = 81");
    assert!(cfg.reload().change().is_some());
    assert_eq!(cfg.load().server.port, 81);
    sandbox.remove("shop.conf");
    assert!(cfg.reload().change().is_some());
    assert_eq!(cfg.load().server.port, 80);
}

#[test]
fn an_empty_prefix_means_bare_names() {
    let variables =
        [("SERVER_PORT", "81"), ("HOME", "/root")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let cfg: Hot<AppConfig> = Hot::builder().env_from(variables).strict_env("").build().unwrap();
    assert_eq!(cfg.load().server.port, 81);
    assert!(cfg.status().warnings().is_empty());
}
