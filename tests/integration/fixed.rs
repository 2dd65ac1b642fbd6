//! Stores without sources: a value that the program makes itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use hotconf::{Hot, HotConfig, Outcome, ProblemKind, Value, WaitError};
use hotconf_tests::{DEADLINE, Record};

#[derive(HotConfig)]
struct AppConfig {
    server: Server,
    /// How loud it is.
    #[hot(default = 3)]
    level: u8,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default)]
    upstreams: Vec<Upstream>,
    tls: Option<Tls>,
    tree: Option<Box<Node>>,
    empty: Empty,
}

#[derive(HotConfig)]
struct Server {
    #[hot(default = 8000, restart)]
    port: u16,
    #[hot(default = "tulip", secret)]
    token: String,
}

#[derive(HotConfig)]
struct Upstream {
    weight: u32,
}

#[derive(HotConfig)]
struct Tls {
    cert: String,
}

#[derive(HotConfig)]
struct Node {
    leaf: u8,
    next: Option<Box<Node>>,
}

#[derive(HotConfig)]
struct Empty {}

fn config(level: u8) -> AppConfig {
    AppConfig {
        server: Server { port: 80, token: "rose".to_owned() },
        level,
        flags: BTreeMap::from([("dark".to_owned(), true)]),
        upstreams: vec![Upstream { weight: 1 }],
        tls: Some(Tls { cert: "a.pem".to_owned() }),
        tree: Some(Box::new(Node { leaf: 1, next: None })),
        empty: Empty {},
    }
}

const EVERY_KEY: [&str; 9] = [
    "empty",
    "flags",
    "level",
    "server.port",
    "server.token",
    "tls.cert",
    "tree.leaf",
    "tree.next",
    "upstreams",
];

fn replaced(cfg: &Hot<AppConfig>, level: u8) -> hotconf::Change<AppConfig> {
    match cfg.replace(config(level)) {
        Outcome::Applied(change) => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_is_read_like_any_other() {
    let cfg = Hot::fixed(config(5));
    assert_eq!((cfg.version(), cfg.load().level, cfg.read(|c| c.server.port)), (1, 5, 80));
    let (before, mut reader) = (cfg.snapshot(), cfg.reader());
    assert_eq!(reader.load().level, 5);

    let change = replaced(&cfg, 6);
    assert_eq!((change.version(), cfg.version(), cfg.load().level, reader.load().level), (2, 2, 6, 6));
    assert_eq!((before.level, change.old().level, change.new().level), (5, 5, 6));
    assert_eq!(cfg.status().version(), 2);
}

#[test]
fn each_replacement_is_a_version_with_every_key() {
    let cfg = Hot::fixed(config(5));
    let mut changes = cfg.subscribe();
    let keys = AppConfig::keys();
    for version in 2..5 {
        let change = replaced(&cfg, 5);
        assert_eq!((change.version(), change.keys()), (version, &EVERY_KEY.map(Into::into)[..]));
        assert_eq!(change.of(keys.level), Some((&5, &5)));
        assert_eq!(change.of(keys.server.port), Some((&80, &80)));
        assert!(change.of(keys.tls).is_some() && change.of(keys.server).is_some());
        assert!(change.of(keys.tree).is_some() && change.of(keys.empty).is_some());
        assert_eq!(change.origin(keys.level), None);
        assert_eq!(change.values("level"), (None, None));
    }
    let merged = changes.try_next().unwrap();
    assert_eq!((merged.old().version(), merged.version()), (1, 4));
    assert_eq!(merged.keys(), EVERY_KEY.map(hotconf::KeyPath::from));
}

#[test]
fn there_are_no_layers_to_ask() {
    let cfg = Hot::fixed(config(5));
    assert_eq!(cfg.get("level"), None);
    assert_eq!(cfg.snapshot().get("level"), None);
    assert_eq!(cfg.values(), Value::Map(BTreeMap::new()));

    for (key, kind) in [("level", ProblemKind::Misuse), ("levle", ProblemKind::UnknownKey)] {
        let error = cfg.get_as::<u8>(key).unwrap_err();
        assert_eq!((error.problems()[0].kind(), error.problems()[0].key().unwrap().as_str()), (kind, key));
    }

    for known in ["level", "server", "server.token", "flags.dark", "upstreams.7.weight", "tls.cert"] {
        let explanation = cfg.explain(known);
        assert_eq!(explanation.to_string(), format!("{known} is set in code"));
        assert!(explanation.is_known() && explanation.is_in_code() && explanation.origin().is_none());
    }
    assert_eq!(cfg.explain("level").doc(), "How loud it is.");
    for unknown in ["levle", "level.deeper", "upstreams.first", "server.portt"] {
        let explanation = cfg.explain(unknown);
        assert_eq!(explanation.to_string(), format!("{unknown} is not set\n  no such key"));
        assert!(!explanation.is_known() && !explanation.is_in_code());
    }
}

#[test]
fn nothing_can_be_set_and_there_is_nothing_to_look_at() {
    let cfg = Hot::fixed(config(5));
    let keys = AppConfig::keys();
    let errors = [
        cfg.set(keys.level, 7).unwrap_err(),
        cfg.unset(keys.level).unwrap_err(),
        cfg.update(|edit| _ = edit.set(keys.level, 7)).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.problems()[0].kind(), ProblemKind::Misuse);
        assert!(error.to_string().contains("replace"), "{error}");
    }
    assert!(matches!(cfg.reload(), Outcome::Unchanged));

    let status = cfg.status();
    assert_eq!((status.version(), status.live_snapshots()), (1, 1));
    assert!(status.sources().is_empty() && status.watching().is_empty() && status.warnings().is_empty());
    assert!(status.last_error().is_none() && status.pending_restart().is_empty());
    assert!(status.last_attempt() == status.since());
}

#[test]
fn callbacks_hear_of_it_and_may_replace_in_turn() {
    let cfg = Hot::fixed(config(5));
    let heard = Record::new();
    let (record, weak) = (heard.clone(), cfg.downgrade());
    let listener = cfg.on(AppConfig::keys().level, move |old, new| {
        record.push((*old, *new));
        let cfg = weak.upgrade().unwrap();
        if *new < 8 {
            assert!(matches!(cfg.replace(config(new + 1)), Outcome::Applied(_)));
            assert!(matches!(cfg.reload(), Outcome::Unchanged));
        }
    });
    let _ = replaced(&cfg, 6);
    assert_eq!(heard.wait_for(3), [(5, 6), (6, 7), (7, 8)]);
    drop(listener);
    let _ = replaced(&cfg, 9);
    assert_eq!(cfg.version(), 5);
    assert_eq!(heard.len(), 3);
}

#[test]
fn versions_rise_by_one_whoever_replaces() {
    let cfg = Hot::fixed(config(0));
    let mut changes = cfg.subscribe();
    let versions = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let change = replaced(&cfg, 1);
                    assert_eq!(change.old().version() + 1, change.version());
                    versions.lock().unwrap().push(change.version());
                }
            });
        }
    });
    let mut versions = versions.into_inner().unwrap();
    versions.sort_unstable();
    assert_eq!(versions, (2..=801).collect::<Vec<_>>());
    assert_eq!(changes.try_next().unwrap().version(), 801);
    assert!(matches!(changes.next_timeout(hotconf_tests::MOMENT), Err(WaitError::Timeout)));
}

