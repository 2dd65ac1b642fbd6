//! The shape of Garage, an object store: a flat file with a few sections, sizes that are numbers or texts (`1M`), a
//! data folder that is one path or a list of drives, functions that read odd values, secrets.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;

use hotconf::{HotConfig, Outcome, Value};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

/// A node of the store.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Config {
    /// Where the metadata is; small, and on a fast drive.
    #[hot(restart)]
    pub metadata_dir: PathBuf,
    /// Where the blocks are.
    pub data_dir: DataDir,
    /// Whether each write of metadata reaches the drive before it is answered.
    #[serde(default)]
    pub metadata_fsync: bool,
    /// How often the metadata is copied, such as `6h`.
    #[serde(default)]
    pub metadata_auto_snapshot_interval: Option<String>,
    /// The engine that keeps the metadata.
    #[serde(default)]
    #[hot(restart)]
    pub db_engine: DbEngine,
    /// The largest that the metadata may become.
    #[serde(default = "one_tebibyte")]
    #[hot(leaf)]
    pub lmdb_map_size: bytesize::ByteSize,
    /// How large the blocks are that objects are cut into.
    #[serde(deserialize_with = "capacity", default = "one_mebibyte")]
    pub block_size: usize,
    /// How many copies there are of each block.
    pub replication_factor: Option<NonZero<usize>>,
    /// What a read may miss of the writes before it.
    #[serde(default)]
    pub consistency_mode: ConsistencyMode,
    /// What is now a factor and a mode.
    #[hot(deprecated = "use replication_factor and consistency_mode")]
    pub replication_mode: Option<String>,
    /// How hard blocks are compressed, from 1 to 22, or `none`.
    #[serde(deserialize_with = "compression", default = "fast_compression")]
    pub compression_level: Option<i32>,
    /// What the nodes of one cluster have in common: 32 bytes in hexadecimal digits.
    #[hot(secret, restart)]
    pub rpc_secret: Option<String>,
    /// Where other nodes reach this one.
    #[hot(restart)]
    pub rpc_bind_addr: SocketAddr,
    /// What other nodes are told of where this one is.
    pub rpc_public_addr: Option<String>,
    /// The nodes that are asked first, each `id@address`.
    #[serde(deserialize_with = "peers", default)]
    pub bootstrap_peers: Vec<(NodeId, SocketAddr)>,
    /// Nodes that Consul knows.
    #[serde(default)]
    pub consul_discovery: Option<ConsulDiscovery>,
    /// The face of objects.
    pub s3_api: S3Api,
    /// The face of keys and values.
    pub k2v_api: Option<K2vApi>,
    /// Buckets as web sites.
    pub s3_web: Option<S3Web>,
    /// The face of operators.
    #[serde(default)]
    pub admin: Admin,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum DataDir {
    /// One folder.
    Single(PathBuf),
    /// Several drives, filled by their capacity.
    Multiple(Vec<Drive>),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Drive {
    pub path: PathBuf,
    /// How much of it may be used.
    #[serde(default)]
    pub capacity: Option<String>,
    /// Whether nothing new is put there.
    #[serde(default)]
    pub read_only: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum DbEngine {
    #[default]
    Lmdb,
    Sqlite,
    #[serde(alias = "fjall-lsm")]
    Fjall,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum ConsistencyMode {
    Dangerous,
    Degraded,
    #[default]
    Consistent,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct ConsulDiscovery {
    /// Whether a node is entered in the catalogue or at an agent.
    #[serde(default)]
    pub api: ConsulApi,
    pub consul_http_addr: String,
    pub service_name: String,
    #[hot(secret)]
    pub token: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub meta: Option<HashMap<String, String>>,
    #[serde(default)]
    pub tls_skip_verify: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum ConsulApi {
    #[default]
    Catalog,
    Agent,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct S3Api {
    #[hot(restart)]
    pub api_bind_addr: Option<SocketAddr>,
    pub s3_region: String,
    pub root_domain: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct K2vApi {
    pub api_bind_addr: SocketAddr,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct S3Web {
    pub bind_addr: SocketAddr,
    pub root_domain: String,
    #[serde(default)]
    pub add_host_to_metrics: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct Admin {
    pub api_bind_addr: Option<SocketAddr>,
    #[serde(default)]
    pub metrics_require_token: bool,
    #[hot(secret)]
    pub metrics_token: Option<String>,
    #[hot(secret, env = "ADMIN_TOKEN")]
    pub admin_token: Option<String>,
    pub trace_sink: Option<String>,
}

fn one_tebibyte() -> bytesize::ByteSize {
    bytesize::ByteSize::tib(1)
}

fn one_mebibyte() -> usize {
    1024 * 1024
}

fn fast_compression() -> Option<i32> {
    Some(1)
}

/// The public half of a node's key.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeId([u8; 4]);

impl FromStr for NodeId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = u32::from_str_radix(text, 16).map_err(|error| format!("{text} is no node: {error}"))?;
        Ok(Self(number.to_be_bytes()))
    }
}

/// Bytes as a number, or as a text with a unit.
fn capacity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    let size = bytesize::ByteSize::deserialize(deserializer)?;
    usize::try_from(size.as_u64()).map_err(D::Error::custom)
}

fn peers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(NodeId, SocketAddr)>, D::Error> {
    let read = |peer: String| {
        let (node, address) = peer.split_once('@').ok_or_else(|| format!("expected `id@address`, not {peer}"))?;
        Ok((node.parse()?, address.parse().map_err(|error| format!("{address}: {error}"))?))
    };
    let peers = Vec::<String>::deserialize(deserializer)?;
    peers.into_iter().map(read).collect::<Result<_, String>>().map_err(D::Error::custom)
}

fn compression<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    struct Level;

    impl Level {
        fn of<E: Error>(level: impl TryInto<i32>) -> Result<Option<i32>, E> {
            let level = level.try_into().ok().filter(|level| (-99..=22).contains(level));
            level.map(Some).ok_or_else(|| E::custom("there is no such compression level"))
        }
    }

    impl Visitor<'_> for Level {
        type Value = Option<i32>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a compression level or `none`")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Option<i32>, E> {
            match text {
                "none" => Ok(None),
                _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
            }
        }

        fn visit_i64<E: Error>(self, level: i64) -> Result<Option<i32>, E> {
            Self::of(level)
        }

        fn visit_u64<E: Error>(self, level: u64) -> Result<Option<i32>, E> {
            Self::of(level)
        }
    }

    deserializer.deserialize_any(Level)
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("garage");
    let config = cfg.load();
    assert_eq!((config.block_size, config.compression_level), (2_000_000, None));
    assert_eq!(config.lmdb_map_size, bytesize::ByteSize::gib(512));
    let DataDir::Multiple(drives) = &config.data_dir else { panic!("{:?}", config.data_dir) };
    assert_eq!((drives.len(), drives[1].read_only), (3, true));
    assert_eq!(config.bootstrap_peers[0].0, NodeId([0x5e, 0xed, 0x00, 0x01]));
    assert_eq!(config.replication_factor.map(NonZero::get), Some(3));
    assert_eq!(cfg.get("rpc_secret"), Some(Value::Secret));
    assert!(!cfg.values().to_string().contains("0ddba11c"));
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("garage");
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "garage",
        "data_dir: /var/lib/garage/data\ns3_web:\n  root_domain: .web.example.org\n",
        ("GARAGE", &[
            ("GARAGE_BLOCK_SIZE", "4M"),
            ("GARAGE_COMPRESSION_LEVEL", "19"),
            ("GARAGE_CONSUL_DISCOVERY_META__rack", "r7"),
            ("GARAGE_CONSUL_DISCOVERY_TAGS", "a, b"),
            ("ADMIN_TOKEN", "004711"),
        ]),
        &["s3_api.s3_region=eu-west", "consistency_mode=degraded"],
    );
    let config = cfg.load();
    assert_eq!(config.data_dir, DataDir::Single("/var/lib/garage/data".into()));
    let web = config.s3_web.as_ref().unwrap();
    assert_eq!((web.root_domain.as_str(), web.bind_addr.port()), (".web.example.org", 3902));
    assert_eq!((config.block_size, config.compression_level), (4_000_000, Some(19)));
    let consul = config.consul_discovery.as_ref().unwrap();
    assert_eq!(consul.tags, ["a", "b"]);
    let meta = consul.meta.as_ref().unwrap();
    assert_eq!((meta["rack"].as_str(), meta["room"].as_str()), ("r7", "north"));
    assert_eq!(config.admin.admin_token.as_deref(), Some("004711"));
    assert_eq!((config.s3_api.s3_region.as_str(), config.consistency_mode), ("eu-west", ConsistencyMode::Degraded));
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("garage", "toml", "block_size"),
        ["block_size = \"2M\"", "at services/garage/config.toml:14:14", "over `one_mebibyte()`, the default"]
    );
    assert_eq!(
        explained::<Config>("garage", "yaml", "s3_web.root_domain"),
        ["s3_web.root_domain = \".web.garage.example\"", "at services/garage/config.yaml:50:16"]
    );
    assert_eq!(
        explained::<Config>("garage", "json", "rpc_secret"),
        ["rpc_secret = ***", "at services/garage/config.json:25:17"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("GARAGE", &[
        ("metadata_dir", &["GARAGE_METADATA_DIR"]),
        ("data_dir", &["GARAGE_DATA_DIR"]),
        ("consul_discovery.consul_http_addr", &["GARAGE_CONSUL_DISCOVERY_CONSUL_HTTP_ADDR"]),
        ("admin.admin_token", &["GARAGE_ADMIN_ADMIN_TOKEN", "ADMIN_TOKEN"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("garage", "s3_api.s3_region", [
        ("s3_region = \"garage\"", "s3_region = \"north\""),
        ("s3_region: garage", "s3_region: north"),
        ("\"s3_region\": \"garage\"", "\"s3_region\": \"north\""),
    ]);
}

#[test]
fn what_needs_a_restart_waits_and_what_is_old_warns() {
    let cfg = loaded::<Config>("garage");
    let outcome = cfg.update(|edit| {
        edit.set("rpc_bind_addr", "[::]:4901");
        edit.set("replication_mode", "3");
    });
    assert!(matches!(outcome, Ok(Outcome::Applied(_))), "{outcome:?}");
    assert_eq!(cfg.load().rpc_bind_addr.port(), 3901);
    let status = cfg.status();
    assert_eq!(status.pending_restart()[0].key(), "rpc_bind_addr");
    assert!(status.warnings()[0].message().contains("use replication_factor"), "{:?}", status.warnings());
}
