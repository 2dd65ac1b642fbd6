//! The shape of GreptimeDB, a database: every section has `#[serde(default)]` and a `Default` of its own, the kind of the
//! log and of the object store is a tag among their keys, sections are flattened into others several levels deep, sizes
//! are a type read from text, durations go through a module.

use std::time::Duration;

use hotconf::{HotConfig, Outcome, Value};
use serde::Deserialize;

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

/// A database in one process.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Config {
    pub default_timezone: Option<String>,
    pub enable_telemetry: bool,
    pub max_in_flight_write_bytes: Option<ReadableSize>,
    pub http: Http,
    pub grpc: Grpc,
    pub mysql: Mysql,
    /// The log that writes go to first.
    #[hot(restart)]
    pub wal: Wal,
    pub storage: Storage,
    /// One entry for each engine.
    pub region_engine: Vec<RegionEngine>,
    pub logging: Logging,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            default_timezone: None,
            enable_telemetry: true,
            max_in_flight_write_bytes: None,
            http: Http::default(),
            grpc: Grpc::default(),
            mysql: Mysql::default(),
            wal: Wal::default(),
            storage: Storage::default(),
            region_engine: vec![RegionEngine::Mito(Mito::default()), RegionEngine::File(FileEngine {})],
            logging: Logging::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Http {
    #[hot(restart)]
    pub addr: String,
    #[serde(with = "readable_duration")]
    pub timeout: Duration,
    pub body_limit: ReadableSize,
    pub cors_allowed_origins: Vec<String>,
    #[serde(skip)]
    pub disable_dashboard: bool,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            addr: "127.0.0.1:4000".to_owned(),
            timeout: Duration::from_secs(30),
            body_limit: ReadableSize::mib(64),
            cors_allowed_origins: Vec::new(),
            disable_dashboard: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Grpc {
    #[serde(alias = "addr")]
    pub bind_addr: String,
    #[serde(alias = "hostname")]
    pub server_addr: String,
    pub runtime_size: usize,
    pub max_recv_message_size: ReadableSize,
    pub flight_compression: FlightCompression,
    pub tls: Tls,
}

impl Default for Grpc {
    fn default() -> Self {
        Self {
            bind_addr: "127.0.0.1:4001".to_owned(),
            server_addr: String::new(),
            runtime_size: 8,
            max_recv_message_size: ReadableSize::mib(512),
            flight_compression: FlightCompression::default(),
            tls: Tls::default(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum FlightCompression {
    None,
    Transport,
    #[default]
    ArrowIpc,
    All,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Mysql {
    pub enable: bool,
    pub addr: String,
    pub tls: Tls,
    #[serde(with = "readable_duration")]
    pub keep_alive: Duration,
}

impl Default for Mysql {
    fn default() -> Self {
        Self { enable: true, addr: "127.0.0.1:4002".to_owned(), tls: Tls::default(), keep_alive: Duration::ZERO }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Tls {
    pub mode: TlsMode,
    pub cert_path: String,
    pub key_path: String,
    pub watch: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    #[default]
    Disable,
    Prefer,
    Require,
    #[serde(rename = "verify-ca")]
    VerifyCa,
    #[serde(rename = "verify-full")]
    VerifyFull,
}

/// The kind is `provider`.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum Wal {
    /// In files of this machine.
    RaftEngine(RaftEngine),
    /// In topics of Kafka.
    Kafka(Kafka),
}

impl Default for Wal {
    fn default() -> Self {
        Self::RaftEngine(RaftEngine::default())
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct RaftEngine {
    pub dir: Option<String>,
    pub file_size: ReadableSize,
    pub purge_threshold: ReadableSize,
    #[serde(with = "readable_duration")]
    pub purge_interval: Duration,
    pub read_batch_size: usize,
    pub sync_write: bool,
    #[serde(with = "readable_duration::option")]
    pub sync_period: Option<Duration>,
}

impl Default for RaftEngine {
    fn default() -> Self {
        Self {
            dir: None,
            file_size: ReadableSize::mib(128),
            purge_threshold: ReadableSize::mib(1024),
            purge_interval: Duration::from_secs(60),
            read_batch_size: 128,
            sync_write: false,
            sync_period: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Kafka {
    #[serde(flatten)]
    pub connection: KafkaConnection,
    pub max_batch_bytes: ReadableSize,
    #[serde(flatten)]
    pub topic: KafkaTopic,
    pub auto_create_topics: bool,
}

impl Default for Kafka {
    fn default() -> Self {
        Self {
            connection: KafkaConnection::default(),
            max_batch_bytes: ReadableSize::mib(1),
            topic: KafkaTopic::default(),
            auto_create_topics: true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct KafkaConnection {
    pub broker_endpoints: Vec<String>,
    pub sasl: Option<KafkaSasl>,
    pub tls: Option<KafkaTls>,
}

impl Default for KafkaConnection {
    fn default() -> Self {
        Self { broker_endpoints: vec!["127.0.0.1:9092".to_owned()], sasl: None, tls: None }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct KafkaSasl {
    #[serde(flatten)]
    pub config: KafkaSaslConfig,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "SCREAMING-KEBAB-CASE")]
pub enum KafkaSaslConfig {
    Plain {
        username: String,
        #[hot(secret)]
        password: String,
    },
    #[serde(rename = "SCRAM-SHA-256")]
    ScramSha256 {
        username: String,
        #[hot(secret)]
        password: String,
    },
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct KafkaTls {
    pub server_ca_cert_path: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct KafkaTopic {
    pub num_topics: usize,
    pub selector_type: TopicSelector,
    #[serde(rename = "topic_name_prefix")]
    pub name_prefix: String,
    pub replication_factor: i16,
    #[serde(with = "readable_duration")]
    pub create_topic_timeout: Duration,
}

impl Default for KafkaTopic {
    fn default() -> Self {
        Self {
            num_topics: 64,
            selector_type: TopicSelector::RoundRobin,
            name_prefix: "greptimedb_wal_topic".to_owned(),
            replication_factor: 1,
            create_topic_timeout: Duration::from_secs(30),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum TopicSelector {
    RoundRobin,
}

/// The keys of the store stand among those of the section.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Storage {
    #[hot(restart)]
    pub data_home: String,
    #[serde(flatten)]
    pub store: ObjectStore,
    /// Other stores, that tables can choose.
    pub providers: Vec<ObjectStore>,
}

impl Default for Storage {
    fn default() -> Self {
        Self { data_home: "./greptimedb_data".to_owned(), store: ObjectStore::default(), providers: Vec::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type")]
pub enum ObjectStore {
    File(FileStore),
    S3(S3),
    Gcs(Gcs),
}

impl Default for ObjectStore {
    fn default() -> Self {
        Self::File(FileStore {})
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct FileStore {}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct S3 {
    pub name: String,
    #[serde(flatten)]
    pub connection: S3Connection,
    #[serde(flatten)]
    pub cache: StoreCache,
    pub http_client: HttpClient,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct S3Connection {
    pub bucket: String,
    pub root: String,
    #[hot(secret)]
    pub access_key_id: String,
    #[hot(secret)]
    pub secret_access_key: String,
    pub endpoint: Option<String>,
    pub region: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Gcs {
    pub name: String,
    pub bucket: String,
    pub root: String,
    pub scope: String,
    #[hot(secret)]
    pub credential_path: String,
    #[serde(flatten)]
    pub cache: StoreCache,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct StoreCache {
    pub cache_path: Option<String>,
    pub cache_capacity: Option<ReadableSize>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct HttpClient {
    pub pool_max_idle_per_host: u32,
    #[serde(with = "readable_duration")]
    pub connect_timeout: Duration,
    pub skip_ssl_validation: bool,
}

impl Default for HttpClient {
    fn default() -> Self {
        Self {
            pool_max_idle_per_host: 1024,
            connect_timeout: Duration::from_secs(30),
            skip_ssl_validation: false,
        }
    }
}

/// Each entry has one key, the name of the engine.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub enum RegionEngine {
    #[serde(rename = "mito")]
    Mito(Mito),
    #[serde(rename = "file")]
    File(FileEngine),
    #[serde(rename = "metric")]
    Metric(Metric),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Mito {
    pub num_workers: usize,
    pub worker_channel_size: usize,
    pub global_write_buffer_size: ReadableSize,
    #[serde(with = "readable_duration")]
    pub auto_flush_interval: Duration,
    pub index: Index,
    pub memtable: Memtable,
}

impl Default for Mito {
    fn default() -> Self {
        Self {
            num_workers: 4,
            worker_channel_size: 128,
            global_write_buffer_size: ReadableSize::mib(1024),
            auto_flush_interval: Duration::from_secs(3600),
            index: Index::default(),
            memtable: Memtable::default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Index {
    pub aux_path: String,
    pub write_buffer_size: ReadableSize,
    #[hot(leaf)]
    pub mem_threshold_on_create: MemoryThreshold,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            aux_path: String::new(),
            write_buffer_size: ReadableSize::mib(8),
            mem_threshold_on_create: MemoryThreshold::Auto,
        }
    }
}

/// A name or a size. Only serde reads this: one variant of an enum cannot be without a tag beside others with one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryThreshold {
    #[default]
    Auto,
    Unlimited,
    #[serde(untagged)]
    Size(ReadableSize),
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Memtable {
    #[default]
    TimeSeries,
    PartitionTree(PartitionTree),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct PartitionTree {
    pub index_max_keys_per_shard: usize,
    pub fork_dictionary_bytes: ReadableSize,
}

impl Default for PartitionTree {
    fn default() -> Self {
        Self { index_max_keys_per_shard: 8192, fork_dictionary_bytes: ReadableSize::mib(1024) }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct FileEngine {}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Metric {
    pub experimental_sparse_primary_key_encoding: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Logging {
    pub dir: String,
    pub level: Option<String>,
    pub tracing_sample_ratio: Option<TracingSample>,
    #[serde(rename = "otlp_endpoint")]
    pub endpoint: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct TracingSample {
    pub default_ratio: f64,
    pub rules: Vec<SampleRule>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct SampleRule {
    pub protocol: String,
    #[serde(default)]
    pub request_types: std::collections::HashSet<String>,
    pub ratio: f64,
}

/// Bytes, written with a unit of 1024.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, HotConfig)]
#[serde(try_from = "String")]
pub struct ReadableSize(pub u64);

impl ReadableSize {
    const fn mib(count: u64) -> Self {
        Self(count * 1024 * 1024)
    }
}

impl TryFrom<String> for ReadableSize {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let power = match text[digits.len()..].trim_end_matches('B').trim_end_matches('i') {
            "" => 0,
            "K" => 1,
            "M" => 2,
            "G" => 3,
            "T" => 4,
            unit => return Err(format!("{unit} is no unit of a size")),
        };
        let count: u64 = digits.trim().parse().map_err(|_| format!("{text} is no size, such as 64MB"))?;
        count.checked_mul(1024_u64.pow(power)).map(Self).ok_or_else(|| format!("{text} is too large"))
    }
}

/// Durations as people write them.
mod readable_duration {
    use std::time::Duration;

    use serde::de::{Deserialize, Deserializer, Error};

    fn parse<E: Error>(text: &str) -> Result<Duration, E> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match &text[digits.len()..] {
            "ms" => 1,
            "s" => 1000,
            "m" | "min" => 60 * 1000,
            "h" => 60 * 60 * 1000,
            _ => return Err(E::custom(format!("{text} is no duration, such as 30s"))),
        };
        let count: u64 = digits.parse().map_err(E::custom)?;
        Ok(Duration::from_millis(count * unit))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        parse(&String::deserialize(deserializer)?)
    }

    pub(super) mod option {
        use super::*;

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
            Option::<String>::deserialize(deserializer)?.map(|text| parse(&text)).transpose()
        }
    }
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("greptimedb");
    let config = cfg.load();
    let Wal::Kafka(kafka) = &config.wal else { panic!("{:?}", config.wal) };
    assert_eq!((kafka.topic.num_topics, kafka.topic.replication_factor), (32, 3));
    assert_eq!(kafka.connection.broker_endpoints.len(), 2);
    let Some(KafkaSasl { config: KafkaSaslConfig::ScramSha256 { username, .. } }) = &kafka.connection.sasl else {
        panic!("{:?}", kafka.connection)
    };
    assert_eq!(username, "greptime");
    let ObjectStore::S3(s3) = &config.storage.store else { panic!("{:?}", config.storage) };
    assert_eq!((s3.connection.bucket.as_str(), s3.cache.cache_capacity), ("metrics", Some(ReadableSize::mib(5 * 1024))));
    assert_eq!(s3.http_client.connect_timeout, Duration::from_secs(10));
    assert!(matches!(&config.storage.providers[..], [ObjectStore::Gcs(gcs), ObjectStore::File(_)] if gcs.name == "archive"));
    let [RegionEngine::Mito(mito), RegionEngine::File(_), RegionEngine::Metric(metric)] = &config.region_engine[..]
    else {
        panic!("{:?}", config.region_engine)
    };
    assert_eq!(mito.index.mem_threshold_on_create, MemoryThreshold::Size(ReadableSize::mib(64)));
    assert!(matches!(&mito.memtable, Memtable::PartitionTree(tree) if tree.index_max_keys_per_shard == 4096));
    assert!(metric.experimental_sparse_primary_key_encoding);
    assert_eq!((config.http.body_limit, config.http.timeout), (ReadableSize::mib(32), Duration::from_secs(30)));
    assert_eq!(config.grpc.bind_addr, "0.0.0.0:4001");
    assert_eq!(cfg.get("storage.secret_access_key"), Some(Value::Secret));
    for secret in ["tulip", "rose"] {
        assert!(!cfg.values().to_string().contains(secret), "{}", cfg.values());
    }
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("greptimedb");
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "greptimedb",
        "storage:\n  bucket: logs\n  http_client:\n    skip_ssl_validation: true\nwal:\n  num_topics: 8\n",
        ("GREPTIMEDB", &[
            ("GREPTIMEDB_HTTP_TIMEOUT", "0s"),
            ("GREPTIMEDB_MAX_IN_FLIGHT_WRITE_BYTES", "500MB"),
            ("GREPTIMEDB_STORAGE_DATA_HOME", "/srv/greptime"),
            ("GREPTIMEDB_MYSQL_TLS_MODE", "verify-full"),
        ]),
        &["storage.cache_capacity=7GiB", "grpc.addr=[::]:4001", "logging.level=debug"],
    );
    let config = cfg.load();
    let ObjectStore::S3(s3) = &config.storage.store else { panic!("{:?}", config.storage) };
    assert_eq!((s3.connection.bucket.as_str(), s3.http_client.skip_ssl_validation), ("logs", true));
    assert_eq!(s3.connection.region.as_deref(), Some("eu-central-1"));
    assert_eq!(s3.cache.cache_capacity, Some(ReadableSize::mib(7 * 1024)));
    assert!(matches!(&config.wal, Wal::Kafka(kafka) if kafka.topic.num_topics == 8));
    assert_eq!((config.http.timeout, config.storage.data_home.as_str()), (Duration::ZERO, "/srv/greptime"));
    assert_eq!(config.max_in_flight_write_bytes, Some(ReadableSize::mib(500)));
    assert_eq!((config.mysql.tls.mode, config.grpc.bind_addr.as_str()), (TlsMode::VerifyFull, "[::]:4001"));
    assert_eq!(config.logging.level.as_deref(), Some("debug"));
}

#[test]
fn another_kind_leaves_the_keys_of_the_first_behind() {
    let cfg = loaded::<Config>("greptimedb");
    assert!(cfg.set("storage.type", "File").unwrap().change().is_some());
    assert_eq!(cfg.load().storage.store, ObjectStore::File(FileStore {}));
    assert_eq!(cfg.get("storage.bucket"), None);
    assert_eq!(cfg.load().storage.data_home, "/var/lib/greptimedb");
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("greptimedb", "toml", "storage.bucket"),
        ["storage.bucket = \"metrics\"", "at services/greptimedb/config.toml:42:10", "over `S3Connection::default()`, the default"]
    );
    assert_eq!(
        explained::<Config>("greptimedb", "yaml", "wal.provider"),
        ["wal.provider = \"kafka\"", "at services/greptimedb/config.yaml:21:13"]
    );
    assert_eq!(
        explained::<Config>("greptimedb", "json", "http.body_limit"),
        ["http.body_limit = \"32MB\"", "at services/greptimedb/config.json:6:19", "over `Http::default()`, the default"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("GREPTIMEDB", &[
        ("http.body_limit", &["GREPTIMEDB_HTTP_BODY_LIMIT"]),
        ("grpc.bind_addr", &["GREPTIMEDB_GRPC_BIND_ADDR"]),
        ("grpc.tls.cert_path", &["GREPTIMEDB_GRPC_TLS_CERT_PATH"]),
        ("storage.data_home", &["GREPTIMEDB_STORAGE_DATA_HOME"]),
        ("logging.otlp_endpoint", &["GREPTIMEDB_LOGGING_OTLP_ENDPOINT"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("greptimedb", "storage.cache_capacity", [
        ("cache_capacity = \"5GiB\"", "cache_capacity = \"6GiB\""),
        ("cache_capacity: 5GiB", "cache_capacity: 6GiB"),
        ("\"cache_capacity\": \"5GiB\"", "\"cache_capacity\": \"6GiB\""),
    ]);
}

#[test]
fn a_log_of_another_kind_waits_for_a_restart() {
    let cfg = loaded::<Config>("greptimedb");
    let outcome = cfg.set("wal.num_topics", 16);
    assert!(matches!(outcome, Ok(Outcome::Unchanged)), "{outcome:?}");
    assert_eq!(cfg.status().pending_restart()[0].key(), "wal");
    assert!(matches!(&cfg.load().wal, Wal::Kafka(kafka) if kafka.topic.num_topics == 32));
}