#[test]
fn it_ends_with_its_last_handle() {
    let cfg = Hot::fixed(config(5));
    let (mut changes, snapshot) = (cfg.subscribe(), cfg.snapshot());
    let (clone, weak) = (cfg.clone(), cfg.downgrade());
    drop(cfg);
    let _ = replaced(&clone, 6);
    assert_eq!(changes.next_timeout(DEADLINE).unwrap().version(), 2);
    drop(clone);
    assert!(weak.upgrade().is_none());
    assert!(changes.next().is_none());
    assert_eq!(snapshot.level, 5);
}

/// A value whose end looks at the store it was in.
#[derive(HotConfig)]
struct Curious {
    #[serde(skip)]
    at_the_end: AtTheEnd,
}

#[derive(Default)]
struct AtTheEnd(Option<Arc<dyn Fn() + Send + Sync>>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        if let Some(run) = &self.0 {
            run();
        }
    }
}

#[test]
fn no_lock_is_held_when_an_old_value_ends() {
    let place: Arc<Mutex<Option<Hot<Curious>>>> = Arc::default();
    let has_run = Arc::new(AtomicBool::new(false));
    let (cfgs, flag) = (place.clone(), has_run.clone());
    let at_the_end: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
        let cfg = cfgs.lock().unwrap().clone();
        if let Some(cfg) = cfg {
            let _ = cfg.replace(Curious { at_the_end: AtTheEnd(None) });
            flag.store(true, Ordering::SeqCst);
        }
    });
    let cfg = Hot::fixed(Curious { at_the_end: AtTheEnd(Some(at_the_end)) });
    *place.lock().unwrap() = Some(cfg.clone());
    drop(cfg.replace(Curious { at_the_end: AtTheEnd(None) }));
    assert!(has_run.load(Ordering::SeqCst));
    assert_eq!(cfg.version(), 3);
    *place.lock().unwrap() = None;
}

#[test]
fn a_store_with_sources_is_not_replaced() {
    let cfg: Hot<Server> = Hot::builder().build().unwrap();
    match cfg.replace(Server { port: 1, token: String::new() }) {
        Outcome::Rejected(error) => assert_eq!(error.problems()[0].kind(), ProblemKind::Misuse),
        other => panic!("{other:?}"),
    }
    assert_eq!((cfg.version(), cfg.load().port), (1, 8000));
    assert!(cfg.status().last_error().is_none());
}
