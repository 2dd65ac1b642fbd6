//! A variable that belongs to no key is told with the one that was probably meant.

use std::collections::BTreeMap;

use hotconf::{Hot, HotConfig};
use hotconf_tests::Sandbox;

use super::{SECRET, variables};

#[derive(Debug, HotConfig)]
struct Config {
    server: Server,
    #[hot(default)]
    feature_flags: BTreeMap<String, bool>,
    #[hot(default)]
    upstreams: Vec<Upstream>,
    #[hot(default)]
    pools: BTreeMap<String, Upstream>,
    #[hot(default)]
    pair: Pair,
    #[hot(default = "none", secret, env = "PGPASSWORD")]
    password: String,
    #[hot(leaf)]
    login: Option<serde_json::Value>,
    store: Option<Store>,
    #[hot(default = 1)]
    store_size: u8,
    tree: Option<Tree>,
}

#[derive(Debug, HotConfig)]
struct Server {
    #[hot(default = 80)]
    port: u16,
    #[hot(default = 4)]
    max_connections: u32,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    #[hot(default = "none")]
    url: String,
    #[hot(default = 1)]
    max_weight: u8,
}

type Pair = (u8, u8);

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Store {
    File { path: String },
    S3 { bucket: String, size: Option<u8> },
}

#[derive(Debug, HotConfig)]
#[serde(tag = "t", rename_all = "lowercase")]
enum Tree {
    Node { a: Option<Box<Tree>>, a_a: Option<Box<Tree>>, a_a_a: Option<Box<Tree>>, v: Option<u8> },
}

/// What is suggested in place of a variable; an empty text for nothing.
#[track_caller]
fn suggested(name: &str) -> String {
    let builder = Hot::<Config>::builder().env_from(variables([(name, SECRET)])).env("APP");
    let cfg = builder.build().unwrap();
    let status = cfg.status();
    let [warning] = status.warnings() else { panic!("{name}: {:?}", status.warnings()) };
    assert!(warning.message().starts_with(&format!("{name} belongs to no key")), "{warning}");
    assert!(!warning.to_string().contains(SECRET), "{warning}");
    warning.suggestion().unwrap_or_default().to_owned()
}

#[test]
fn the_nearest_name_is_suggested_in_the_right_spelling() {
    let meant = [
        ("APP_SERVER_PROT", "APP_SERVER_PORT"),
        ("APP_SERVER__PORT", "APP_SERVER_PORT"),
        ("APP__SERVER__PORT", "APP_SERVER_PORT"),
        ("APP__SERVER_PORT", "APP_SERVER_PORT"),
        ("APP_server_port", "APP_SERVER_PORT"),
        ("APP_SERVER.PORT", "APP_SERVER_PORT"),
        ("APP_Server_Prot", "APP_SERVER_PORT"),
        ("APP_SERVER__MAX__CONNECTIONS", "APP_SERVER_MAX_CONNECTIONS"),
        ("APP_SERVER_MAXCONNECTIONS", "APP_SERVER_MAX_CONNECTIONS"),
        ("APP_PORT", "APP_SERVER_PORT"),
        ("APP_MAX_CONNECTIONS", "APP_SERVER_MAX_CONNECTIONS"),
        ("app_server_port", "APP_SERVER_PORT"),
        ("App_Server_Port", "APP_SERVER_PORT"),
        ("APP_PASWORD", "APP_PASSWORD"),
        ("APP_PASWORD_FILE", "APP_PASSWORD_FILE"),
        ("APP_PASSWORD_FIEL", "APP_PASSWORD_FILE"),
        ("APP_PASSWORD__FILE", "APP_PASSWORD_FILE"),
        ("APP_PORT_FILE", "APP_SERVER_PORT_FILE"),
        ("APP_PGPASSWORD", "PGPASSWORD"),
        ("APP_FEATURE_FLAGS_DARK", "APP_FEATURE_FLAGS__DARK"),
        ("APP_FEATURE_FLAG__DARK_MODE", "APP_FEATURE_FLAGS__DARK_MODE"),
        ("APP_UPSTREAMS_0_URL", "APP_UPSTREAMS__0__URL"),
        ("APP_UPSTREAMS__0_URL", "APP_UPSTREAMS__0__URL"),
        ("APP_UPSTREAM__0__URL", "APP_UPSTREAMS__0__URL"),
        ("APP_UPSTREAMS__0__ULR", "APP_UPSTREAMS__0__URL"),
        ("APP_UPSTREAM__0__MAX_WIEGHT_FILE", "APP_UPSTREAMS__0__MAX_WEIGHT_FILE"),
        ("APP_POOLS__EU__MAXWEIGHT", "APP_POOLS__EU__MAX_WEIGHT"),
        ("APP_PAIR_1", "APP_PAIR__1"),
        ("APP_STORE_KNID", "APP_STORE_KIND"),
        ("APP_STORE__BUCKET", "APP_STORE_BUCKET"),
        ("APP_SOMETHING_ELSE_ALTOGETHER", ""),
        ("APP_UPSTREAMS__FIRST__URL", ""),
    ];
    let found: Vec<_> = meant.iter().map(|(name, _)| (*name, suggested(name))).collect();
    let meant: Vec<_> = meant.iter().map(|(name, meant)| (*name, (*meant).to_owned())).collect();
    assert_eq!(found, meant);
}

