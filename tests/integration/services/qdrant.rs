//! The shape of Qdrant, a vector database: nested sections with rules of the crate `validator`, times as whole numbers of
//! a unit that the key names, kinds that are told by the keys that are there, many options.

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use hotconf::{HotConfig, Outcome, ProblemKind, Value};
use serde::Deserialize;
use validator::{Validate, ValidationError};

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

/// A node of a vector database.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct Config {
    #[serde(default = "default_log_level")]
    pub log_level: String,
    #[validate(nested)]
    pub storage: Storage,
    #[validate(nested)]
    pub service: Service,
    #[serde(default)]
    #[validate(nested)]
    pub cluster: Cluster,
    #[serde(default)]
    pub telemetry_disabled: bool,
    #[validate(nested)]
    pub tls: Option<Tls>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct Storage {
    #[validate(length(min = 1))]
    #[hot(restart)]
    pub storage_path: String,
    #[serde(default = "default_snapshots_path")]
    pub snapshots_path: String,
    #[serde(default)]
    #[validate(nested)]
    pub snapshots_config: Snapshots,
    pub temp_path: Option<PathBuf>,
    #[serde(default = "yes")]
    pub on_disk_payload: bool,
    /// Without one there is no limit.
    pub update_concurrency: Option<NonZero<usize>>,
    #[serde(default)]
    #[validate(nested)]
    pub wal: Wal,
    #[serde(default)]
    pub node_type: NodeType,
    pub performance: Performance,
    #[validate(nested)]
    pub optimizers: Optimizers,
    #[validate(nested)]
    pub optimizers_overwrite: Option<Optimizers>,
    #[validate(nested)]
    pub hnsw_index: Hnsw,
    pub shard_transfer_method: Option<ShardTransfer>,
    #[validate(nested)]
    pub collection: Option<CollectionDefaults>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig, Validate)]
