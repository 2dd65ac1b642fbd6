//! The shape of Quickwit, a search engine: a file that says its own version, byte sizes of the crate `bytesize`, indexes
//! whose fields have fields, sources whose kind is a tag beside their parameters, a merge policy by tag.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use bytesize::ByteSize;
use hotconf::{HotConfig, Outcome, Value};
use serde::Deserialize;

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

/// The version stands beside what it is the version of.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Config {
    pub version: Version,
    #[serde(flatten)]
    pub node: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
pub enum Version {
    #[serde(rename = "0.8", alias = "0.7")]
    V0_8,
}

/// The same file as the service itself has it: the version is a tag, and says what the rest is.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct VersionedConfig {
    #[serde(flatten)]
    pub versioned: Versioned,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "version")]
pub enum Versioned {
    #[serde(rename = "0.8", alias = "0.7")]
    V0_8(Node),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Node {
    #[serde(default = "default_cluster_id")]
    #[hot(restart)]
    pub cluster_id: String,
    pub node_id: Option<String>,
    /// What this node does.
    #[serde(default = "all_services")]
    pub enabled_services: HashSet<Service>,
    #[serde(default = "localhost")]
    #[hot(restart)]
    pub listen_address: IpAddr,
    pub gossip_listen_port: Option<u16>,
    #[serde(default)]
    pub peer_seeds: Vec<String>,
    pub data_dir: PathBuf,
    /// Where the metastore is; it may have a password in it.
    #[hot(secret)]
    pub metastore_uri: Option<String>,
    #[serde(default)]
    #[hot(restart)]
    pub rest: Rest,
    #[serde(default)]
    pub grpc: Grpc,
    #[serde(default)]
    pub storage: Storage,
    #[serde(default)]
    pub indexer: Indexer,
    #[serde(default)]
    pub searcher: Searcher,
    /// Templates for indexes, by their id. The engine itself has a file for each.
    #[serde(default)]
    pub indexes: BTreeMap<String, Index>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    ControlPlane,
    Indexer,
    Searcher,
    Janitor,
    Metastore,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    #[serde(default = "default_rest_port")]
    pub listen_port: u16,
    #[serde(default)]
    pub cors_allow_origins: Vec<String>,
    #[serde(default)]
    pub extra_headers: HashMap<String, String>,
}

impl Default for Rest {
    fn default() -> Self {
        Self { listen_port: default_rest_port(), cors_allow_origins: Vec::new(), extra_headers: HashMap::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Grpc {
    #[serde(default = "twenty_mebibytes")]
    #[hot(leaf)]
    pub max_message_size: ByteSize,
}

impl Default for Grpc {
    fn default() -> Self {
        Self { max_message_size: twenty_mebibytes() }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct Storage {
    pub s3: Option<S3>,
    #[serde(alias = "azure_blob")]
    pub azure: Option<Azure>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    #[serde(default)]
    pub flavor: Option<Flavor>,
    #[hot(secret)]
    pub access_key_id: Option<String>,
    #[hot(secret)]
    pub secret_access_key: Option<String>,
    pub region: Option<String>,
    #[hot(leaf)]
    pub endpoint: Option<url::Url>,
    #[serde(default)]
    pub force_path_style_access: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Flavor {
    #[serde(alias = "do")]
    DigitalOcean,
    Garage,
    Gcs,
    MinIo,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Azure {
    #[serde(alias = "account")]
    pub account_name: String,
    #[hot(secret)]
    pub access_key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields, default)]
pub struct Indexer {
    #[hot(leaf)]
    pub split_store_max_num_bytes: ByteSize,
    pub split_store_max_num_splits: usize,
    pub max_concurrent_split_uploads: usize,
    #[hot(leaf)]
    pub max_merge_write_throughput: Option<ByteSize>,
    pub enable_otlp_endpoint: bool,
}

impl Default for Indexer {
    fn default() -> Self {
        Self {
            split_store_max_num_bytes: ByteSize::gb(100),
            split_store_max_num_splits: 1000,
            max_concurrent_split_uploads: 12,
            max_merge_write_throughput: None,
            enable_otlp_endpoint: true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields, default)]
pub struct Searcher {
    #[hot(leaf)]
    pub fast_field_cache_capacity: ByteSize,
    pub max_num_concurrent_split_searches: usize,
    pub request_timeout_secs: NonZero<u64>,
    pub split_cache: Option<SplitCache>,
}

impl Default for Searcher {
    fn default() -> Self {
        Self {
            fast_field_cache_capacity: ByteSize::gb(1),
            max_num_concurrent_split_searches: 100,
            request_timeout_secs: NonZero::new(30).unwrap(),
            split_cache: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct SplitCache {
    #[hot(leaf)]
    pub max_num_bytes: ByteSize,
    #[serde(default = "ten_thousand")]
    pub max_num_splits: NonZero<u32>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Index {
    pub index_uri: Option<String>,
    pub doc_mapping: DocMapping,
    #[serde(default)]
    pub indexing_settings: IndexingSettings,
    #[serde(default)]
    pub default_search_fields: Vec<String>,
    #[serde(default)]
    pub sources: Vec<Source>,
    pub retention: Option<Retention>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct DocMapping {
    #[serde(default)]
    pub mode: Mode,
    #[serde(default)]
    pub field_mappings: Vec<FieldMapping>,
    #[serde(default)]
    pub tag_fields: BTreeSet<String>,
    pub timestamp_field: Option<String>,
    #[serde(default = "ten_thousand")]
    pub max_num_partitions: NonZero<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Lenient,
    Strict,
    #[default]
    Dynamic,
}

/// The keys of the type stand beside the name.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct FieldMapping {
    pub name: String,
    #[serde(flatten)]
    pub mapping: FieldType,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldType {
    Text(Text),
    U64(Numeric),
    Datetime(Datetime),
    /// Fields within this one, to any depth.
    Object {
        #[serde(default)]
        field_mappings: Vec<FieldMapping>,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Text {
    pub tokenizer: Option<String>,
    pub fast: Fast,
    pub stored: bool,
}

/// A switch, or a normalizer that turns it on.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Fast {
    Switch(bool),
    Normalized { normalizer: String },
}

impl Default for Fast {
    fn default() -> Self {
        Self::Switch(false)
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Numeric {
    #[serde(default = "yes")]
    pub coerce: bool,
    #[serde(default)]
    pub fast: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Datetime {
    #[serde(default)]
    pub input_formats: Vec<String>,
    #[serde(default)]
    pub fast: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct IndexingSettings {
    pub commit_timeout_secs: Option<NonZero<usize>>,
    pub merge_policy: MergePolicy,
    pub resources: Resources,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MergePolicy {
    NoMerge,
    #[serde(rename = "limit_merge", alias = "const_write_amplification")]
    LimitMerge {
        #[serde(default = "ten")]
        max_merge_factor: usize,
        max_merge_ops: usize,
        #[serde(default = "two_days", deserialize_with = "period")]
        maturation_period: Duration,
    },
    StableLog(StableLog),
}

impl Default for MergePolicy {
    fn default() -> Self {
        Self::StableLog(StableLog::default())
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct StableLog {
    pub min_level_num_docs: usize,
    pub merge_factor: usize,
}

impl Default for StableLog {
    fn default() -> Self {
        Self { min_level_num_docs: 100_000, merge_factor: 10 }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Resources {
    #[hot(leaf)]
    pub heap_size: ByteSize,
}

impl Default for Resources {
    fn default() -> Self {
        Self { heap_size: ByteSize::gb(2) }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Source {
    pub source_id: String,
    #[serde(default = "one_pipeline")]
    pub num_pipelines: NonZero<usize>,
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(flatten)]
    pub params: SourceParams,
}

/// The kind is `source_type`, and what it needs is `params`.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "source_type", content = "params", rename_all = "snake_case")]
pub enum SourceParams {
    File(FileSource),
    Kafka {
        topic: String,
        #[serde(default)]
        client_params: BTreeMap<String, String>,
        #[serde(default)]
        enable_backfill_mode: bool,
    },
    Void,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct FileSource {
    pub filepath: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Retention {
    #[serde(deserialize_with = "period")]
    pub period: Duration,
    #[serde(default = "hourly")]
    pub schedule: String,
}

/// `90 days`, `12 hours`.
fn period<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = |text: &str| {
        let (count, unit) = text.split_once(' ')?;
        let hours = match unit {
            "hour" | "hours" => 1,
            "day" | "days" => 24,
            "week" | "weeks" => 7 * 24,
            _ => return None,
        };
        Some(Duration::from_secs(count.parse::<u64>().ok()? * hours * 60 * 60))
    };
    read(&text).ok_or_else(|| serde::de::Error::custom(format!("{text} is no period, such as `90 days`")))
}

fn default_cluster_id() -> String {
    "quickwit-default-cluster".to_owned()
}

fn all_services() -> HashSet<Service> {
    use Service::{ControlPlane, Indexer, Janitor, Metastore, Searcher};
    [ControlPlane, Indexer, Searcher, Janitor, Metastore].into()
}

fn localhost() -> IpAddr {
    [127, 0, 0, 1].into()
}

fn default_rest_port() -> u16 {
    7280
}

fn twenty_mebibytes() -> ByteSize {
    ByteSize::mib(20)
}

fn ten_thousand() -> NonZero<u32> {
    NonZero::new(10_000).unwrap()
}

fn one_pipeline() -> NonZero<usize> {
    NonZero::<usize>::MIN
}

fn ten() -> usize {
    10
}

fn two_days() -> Duration {
    Duration::from_secs(2 * 24 * 60 * 60)
}

fn hourly() -> String {
    "hourly".to_owned()
}

fn yes() -> bool {
    true
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("quickwit");
    let config = cfg.load();
    let node = &config.node;
    assert_eq!((node.cluster_id.as_str(), node.enabled_services.len()), ("logs", 2));
    assert_eq!(node.indexer.split_store_max_num_bytes, ByteSize::gb(200));
    assert_eq!(node.searcher.split_cache.as_ref().unwrap().max_num_bytes, ByteSize::gib(5));
    assert_eq!(node.storage.s3.as_ref().unwrap().flavor, Some(Flavor::DigitalOcean));
    let index = &node.indexes["hdfs-logs"];
    let [_, _, resource] = &index.doc_mapping.field_mappings[..] else { panic!("{:?}", index.doc_mapping) };
    let FieldType::Object { field_mappings } = &resource.mapping else { panic!("{resource:?}") };
    let FieldType::Object { field_mappings } = &field_mappings[1].mapping else { panic!("{field_mappings:?}") };
    assert_eq!(
        field_mappings[0],
        FieldMapping {
            name: "pod".to_owned(),
            mapping: FieldType::Text(Text {
                tokenizer: Some("raw".to_owned()),
                fast: Fast::Normalized { normalizer: "lowercase".to_owned() },
                stored: true,
            }),
        }
    );
    let policy = &index.indexing_settings.merge_policy;
    assert!(matches!(policy, MergePolicy::LimitMerge { max_merge_ops: 3, maturation_period, .. } if *maturation_period == two_days()));
    let [kafka, void] = &index.sources[..] else { panic!("{:?}", index.sources) };
    assert!(matches!(&kafka.params, SourceParams::Kafka { topic, client_params, .. } if topic == "hdfs" && client_params.len() == 2));
    assert_eq!((&void.params, void.enabled), (&SourceParams::Void, false));
    assert_eq!(index.retention.as_ref().unwrap().period, Duration::from_secs(90 * 24 * 60 * 60));
    assert_eq!(cfg.get("metastore_uri"), Some(Value::Secret));
    assert!(!cfg.values().to_string().contains("tulip"), "{}", cfg.values());
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("quickwit");
    serde_reads_the_same::<VersionedConfig>("quickwit");
}

#[test]
fn a_version_may_be_a_tag() {
    super::three_formats_say_the_same::<VersionedConfig>("quickwit");
    let (tagged, beside) = (loaded::<VersionedConfig>("quickwit"), loaded::<Config>("quickwit"));
    let Versioned::V0_8(node) = &tagged.load().versioned;
    assert_eq!(*node, beside.load().node);
    assert_eq!(tagged.values(), beside.values());
    // What a variant holds is one value for each of its keys.
    an_edit_is_heard_of::<VersionedConfig>("quickwit", "searcher", [
        ("request_timeout_secs = 45", "request_timeout_secs = 46"),
        ("request_timeout_secs: 45", "request_timeout_secs: 46"),
        ("\"request_timeout_secs\": 45", "\"request_timeout_secs\": 46"),
    ]);
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "quickwit",
        "indexes:\n  hdfs-logs:\n    indexing_settings:\n      merge_policy:\n        max_merge_ops: 5\n      resources:\n        heap_size: 3 GB\n",
        ("QW", &[
            ("QW_CLUSTER_ID", "00042"),
            ("QW_ENABLED_SERVICES", "searcher"),
            ("QW_REST_EXTRA_HEADERS__X-Served-By", "node-1"),
            ("QW_SEARCHER_FAST_FIELD_CACHE_CAPACITY", "10G"),
            ("QW_STORAGE_S3_ENDPOINT", "http://localhost:9000"),
        ]),
        &["indexer.max_merge_write_throughput=80mb", "searcher.request_timeout_secs=60"],
    );
    let config = cfg.load();
    let node = &config.node;
    assert_eq!((node.cluster_id.as_str(), &node.enabled_services), ("00042", &[Service::Searcher].into()));
    assert_eq!(node.rest.extra_headers["x-served-by"], "node-1");
    assert_eq!(node.searcher.fast_field_cache_capacity, ByteSize::gb(10));
    assert_eq!(node.storage.s3.as_ref().unwrap().endpoint.as_ref().unwrap().port(), Some(9000));
    assert_eq!(node.indexer.max_merge_write_throughput, Some(ByteSize::mb(80)));
    assert_eq!(node.searcher.request_timeout_secs.get(), 60);
    let settings = &node.indexes["hdfs-logs"].indexing_settings;
    assert!(matches!(settings.merge_policy, MergePolicy::LimitMerge { max_merge_ops: 5, max_merge_factor: 12, .. }));
    assert_eq!(settings.resources.heap_size, ByteSize::gb(3));
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("quickwit", "toml", "indexes.hdfs-logs.doc_mapping.timestamp_field"),
        [
            "indexes.hdfs-logs.doc_mapping.timestamp_field = \"timestamp\"",
            "at services/quickwit/config.toml:46:19"
        ]
    );
    assert_eq!(
        explained::<Config>("quickwit", "yaml", "rest.listen_port"),
        ["rest.listen_port = 7290", "at services/quickwit/config.yaml:14:16", "over `default_rest_port()`, the default"]
    );
    assert_eq!(
        explained::<Config>("quickwit", "json", "version"),
        ["version = \"0.8\"", "at services/quickwit/config.json:2:14"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    // The keys of the one version are reached as those of a section are.
    variables_are::<Config>("QW", &[
        ("cluster_id", &["QW_CLUSTER_ID"]),
        ("rest.listen_port", &["QW_REST_LISTEN_PORT"]),
        ("storage.s3.region", &["QW_STORAGE_S3_REGION"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("quickwit", "indexes.hdfs-logs.indexing_settings.merge_policy", [
        ("max_merge_ops = 3", "max_merge_ops = 4"),
        ("max_merge_ops: 3", "max_merge_ops: 4"),
        ("\"max_merge_ops\": 3", "\"max_merge_ops\": 4"),
    ]);
}

#[test]
fn what_needs_a_restart_waits() {
    let cfg = loaded::<Config>("quickwit");
    let outcome = cfg.set("rest.listen_port", 7300);
    assert!(matches!(outcome, Ok(Outcome::Unchanged)), "{outcome:?}");
    assert_eq!(cfg.status().pending_restart()[0].key(), "rest.listen_port");
}
