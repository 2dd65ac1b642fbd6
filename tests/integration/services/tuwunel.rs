//! The shape of Tuwunel, a Matrix server: one flat section with many keys that all have a function for their default,
//! one value or a list of them, sets, patterns that are read by a module, a catch-all for keys that nobody knows.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::PathBuf;

use hotconf::{HotConfig, Outcome, Value};
use serde::Deserialize;

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Config {
    pub global: Global,
}

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Global {
    /// What stands behind the colon in the names of users. It can never change.
    #[hot(restart, example = "example.org")]
    pub server_name: String,
    #[hot(restart)]
    pub database_path: PathBuf,
    /// What is put behind the names of new users.
    #[serde(default = "default_new_user_displayname_suffix")]
    pub new_user_displayname_suffix: String,
    /// One address, or a list.
    #[serde(default = "default_address")]
    #[hot(restart)]
    address: ListeningAddr,
    /// One port, or a list.
    #[serde(default = "default_port")]
    #[hot(restart)]
    port: ListeningPort,
    #[serde(default)]
    pub tls: Tls,
    pub unix_socket_path: Option<PathBuf>,
    /// Permissions of the socket, read as octal digits.
    #[serde(default = "default_unix_socket_perms")]
    pub unix_socket_perms: u32,
    #[serde(default = "default_database_backups_to_keep")]
    pub database_backups_to_keep: i16,
    /// What the sizes of all caches are multiplied by.
    #[serde(default = "default_cache_capacity_modifier", alias = "conduit_cache_capacity_modifier")]
    pub cache_capacity_modifier: f64,
    #[serde(default = "default_dns_cache_entries")]
    pub dns_cache_entries: u32,
    #[serde(default = "true_fn")]
    pub dns_tcp_fallback: bool,
    /// Domains that are looked up without the cache.
    #[serde(default, with = "patterns")]
    pub dns_passthru_domains: Patterns,
    #[serde(default = "default_ip_lookup_strategy")]
    pub ip_lookup_strategy: u8,
    #[serde(default = "default_max_request_size")]
    pub max_request_size: usize,
    #[serde(default)]
    pub allow_registration: bool,
    #[hot(secret)]
    pub registration_token: Option<String>,
    #[hot(secret)]
    pub emergency_password: Option<String>,
    #[serde(default)]
    pub turn_uris: Vec<String>,
    #[serde(default)]
    #[hot(secret)]
    pub turn_secret: String,
    #[serde(default = "default_turn_ttl")]
    pub turn_ttl: u64,
    #[serde(default = "default_trusted_servers")]
    pub trusted_servers: Vec<String>,
    #[serde(default)]
    pub forbidden_remote_server_names: BTreeSet<String>,
    #[serde(default = "default_ip_range_denylist")]
    pub ip_range_denylist: Vec<String>,
    #[serde(default = "default_log")]
    pub log: String,
    #[hot(deprecated = "it is always on")]
    pub allow_check_for_updates: Option<bool>,
    /// Which way requests go out.
    #[serde(default)]
    pub proxy: Proxy,
    #[serde(default)]
    pub well_known: WellKnown,
    #[serde(default)]
    pub appservice: BTreeMap<String, AppService>,
    /// Keys that nobody knows, to tell of them when the server starts.
    #[serde(flatten)]
    #[hot(leaf)]
    catchall: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct Tls {
    pub certs: Option<String>,
    pub key: Option<String>,
    #[serde(default)]
    pub dual_protocol: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct WellKnown {
    pub client: Option<String>,
    pub server: Option<String>,
    pub support_role: Option<ContactRole>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub enum ContactRole {
    #[serde(rename = "m.role.admin")]
    Admin,
    #[serde(rename = "m.role.security")]
    Security,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct AppService {
    pub url: String,
    #[hot(secret)]
    pub as_token: String,
    #[serde(default)]
    pub rate_limited: bool,
    #[serde(default)]
    pub users: Vec<Namespace>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Namespace {
    #[serde(default)]
    pub exclusive: bool,
    pub regex: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Proxy {
    /// Straight.
    #[default]
    None,
    /// One way for everything.
    Global {
        #[hot(leaf)]
        url: url::Url,
    },
    /// The first of these that wants the domain.
    ByDomain(Vec<PartialProxy>),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct PartialProxy {
    #[hot(leaf)]
    pub url: url::Url,
    #[serde(default)]
    pub include: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
}

/// One, or a list of them.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(transparent)]
struct ListeningPort {
    ports: OneOrMany<u16>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(transparent)]
struct ListeningAddr {
    addrs: OneOrMany<IpAddr>,
}

/// Patterns that are compiled when they are read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patterns(Vec<(String, bool)>);

mod patterns {
    use serde::de::{Deserialize, Deserializer, Error};

    use super::Patterns;

    /// Each is a text, at whose end `$` may stand, and in which brackets close.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patterns, D::Error> {
        let compile = |pattern: String| {
            let (open, close) = (pattern.matches('[').count(), pattern.matches(']').count());
            if open != close {
                return Err(D::Error::custom(format!("unclosed bracket in the pattern {pattern}")));
            }
            let anchored = pattern.strip_suffix('$').map(str::to_owned);
            Ok(anchored.map_or((pattern, false), |pattern| (pattern, true)))
        };
        Vec::<String>::deserialize(deserializer)?.into_iter().map(compile).collect::<Result<_, _>>().map(Patterns)
    }
}

fn default_new_user_displayname_suffix() -> String {
    "🌷".to_owned()
}

fn default_address() -> ListeningAddr {
    ListeningAddr { addrs: OneOrMany::Many(vec![[127, 0, 0, 1].into(), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])]) }
}

fn default_port() -> ListeningPort {
    ListeningPort { ports: OneOrMany::One(8008) }
}

fn default_unix_socket_perms() -> u32 {
    660
}

fn default_database_backups_to_keep() -> i16 {
    1
}

fn default_cache_capacity_modifier() -> f64 {
    1.0
}

fn default_dns_cache_entries() -> u32 {
    32768
}

fn default_ip_lookup_strategy() -> u8 {
    5
}

fn default_max_request_size() -> usize {
    24 * 1024 * 1024
}

fn default_turn_ttl() -> u64 {
    60 * 60 * 24
}

fn default_trusted_servers() -> Vec<String> {
    vec!["matrix.org".to_owned()]
}

fn default_ip_range_denylist() -> Vec<String> {
    ["127.0.0.0/8", "10.0.0.0/8", "::1/128"].map(str::to_owned).into()
}

fn default_log() -> String {
    "info".to_owned()
}

fn true_fn() -> bool {
    true
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("tuwunel");
    let global = &cfg.load().global;
    assert_eq!(global.address.addrs, OneOrMany::One([0, 0, 0, 0].into()));
    assert_eq!(global.port.ports, OneOrMany::Many(vec![8008, 8448]));
    assert_eq!(global.dns_passthru_domains, Patterns(vec![("dns.podman".into(), true), ("[a-z]+.lan".into(), false)]));
    assert_eq!((global.cache_capacity_modifier, global.log.as_str()), (1.5, "info"));
    assert_eq!(global.catchall.keys().collect::<Vec<_>>(), ["rocksdb_colour", "sentry"]);
    assert_eq!(global.catchall["sentry"]["enabled"], true);
    let Proxy::ByDomain(ways) = &global.proxy else { panic!("{:?}", global.proxy) };
    assert_eq!((ways[0].url.port(), ways[0].include.as_slice()), (Some(9050), ["*.onion".to_owned()].as_slice()));
    assert_eq!(global.well_known.support_role, Some(ContactRole::Security));
    assert_eq!(cfg.get("global.registration_token"), Some(Value::Secret));
    assert!(!cfg.values().to_string().contains("tulips"), "{}", cfg.values());
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("tuwunel");
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "tuwunel",
        "global:\n  conduit_cache_capacity_modifier: 2\n  proxy:\n    global:\n      url: socks5h://localhost:9051\n",
        ("TUWUNEL", &[
            ("TUWUNEL_GLOBAL_PORT", "8009"),
            ("TUWUNEL_GLOBAL_ADDRESS", r#"["127.0.0.1", "::1"]"#),
            ("TUWUNEL_GLOBAL_REGISTRATION_TOKEN", "0815"),
            ("TUWUNEL_GLOBAL_APPSERVICE__IRC__RATE_LIMITED", "yes"),
            ("TUWUNEL_GLOBAL_FORBIDDEN_REMOTE_SERVER_NAMES", "a.example,b.example"),
        ]),
        &["global.tls.dual_protocol=true", "global.unix_socket_perms=666"],
    );
    let global = &cfg.load().global;
    assert_eq!(global.cache_capacity_modifier, 2.0);
    let Proxy::Global { url } = &global.proxy else { panic!("{:?}", global.proxy) };
    assert_eq!(url.as_str(), "socks5h://localhost:9051");
    assert_eq!(global.port.ports, OneOrMany::One(8009));
    assert_eq!(global.address, default_address());
    assert_eq!(global.registration_token.as_deref(), Some("0815"));
    assert_eq!((global.appservice["irc"].rate_limited, global.appservice["irc"].users.len()), (true, 1));
    assert_eq!(global.forbidden_remote_server_names.len(), 2);
    assert_eq!((global.tls.dual_protocol, global.unix_socket_perms), (true, 666));
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("tuwunel", "toml", "global.port"),
        ["global.port = [8008, 8448]", "at services/tuwunel/config.toml:6:8", "over `default_port()`, the default"]
    );
    assert_eq!(
        explained::<Config>("tuwunel", "yaml", "global.appservice.irc.url"),
        ["global.appservice.irc.url = \"http://localhost:9999\"", "at services/tuwunel/config.yaml:41:12"]
    );
    assert_eq!(
        explained::<Config>("tuwunel", "json", "global.turn_ttl"),
        ["global.turn_ttl = 3600", "at services/tuwunel/config.json:29:17", "over `default_turn_ttl()`, the default"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("TUWUNEL", &[
        ("global.server_name", &["TUWUNEL_GLOBAL_SERVER_NAME"]),
        ("global.port", &["TUWUNEL_GLOBAL_PORT"]),
        ("global.tls.dual_protocol", &["TUWUNEL_GLOBAL_TLS_DUAL_PROTOCOL"]),
        ("global.well_known.support_role", &["TUWUNEL_GLOBAL_WELL_KNOWN_SUPPORT_ROLE"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("tuwunel", "global.turn_ttl", [
        ("turn_ttl = 3600", "turn_ttl = 7200"),
        ("turn_ttl: 3600", "turn_ttl: 7200"),
        ("\"turn_ttl\": 3600", "\"turn_ttl\": 7200"),
    ]);
    // A key that nobody knows is a value too.
    an_edit_is_heard_of::<Config>("tuwunel", "global.rocksdb_colour", [
        ("rocksdb_colour = \"red\"", "rocksdb_colour = \"blue\""),
        ("rocksdb_colour: red", "rocksdb_colour: blue"),
        ("\"rocksdb_colour\": \"red\"", "\"rocksdb_colour\": \"blue\""),
    ]);
}

#[test]
fn what_needs_a_restart_waits_and_what_is_old_warns() {
    let cfg = loaded::<Config>("tuwunel");
    let outcome = cfg.update(|edit| {
        edit.set("global.port", 8010);
        edit.set("global.allow_check_for_updates", true);
    });
    assert!(matches!(outcome, Ok(Outcome::Applied(_))), "{outcome:?}");
    assert_eq!(cfg.load().global.port.ports, OneOrMany::Many(vec![8008, 8448]));
    let status = cfg.status();
    assert_eq!(status.pending_restart()[0].key(), "global.port");
    assert!(status.warnings()[0].message().contains("it is always on"), "{:?}", status.warnings());
}