#[test]
fn a_very_long_name_is_compared_with_nothing() {
    let long = format!("APP_SERVER_PORT{}", "T".repeat(50_000));
    let started = std::time::Instant::now();
    assert_eq!(suggested(&long), "");
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn a_prefix_in_another_case_is_told_only_where_it_would_do_something() {
    let with = |set: &[(&str, &str)]| {
        let set = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let cfg: Hot<Config> = Hot::builder().env_from(set).strict_env("APP").build().unwrap();
        (cfg.status().warnings().len(), cfg.load().server.port)
    };
    assert_eq!(with(&[("app_server_port", "1")]), (1, 80));
    assert_eq!(with(&[("app_server_port", "1"), ("APP_SERVER_PORT", "2")]), (0, 2));
    assert_eq!(with(&[("app_something", "1"), ("apple_pie", "1"), ("äpp_server_port", "1")]), (0, 80));
}

#[test]
fn a_variable_reaches_into_an_enum() {
    let with = |set: &[(&str, &str)]| {
        let set = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Hot::<Config>::builder().env_from(set).strict_env("APP")
    };
    let cfg = with(&[("APP_STORE_KIND", "s3"), ("APP_STORE_BUCKET", "b"), ("APP_STORE_SIZE", "2")])
        .build()
        .unwrap();
    // A key of that name comes first.
    assert_eq!(cfg.load().store, Some(Store::S3 { bucket: "b".to_owned(), size: None }));
    assert_eq!(cfg.load().store_size, 2);
    assert_eq!(cfg.explain("store.bucket").origin().unwrap().to_string(), "APP_STORE_BUCKET (environment)");
    let sandbox = Sandbox::new();
    sandbox.write("a.toml", "store = {kind = 'file', path = '/'}");
    sandbox.write("path", "/data\n");
    let path = sandbox.at("path").display().to_string();
    let cfg: Hot<Config> = Hot::builder()
        .file(sandbox.at("a.toml"))
        .env_from(variables([("APP_STORE_PATH_FILE", &path)]))
        .env("APP")
        .build()
        .unwrap();
    assert_eq!(cfg.load().store, Some(Store::File { path: "/data".to_owned() }));
    let error = with(&[("APP_STORE_KIND", "s4")]).build().unwrap_err();
    assert_eq!(
        error.problems()[0].to_string(),
        "store.kind: \"s4\" is not one of file, s3; did you mean `s3`?\n  from APP_STORE_KIND (environment)"
    );
}

#[test]
fn an_enum_within_itself_is_searched_once() {
    let stranger = format!("APP_TREE_{}X", "A_".repeat(60));
    let known = [("APP_TREE_A_T", "node"), ("APP_TREE_T", "node"), ("APP_TREE_A_V", "7"), (&stranger, "1")];
    let cfg: Hot<Config> = Hot::builder().env_from(variables(known)).env("APP").build().unwrap();
    assert_eq!(cfg.status().warnings().len(), 1);
    let config = cfg.load();
    let Some(Tree::Node { a: Some(inner), .. }) = &config.tree else { panic!() };
    assert!(matches!(**inner, Tree::Node { v: Some(7), .. }));
}
