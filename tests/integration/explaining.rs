//! What an explanation says of a key, in full.

mod keys;
mod made;
mod unknown;

use hotconf::{Explanation, Format, Hot, HotConfig, Value};
use std::collections::BTreeMap;
use validator::Validate;

/// A shop.
#[derive(Debug, HotConfig, Validate)]
struct Shop {
    /// What it is called.
    ///
    /// Guests see it.
    #[hot(default = "shop", example = "corner-shop")]
    #[validate(length(min = 1, max = 20))]
    name: String,
    #[validate(nested)]
    server: Server,
    tls: Option<Tls>,
    #[hot(secret, env = "DATABASE_URL", example = "postgres://hunter2")]
    database_url: Option<String>,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default, max_items = 300)]
    upstreams: Vec<Upstream>,
    store: Option<Store>,
    #[hot(default = "info")]
    level: Level,
    #[hot(default = 1, deprecated = "use server.port")]
    #[serde(alias = "old_port")]
    legacy: u16,
}

#[derive(Debug, HotConfig, Validate)]
struct Server {
    #[hot(default = "localhost")]
    host: String,
    /// Where it listens.
    #[hot(default = 8000, restart)]
    #[validate(range(min = 1))]
    port: u16,
}

#[derive(Debug, HotConfig)]
struct Tls {
    cert: String,
    #[hot(default = 1)]
    version: u8,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    url: String,
    #[hot(default = 1)]
    weight: u8,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Store {
    /// Gone with the process.
    Memory,
    Disk {
        path: String,
        #[hot(default = 5)]
        retries: u8,
    },
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Info,
    /// Everything.
    Debug,
}

fn open(layers: &[&str], variables: &[(&str, &str)]) -> Hot<Shop> {
    let mut builder = Hot::builder();
    for layer in layers {
        builder = builder.text(Format::Yaml, *layer);
    }
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    builder.env_from(variables).env("APP").build().unwrap()
}

#[track_caller]
fn is_told(explanation: &Explanation, lines: &[&str]) {
    let told = format!("{explanation:#}");
    assert_eq!(told, lines.join("\n"), "\n{told}\n");
    let plain = explanation.to_string();
    assert!(explanation.key().is_root() || told.starts_with(&plain), "{plain}\nis no beginning of\n{told}");
}

#[test]
fn a_key_is_told_with_all_that_is_known_of_it() {
    let cfg = open(&["name: a", "name: b"], &[("APP_NAME", "c")]);
    let name = cfg.explain(Shop::keys().name);
    is_told(
        &name,
        &[
            "name = \"c\"",
            "  from APP_NAME (environment)",
            "  over \"b\" at embedded YAML:1:7",
            "  over \"a\" at embedded YAML:1:7",
            "  over \"shop\", the default",
            "  What it is called.",
            "",
            "  Guests see it.",
            "  type: text",
            "  rules: length(min = 1, max = 20)",
            "  variables: APP_NAME, APP_NAME_FILE",
            "  example: corner-shop",
        ],
    );
    assert_eq!((name.type_name(), name.example()), (Some("text"), Some("corner-shop")));
    assert_eq!((name.rules()[0].name(), name.rules().len()), ("length", 1));
    assert!(!name.is_secret() && !name.is_optional() && !name.is_required() && !name.is_pending());
    assert_eq!((name.keys().len(), name.keys_left_out(), name.variants().count()), (0, 0, 0));
}

#[test]
fn an_absent_key_says_why_and_what_would_set_it() {
    let cfg = open(&[], &[]);
    let url = cfg.explain("database_url");
    is_told(
        &url,
        &[
            "database_url is not set",
            "  optional: nothing has to set it",
            "  type: text",
            "  variables: APP_DATABASE_URL, APP_DATABASE_URL_FILE, DATABASE_URL, DATABASE_URL_FILE",
            "  secret: its value is shown nowhere",
        ],
    );
    assert!(url.is_optional() && url.is_secret());
    assert_eq!(url.example(), None);
    let cert = cfg.explain("tls.cert");
    is_told(
        &cert,
        &[
            "tls.cert is not set",
            "  `tls`, which it is part of, is optional and not there",
            "  type: text",
            "  variables: APP_TLS_CERT, APP_TLS_CERT_FILE",
            "  required where `tls` is there",
        ],
    );
    assert!(cert.is_required() && cfg.explain("tls").is_optional());
}

#[test]
fn what_a_null_or_a_value_above_hides_is_said() {
    let cfg = open(&["tls: {cert: a}", "tls: {version: 2}", "tls: null"], &[]);
    is_told(
        &cfg.explain("tls.cert"),
        &[
            "tls.cert is not set",
            "  over \"a\" at embedded YAML:1:13",
            "  what stands at embedded YAML:1:13 is hidden by null at embedded YAML:1:6, which stands in place of `tls`",
            "  `tls`, which it is part of, is optional and not there",
            "  type: text",
            "  variables: APP_TLS_CERT, APP_TLS_CERT_FILE",
            "  required where `tls` is there",
        ],
    );
    let tls = cfg.explain("tls");
    let hidden: Vec<_> = tls.hidden().collect();
    let line = "what stands at embedded YAML:1:6 is hidden by null at embedded YAML:1:6";
    assert_eq!(hidden, [line, line]);
    let cfg = open(&["name: a", "name: null", "name: b"], &[]);
    let name = cfg.explain("name");
    assert_eq!(
        name.hidden().collect::<Vec<_>>(),
        ["what stands at embedded YAML:1:7 is hidden by null at embedded YAML:1:7"]
    );
    assert_eq!(open(&["name: a", "name: b"], &[]).explain("name").hidden().count(), 0);
}

#[test]
fn what_waits_for_a_restart_is_told_with_what_runs() {
    let cfg = open(&["server: {port: 1}"], &[]);
    let line = line!() + 1;
    let _ = cfg.set("server.port", 7).unwrap();
    let place = format!("{}:{line}:17", file!());
    let port = cfg.explain("server.port");
    is_told(
        &port,
        &[
            "server.port = 1",
            "  at embedded YAML:1:16",
            &format!("  over 7 from an override set at {place}"),
            "  over 8000, the default",
            "  7 is configured, and waits for a restart",
            &format!("  running 1 until then, and 7 from an override set at {place} afterwards"),
            "  Where it listens.",
            "  type: integer (u16)",
            "  rules: range(min = 1)",
            "  variables: APP_SERVER_PORT, APP_SERVER_PORT_FILE",
            "  a change waits for a restart",
        ],
    );
    assert_eq!((port.is_pending(), port.configured()), (true, Some(&Value::Integer(7))));
    let server = cfg.explain("server");
    assert_eq!(server.keys()[1].to_string(), "server.port = 1, at embedded YAML:1:16; 7 waits for a restart");
    assert!(server.keys()[1].is_pending() && !server.keys()[0].is_pending());
}

#[test]
fn names_of_variables_come_in_the_order_that_they_win_in() {
    #[derive(HotConfig)]
    struct Named {
        #[hot(default, env = "OWN", env = "OTHER")]
        server_port: u16,
        #[hot(default)]
        server_port_file: String,
    }
    let cfg: Hot<Named> = Hot::builder().env_from([]).env("LOW").env("HIGH_").build().unwrap();
    // The file form of the one is the name of the other.
    let names = ["HIGH_SERVER_PORT", "OWN", "OWN_FILE", "OTHER", "OTHER_FILE", "LOW_SERVER_PORT"];
    assert_eq!(cfg.explain("server_port").env_names(), names);
    let cfg: Hot<Named> = Hot::builder().env_from([]).env("").build().unwrap();
    let names = ["SERVER_PORT", "OWN", "OWN_FILE", "OTHER", "OTHER_FILE"];
    assert_eq!(cfg.explain("server_port").env_names(), names);
    let cfg: Hot<Named> = Hot::builder().build().unwrap();
    assert!(cfg.explain("server_port").env_names().is_empty());
    // Each of the names does set the key.
    for name in ["APP_FLAGS__NEW", "APP_FLAGS"] {
        let value = if name == "APP_FLAGS" { "{\"new\": true}" } else { "true" };
        let cfg = open(&[], &[(name, value)]);
        assert_eq!(cfg.explain("flags.new").value(), Some(&Value::Bool(true)));
    }
    let cfg = open(&["flags: {new: false}\nupstreams: [{url: a}]\nstore: {type: disk, path: b}"], &[]);
    assert_eq!(cfg.explain("flags.new").env_names(), ["APP_FLAGS__NEW"]);
    let names = ["APP_UPSTREAMS__0__URL", "APP_UPSTREAMS__0__URL_FILE"];
    assert_eq!(cfg.explain("upstreams.0.url").env_names(), names);
    assert!(cfg.explain("store.path").env_names().is_empty());
    assert!(
        format!("{:#}", cfg.explain("store.path"))
            .contains("none of its own; APP_STORE sets `store` as a whole")
    );
}

#[test]
fn an_explanation_is_data_too() {
    let cfg = open(&["server: {host: a}"], &[]);
    let json = serde_json::to_value(cfg.explain("server")).unwrap();
    assert_eq!(json["keys"][0]["origin"], "embedded YAML:1:16");
    assert_eq!(json["type_name"], "section (Server)");
    let json = serde_json::to_value(cfg.explain("legacy")).unwrap();
    assert_eq!((&json["deprecated"], &json["aliases"][0]), (&"use server.port".into(), &"old_port".into()));
    assert_eq!(json["env_names"][0], "APP_LEGACY");
    let json = serde_json::to_value(cfg.explain("nmae")).unwrap();
    assert_eq!((&json["suggestions"][0], &json["known"]), (&"name".into(), &false.into()));
}
