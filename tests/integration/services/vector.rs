//! The shape of Vector, an observability pipeline: components by name whose kind is a tag among their keys and among those
//! that every component has, buffers that are one stage or a list, encodings flattened with what is common to them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;

use hotconf::{HotConfig, Value};
use serde::Deserialize;

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

/// A pipeline: where events come from, what is done with them, and where they go.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(flatten)]
    pub global: Global,
    #[serde(default)]
    pub api: Api,
    #[serde(default)]
    pub healthchecks: Healthchecks,
    #[serde(default)]
    pub sources: BTreeMap<String, SourceOuter>,
    #[serde(default)]
    pub transforms: BTreeMap<String, TransformOuter>,
    #[serde(default)]
    pub sinks: BTreeMap<String, SinkOuter>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct Global {
    #[serde(default = "default_data_dir")]
    pub data_dir: Option<PathBuf>,
    #[serde(default)]
    pub wildcard_matching: Option<WildcardMatching>,
    #[serde(default)]
    pub log_schema: LogSchema,
    pub timezone: Option<String>,
    #[serde(default)]
    pub proxy: Proxy,
    #[hot(deprecated = "use expire_metrics_secs")]
    pub expire_metrics: Option<u64>,
    pub expire_metrics_secs: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum WildcardMatching {
    Strict,
    Relaxed,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct LogSchema {
    pub message_key: String,
    pub timestamp_key: String,
}

impl Default for LogSchema {
    fn default() -> Self {
        Self { message_key: ".message".to_owned(), timestamp_key: ".timestamp".to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Proxy {
    #[serde(default = "yes")]
    pub enabled: bool,
    pub http: Option<String>,
    #[serde(default)]
    pub no_proxy: Vec<String>,
}

impl Default for Proxy {
    fn default() -> Self {
        Self { enabled: true, http: None, no_proxy: Vec::new() }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    pub enabled: bool,
    #[hot(restart)]
    pub address: Option<SocketAddr>,
    pub playground: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Healthchecks {
    pub enabled: bool,
    pub require_healthy: bool,
}

impl Default for Healthchecks {
    fn default() -> Self {
        Self { enabled: true, require_healthy: false }
    }
}

/// What every source has, and the source.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct SourceOuter {
    #[serde(default)]
    pub proxy: Proxy,
    #[serde(flatten)]
    pub inner: Source,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Source {
    File(FileSource),
    HttpServer(Box<HttpServer>),
    /// The events of this process.
    InternalLogs {},
    DemoLogs {
        #[serde(default = "one")]
        interval: f64,
        #[serde(default = "endless")]
        count: usize,
        #[serde(flatten)]
        format: DemoFormat,
    },
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum DemoFormat {
    Shuffle {
        #[serde(default)]
        sequence: bool,
        lines: Vec<String>,
    },
    ApacheCommon,
    Json,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct FileSource {
    pub include: Vec<PathBuf>,
    #[serde(default)]
    pub exclude: Vec<PathBuf>,
    #[serde(default)]
    pub read_from: ReadFrom,
    #[serde(default)]
    pub fingerprint: Fingerprint,
    #[serde(alias = "ignore_older")]
    pub ignore_older_secs: Option<u64>,
    pub multiline: Option<Multiline>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum ReadFrom {
    #[default]
    Beginning,
    End,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "strategy", rename_all = "snake_case")]
pub enum Fingerprint {
    Checksum {
        bytes: Option<usize>,
        #[serde(default)]
        ignored_header_bytes: usize,
    },
    #[serde(rename = "device_and_inode")]
    DevInode,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self::Checksum { bytes: None, ignored_header_bytes: 0 }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Multiline {
    pub start_pattern: String,
    pub mode: MultilineMode,
    pub timeout_ms: NonZero<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum MultilineMode {
    ContinueThrough,
    HaltBefore,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct HttpServer {
    #[serde(alias = "addr")]
    pub address: SocketAddr,
    #[serde(default)]
    pub headers: Vec<String>,
    pub auth: Option<Auth>,
    #[serde(default)]
    pub method: Method,
    pub framing: Option<Framing>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    #[default]
    Post,
    Put,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "strategy", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    Basic {
        user: String,
        #[hot(secret)]
        password: String,
    },
    Bearer {
        #[hot(secret)]
        token: String,
    },
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Framing {
    Bytes,
    NewlineDelimited {
        #[serde(default)]
        newline_delimited: FramingLimit,
    },
    CharacterDelimited {
        character_delimited: CharacterDelimited,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct FramingLimit {
    pub max_length: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct CharacterDelimited {
    pub delimiter: char,
    pub max_length: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct TransformOuter {
    pub inputs: Vec<String>,
    #[serde(flatten)]
    pub inner: Transform,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Transform {
    Remap {
        source: Option<String>,
        file: Option<PathBuf>,
        #[serde(default)]
        drop_on_error: bool,
    },
    Filter {
        condition: Condition,
    },
    Route {
        #[serde(default)]
        reroute_unmatched: Option<bool>,
        route: BTreeMap<String, Condition>,
    },
    Throttle(Throttle),
}

/// A program, or a condition of some kind.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Condition {
    Program(String),
    Typed(TypedCondition),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TypedCondition {
    IsLog,
    IsMetric,
    Vrl { source: String },
    DatadogSearch { source: String },
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Throttle {
    pub threshold: u32,
    pub window_secs: f64,
    pub key_field: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct SinkOuter {
    pub inputs: Vec<String>,
    #[serde(default)]
    pub healthcheck: SinkHealthcheck,
    #[serde(default)]
    pub buffer: Buffer,
    #[serde(flatten)]
    pub inner: Sink,
}

/// A switch, or the settings.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum SinkHealthcheck {
    Enabled(bool),
    Settings {
        #[serde(default = "yes")]
        enabled: bool,
        uri: Option<String>,
    },
}

impl Default for SinkHealthcheck {
    fn default() -> Self {
        Self::Enabled(true)
    }
}

/// One stage, or one behind the other.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Buffer {
    Single(Stage),
    Chained(Vec<Stage>),
}

impl Default for Buffer {
    fn default() -> Self {
        Self::Single(Stage::Memory { max_events: five_hundred(), when_full: WhenFull::Block })
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Stage {
    Memory {
        #[serde(default = "five_hundred")]
        max_events: NonZero<usize>,
        #[serde(default)]
        when_full: WhenFull,
    },
    Disk {
        max_size: NonZero<u64>,
        #[serde(default)]
        when_full: WhenFull,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    #[default]
    Block,
    DropNewest,
    Overflow,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Sink {
    Console {
        #[serde(default)]
        target: Target,
        encoding: Encoding,
    },
    Http(HttpSink),
    #[serde(rename = "aws_s3")]
    S3 {
        bucket: String,
        #[serde(default = "default_key_prefix")]
        key_prefix: String,
        encoding: Encoding,
        #[serde(default)]
        compression: Compression,
        #[serde(default)]
        tags: Option<BTreeMap<String, String>>,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    #[default]
    Stdout,
    Stderr,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct HttpSink {
    #[hot(leaf)]
    pub uri: url::Url,
    #[serde(default)]
    pub method: Method,
    pub auth: Option<Auth>,
    pub encoding: Encoding,
    #[serde(default)]
    pub request: Request,
    #[serde(default)]
    pub batch: Batch,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Request {
    pub concurrency: Concurrency,
    pub timeout_secs: Option<u64>,
    pub headers: BTreeMap<String, String>,
}

/// A number, or a name. The service has the names beside a variant of the number that has no tag; that is two enums here.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Concurrency {
    Fixed(NonZero<usize>),
    Named(NamedConcurrency),
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum NamedConcurrency {
    Adaptive,
    None,
}

impl Default for Concurrency {
    fn default() -> Self {
        Self::Named(NamedConcurrency::Adaptive)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Batch {
    pub max_bytes: Option<usize>,
    pub max_events: Option<usize>,
}

/// How events are written, and what of them.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct Encoding {
    #[serde(flatten)]
    pub codec: Codec,
    #[serde(flatten)]
    pub transformer: Transformer,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(tag = "codec", rename_all = "snake_case")]
pub enum Codec {
    Json {
        #[serde(default)]
        json: JsonOptions,
    },
    Csv {
        csv: CsvOptions,
    },
    Text,
    RawMessage,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
pub struct JsonOptions {
    #[serde(default)]
    pub pretty: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct CsvOptions {
    pub fields: Vec<String>,
    #[serde(default = "comma")]
    pub delimiter: char,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Transformer {
    pub only_fields: Option<Vec<String>>,
    pub except_fields: Option<Vec<String>>,
    pub timestamp_format: Option<TimestampFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum TimestampFormat {
    Unix,
    Rfc3339,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, HotConfig)]
#[serde(try_from = "Spelt")]
pub enum Compression {
    #[default]
    None,
    Gzip(u8),
}

/// A name, or a name and a level.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
enum Spelt {
    Name(String),
    Full { algorithm: String, level: Option<u8> },
}

impl TryFrom<Spelt> for Compression {
    type Error = String;

    fn try_from(spelt: Spelt) -> Result<Self, String> {
        let (name, level) = match spelt {
            Spelt::Name(name) => (name, None),
            Spelt::Full { algorithm, level } => (algorithm, level),
        };
        match (name.as_str(), level.unwrap_or(6)) {
            ("none", _) => Ok(Self::None),
            ("gzip", level @ 0..=9) => Ok(Self::Gzip(level)),
            ("gzip", level) => Err(format!("gzip has no level {level}")),
            (name, _) => Err(format!("{name} is no compression; known are none and gzip")),
        }
    }
}

fn default_data_dir() -> Option<PathBuf> {
    Some("/var/lib/vector/".into())
}

fn default_key_prefix() -> String {
    "date=%F".to_owned()
}

fn five_hundred() -> NonZero<usize> {
    NonZero::new(500).unwrap()
}

fn comma() -> char {
    ','
}

fn one() -> f64 {
    1.0
}

fn endless() -> usize {
    usize::MAX
}

fn yes() -> bool {
    true
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("vector");
    let config = cfg.load();
    assert_eq!(config.global.data_dir, Some("/srv/vector".into()));
    assert_eq!((config.global.log_schema.message_key.as_str(), config.global.expire_metrics_secs), (".msg", Some(300.0)));
    let Source::File(file) = &config.sources["nginx"].inner else { panic!("{:?}", config.sources) };
    assert_eq!((file.fingerprint.clone(), file.ignore_older_secs), (Fingerprint::DevInode, Some(86400)));
    let Source::HttpServer(server) = &config.sources["webhook"].inner else { panic!("{:?}", config.sources) };
    assert!(matches!(&server.framing, Some(Framing::CharacterDelimited { character_delimited }) if character_delimited.delimiter == '|'));
    assert!(matches!(&config.sources["demo"].inner, Source::DemoLogs { interval: 0.5, format: DemoFormat::Shuffle { sequence: true, lines }, .. } if lines.len() == 2));
    assert!(matches!(&config.sources["self"].inner, Source::InternalLogs {}));
    let Transform::Route { route, .. } = &config.transforms["split"].inner else { panic!("{:?}", config.transforms) };
    assert_eq!(route["metrics"], Condition::Typed(TypedCondition::IsMetric));
    assert!(matches!(&route["errors"], Condition::Program(program) if program.contains("status")));
    assert_eq!(
        config.sinks["archive"].buffer,
        Buffer::Chained(vec![
            Stage::Memory { max_events: NonZero::new(10_000).unwrap(), when_full: WhenFull::Overflow },
            Stage::Disk { max_size: NonZero::new(1_073_741_824).unwrap(), when_full: WhenFull::Block },
        ])
    );
    let Sink::S3 { compression, encoding, tags, .. } = &config.sinks["archive"].inner else { panic!("{:?}", config.sinks) };
    assert_eq!((*compression, tags.as_ref().unwrap().len()), (Compression::Gzip(9), 2));
    assert!(matches!(&encoding.codec, Codec::Csv { csv } if csv.fields.len() == 2 && csv.delimiter == ';'));
    assert_eq!(encoding.transformer.timestamp_format, Some(TimestampFormat::Rfc3339));
    let Sink::Http(http) = &config.sinks["alerts"].inner else { panic!("{:?}", config.sinks) };
    assert_eq!((http.request.concurrency, http.uri.host_str()), (Concurrency::Fixed(NonZero::new(4).unwrap()), Some("alerts.example")));
    assert!(matches!(&config.sinks["alerts"].healthcheck, SinkHealthcheck::Settings { enabled: true, uri: Some(_) }));
    assert_eq!(cfg.get("sinks.alerts.auth.token"), Some(Value::Secret));
    assert!(!cfg.values().to_string().contains("tulip"), "{}", cfg.values());
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("vector");
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "vector",
        "sinks:\n  alerts:\n    request:\n      concurrency: none\n  archive:\n    compression: none\nsources:\n  more:\n    type: demo_logs\n    format: json\n",
        ("VECTOR", &[
            ("VECTOR_DATA_DIR", "/tmp/vector"),
            ("VECTOR_PROXY_NO_PROXY", "localhost,10.0.0.0/8"),
            ("VECTOR_SINKS__ALERTS__AUTH", r#"{"strategy": "bearer", "token": "0099"}"#),
            ("VECTOR_TRANSFORMS__CALM__THRESHOLD", "7"),
        ]),
        &["api.address=[::1]:8686", "sinks.archive.key_prefix=year=%Y/", "log_schema.message_key=.m"],
    );
    let config = cfg.load();
    assert_eq!((&config.global.data_dir, config.global.proxy.no_proxy.len()), (&Some("/tmp/vector".into()), 2));
    assert_eq!(config.global.log_schema.message_key, ".m");
    let Sink::Http(http) = &config.sinks["alerts"].inner else { panic!("{:?}", config.sinks) };
    assert_eq!((http.request.concurrency, &http.auth), (Concurrency::Named(NamedConcurrency::None), &Some(Auth::Bearer { token: "0099".to_owned() })));
    assert!(matches!(&config.transforms["calm"].inner, Transform::Throttle(throttle) if throttle.threshold == 7));
    assert!(matches!(&config.sinks["archive"].inner, Sink::S3 { key_prefix, compression: Compression::None, .. } if key_prefix == "year=%Y/"));
    assert!(matches!(&config.sources["more"].inner, Source::DemoLogs { format: DemoFormat::Json, .. }));
    assert_eq!(config.api.address, Some("[::1]:8686".parse().unwrap()));
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("vector", "toml", "data_dir"),
        ["data_dir = \"/srv/vector\"", "at services/vector/config.toml:2:12", "over `default_data_dir()`, the default"]
    );
    assert_eq!(
        explained::<Config>("vector", "yaml", "sinks.archive.bucket"),
        ["sinks.archive.bucket = \"logs-archive\"", "at services/vector/config.yaml:83:13"]
    );
    assert_eq!(
        explained::<Config>("vector", "json", "transforms.calm.type"),
        ["transforms.calm.type = \"throttle\"", "at services/vector/config.json:94:15"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("VECTOR", &[
        ("data_dir", &["VECTOR_DATA_DIR"]),
        ("log_schema.message_key", &["VECTOR_LOG_SCHEMA_MESSAGE_KEY"]),
        ("proxy.http", &["VECTOR_PROXY_HTTP"]),
        ("api.address", &["VECTOR_API_ADDRESS"]),
        ("sinks", &["VECTOR_SINKS"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("vector", "transforms.calm.threshold", [
        ("threshold = 100", "threshold = 200"),
        ("threshold: 100", "threshold: 200"),
        ("\"threshold\": 100", "\"threshold\": 200"),
    ]);
}