#[validate(schema(function = "where_snapshots_go"))]
pub struct Snapshots {
    #[serde(default)]
    pub snapshots_storage: SnapshotStorage,
    #[validate(nested)]
    pub s3_config: Option<S3>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum SnapshotStorage {
    #[default]
    Local,
    S3,
}

fn where_snapshots_go(snapshots: &Snapshots) -> Result<(), ValidationError> {
    if snapshots.snapshots_storage == SnapshotStorage::S3 && snapshots.s3_config.is_none() {
        return Err(ValidationError::new("s3_config").with_message("snapshots in S3 need s3_config".into()));
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct S3 {
    #[validate(length(min = 3, max = 63))]
    pub bucket: String,
    pub region: Option<String>,
    #[hot(secret)]
    pub access_key: Option<String>,
    #[hot(secret)]
    pub secret_key: Option<String>,
    #[hot(leaf)]
    pub endpoint_url: Option<url::Url>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct Wal {
    #[serde(default = "default_wal_capacity")]
    #[validate(range(min = 1))]
    pub wal_capacity_mb: usize,
    #[serde(default)]
    pub wal_segments_ahead: usize,
}

impl Default for Wal {
    fn default() -> Self {
        Self { wal_capacity_mb: default_wal_capacity(), wal_segments_ahead: 0 }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
pub enum NodeType {
    #[default]
    Normal,
    Listener,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Performance {
    pub max_search_threads: usize,
    #[serde(default)]
    pub optimizer_cpu_budget: isize,
    pub update_rate_limit: Option<NonZero<usize>>,
    #[serde(default = "one_transfer")]
    pub incoming_shard_transfers_limit: Option<usize>,
    pub async_scorer: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct Optimizers {
    #[validate(range(min = 0.0, max = 1.0))]
    pub deleted_threshold: f64,
    #[validate(range(min = 100))]
    pub vacuum_min_vector_number: usize,
    pub default_segment_number: usize,
    #[serde(alias = "max_segment_size_kb")]
    pub max_segment_size: Option<usize>,
    #[serde(rename = "flush_interval_sec", with = "seconds")]
    pub flush_interval: Duration,
    pub max_optimization_threads: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct Hnsw {
    pub m: usize,
    #[validate(range(min = 4))]
    pub ef_construct: usize,
    #[serde(alias = "full_scan_threshold_kb")]
    #[validate(range(min = 10))]
    pub full_scan_threshold: usize,
    #[serde(default)]
    pub max_indexing_threads: usize,
    pub on_disk: Option<bool>,
    pub payload_m: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum ShardTransfer {
    StreamRecords,
    Snapshot,
    WalDelta,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct CollectionDefaults {
    pub replication_factor: Option<NonZero<u32>>,
    #[validate(range(min = 1))]
    pub write_consistency_factor: u32,
    pub quantization: Option<Quantization>,
    pub strict_mode: Option<StrictMode>,
}

/// The kind is the one key that is there.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Quantization {
    Scalar(Scalar),
    Product(Product),
    Binary(Binary),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Scalar {
    pub scalar: ScalarSettings,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct ScalarSettings {
    pub r#type: ScalarType,
    #[validate(range(min = 0.5, max = 1.0))]
    pub quantile: Option<f32>,
    pub always_ram: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum ScalarType {
    Int8,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Product {
    pub product: ProductSettings,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct ProductSettings {
    pub compression: Compression,
    pub always_ram: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    X4,
    X16,
    X64,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Binary {
    pub binary: BinarySettings,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct BinarySettings {
    pub always_ram: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct StrictMode {
    pub enabled: Option<bool>,
    pub max_query_limit: Option<NonZero<usize>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct Service {
    #[validate(length(min = 1))]
    #[hot(restart)]
    pub host: String,
    #[hot(restart)]
    pub http_port: u16,
    #[hot(restart)]
    pub grpc_port: Option<u16>,
    #[validate(range(min = 1, max = 4096))]
    pub max_request_size_mb: usize,
    pub max_workers: Option<usize>,
    #[serde(default = "yes")]
    pub enable_cors: bool,
    #[serde(default)]
    pub enable_tls: bool,
    #[hot(secret)]
    pub api_key: Option<String>,
    #[hot(secret)]
    #[serde(alias = "read_only_api_key")]
    pub alt_api_key: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig, Validate)]
#[serde(default)]
pub struct Cluster {
    pub enabled: bool,
    #[validate(nested)]
    pub p2p: P2p,
    #[validate(nested)]
    pub consensus: Consensus,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
#[serde(default)]
pub struct P2p {
    pub port: Option<u16>,
    pub enable_tls: bool,
    #[validate(range(min = 1))]
    pub connection_pool_size: usize,
}

impl Default for P2p {
    fn default() -> Self {
        Self { port: None, enable_tls: false, connection_pool_size: 2 }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
#[serde(default)]
pub struct Consensus {
    #[validate(range(min = 1))]
    pub max_message_queue_size: usize,
    #[validate(range(min = 10))]
    pub tick_period_ms: u64,
    #[serde(rename = "bootstrap_timeout_sec", with = "seconds")]
    pub bootstrap_timeout: Duration,
}

impl Default for Consensus {
    fn default() -> Self {
        Self { max_message_queue_size: 100, tick_period_ms: 100, bootstrap_timeout: Duration::from_secs(15) }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig, Validate)]
pub struct Tls {
    pub cert: PathBuf,
    pub key: PathBuf,
    pub ca_cert: Option<PathBuf>,
    #[serde(default = "one_hour")]
    #[validate(range(min = 1))]
    pub cert_ttl: Option<u64>,
}

mod seconds {
    use std::time::Duration;

    use serde::de::{Deserialize, Deserializer};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}

fn default_log_level() -> String {
    "INFO".to_owned()
}

fn default_snapshots_path() -> String {
    "./snapshots".to_owned()
}

fn default_wal_capacity() -> usize {
    32
}

fn one_transfer() -> Option<usize> {
    Some(1)
}

fn one_hour() -> Option<u64> {
    Some(3600)
}

fn yes() -> bool {
    true
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("qdrant");
    let config = cfg.load();
    let collection = config.storage.collection.as_ref().unwrap();
    assert!(matches!(&collection.quantization, Some(Quantization::Product(product)) if product.product.compression == Compression::X16));
    assert_eq!(collection.strict_mode.as_ref().unwrap().max_query_limit, NonZero::new(1000));
    assert_eq!(config.storage.optimizers.flush_interval, Duration::from_secs(7));
    assert_eq!((config.storage.optimizers.max_segment_size, config.storage.hnsw_index.full_scan_threshold), (Some(200_000), 20_000));
    assert_eq!((config.storage.wal.wal_capacity_mb, config.storage.wal.wal_segments_ahead), (32, 2));
    assert_eq!((config.storage.performance.optimizer_cpu_budget, config.cluster.consensus.tick_period_ms), (-2, 250));
    assert_eq!((config.service.grpc_port, config.cluster.p2p.connection_pool_size), (Some(6334), 2));
    assert_eq!(config.tls.as_ref().unwrap().cert_ttl, Some(600));
    assert_eq!(cfg.get("service.api_key"), Some(Value::Secret));
    assert!(!cfg.values().to_string().contains("tulip"), "{}", cfg.values());
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("qdrant");
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "qdrant",
        "storage:\n  optimizers:\n    max_segment_size: 1\n  collection:\n    quantization:\n      product:\n        compression: x64\n",
        ("QDRANT", &[
            ("QDRANT_SERVICE_ALT_API_KEY", "0042"),
            ("QDRANT_SERVICE_GRPC_PORT", ""),
            ("QDRANT_STORAGE_OPTIMIZERS_FLUSH_INTERVAL_SEC", "3"),
            ("QDRANT_CLUSTER_ENABLED", "yes"),
            ("QDRANT_STORAGE_UPDATE_CONCURRENCY", "8"),
        ]),
        &["tls.ca_cert=/etc/ssl/ca.pem", "storage.shard_transfer_method=wal_delta"],
    );
    let config = cfg.load();
    assert_eq!(config.storage.optimizers.max_segment_size, Some(1));
    let collection = config.storage.collection.as_ref().unwrap();
    let Some(Quantization::Product(product)) = &collection.quantization else { panic!("{collection:?}") };
    assert_eq!((product.product.compression, product.product.always_ram), (Compression::X64, Some(true)));
    assert_eq!((config.service.alt_api_key.as_deref(), config.service.grpc_port), (Some("0042"), None));
    assert_eq!((config.storage.optimizers.flush_interval, config.cluster.enabled), (Duration::from_secs(3), true));
    assert_eq!(config.storage.update_concurrency, NonZero::new(8));
    assert_eq!(config.tls.as_ref().unwrap().ca_cert, Some("/etc/ssl/ca.pem".into()));
    assert_eq!(config.storage.shard_transfer_method, Some(ShardTransfer::WalDelta));
}

#[test]
fn another_kind_takes_the_place_of_the_first() {
    // A layer above takes the first kind away as well.
    let binary = r#"storage.collection.quantization={"product": null, "binary": {"always_ram": true}}"#;
    let cfg = layered::<Config>("qdrant", "{}", ("QDRANT", &[]), &[binary]);
    let config = cfg.load();
    let quantization = &config.storage.collection.as_ref().unwrap().quantization;
    assert!(matches!(quantization, Some(Quantization::Binary(binary)) if binary.binary.always_ram == Some(true)));

    let json = "\"product\": {\n          \"compression\": \"x16\",";
    an_edit_is_heard_of::<Config>("qdrant", "storage.collection.quantization", [
        ("quantization.product = { compression = \"x16\",", "quantization.binary = {"),
        ("product:\n        compression: x16\n", "binary:\n"),
        (json, "\"binary\": {"),
    ]);
}

#[test]
fn a_port_that_needs_a_restart_waits() {
    let cfg = loaded::<Config>("qdrant");
    let outcome = cfg.set("service.grpc_port", 7334);
    assert!(matches!(outcome, Ok(Outcome::Unchanged)), "{outcome:?}");
    assert_eq!(cfg.status().pending_restart()[0].key(), "service.grpc_port");
}

#[test]
fn rules_are_kept_while_it_runs() {
    let cfg = loaded::<Config>("qdrant");
    let error = cfg.set("storage.hnsw_index.ef_construct", 3).unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::Rule);
    // What a rule of a section with secrets says is shown nowhere.
    let error = cfg.set("storage.snapshots_config.snapshots_storage", "s3").unwrap_err();
    assert!(error.to_string().contains("snapshots_config: breaks the rule `s3_config`"), "{error}");
    assert_eq!(cfg.version(), 1);
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("qdrant", "toml", "storage.hnsw_index.full_scan_threshold"),
        ["storage.hnsw_index.full_scan_threshold = 20000", "at services/qdrant/config.toml:31:26"]
    );
    assert_eq!(
        explained::<Config>("qdrant", "yaml", "service.max_request_size_mb"),
        ["service.max_request_size_mb = 64", "at services/qdrant/config.yaml:41:24"]
    );
    assert_eq!(
        explained::<Config>("qdrant", "json", "cluster.consensus.tick_period_ms"),
        ["cluster.consensus.tick_period_ms = 250", "at services/qdrant/config.json:62:25", "over `Consensus::default()`, the default"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("QDRANT", &[
        ("service.http_port", &["QDRANT_SERVICE_HTTP_PORT"]),
        ("storage.optimizers.flush_interval_sec", &["QDRANT_STORAGE_OPTIMIZERS_FLUSH_INTERVAL_SEC"]),
        ("cluster.p2p.port", &["QDRANT_CLUSTER_P2P_PORT"]),
        ("tls.cert_ttl", &["QDRANT_TLS_CERT_TTL"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("qdrant", "storage.optimizers.flush_interval_sec", [
        ("flush_interval_sec = 7", "flush_interval_sec = 8"),
        ("flush_interval_sec: 7", "flush_interval_sec: 8"),
        ("\"flush_interval_sec\": 7", "\"flush_interval_sec\": 8"),
    ]);
}
