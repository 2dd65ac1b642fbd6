//! The shape of the Apollo Router, a gateway for GraphQL: camel case in some sections and snake case in others, one
//! generic section for what is said of all subgraphs and of each, rules as maps of one key, conditions within
//! conditions, values of any type, times and sizes of crates.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::num::NonZero;
use std::time::Duration;

use hotconf::{HotConfig, Value};
use serde::Deserialize;

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

/// A gateway.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub supergraph: Supergraph,
    pub cors: Cors,
    pub headers: Headers,
    pub limits: Limits,
    pub traffic_shaping: Subgraphs<Shaping>,
    pub override_subgraph_url: HashMap<String, Endpoint>,
    pub apq: Apq,
    pub telemetry: Telemetry,
    pub batching: Option<Batching>,
    /// What the plugins say is theirs.
    #[hot(leaf)]
    pub plugins: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct Supergraph {
    #[hot(restart)]
    pub listen: ListenAddr,
    pub path: String,
    pub introspection: bool,
    pub query_planning: QueryPlanning,
}

impl Default for Supergraph {
    fn default() -> Self {
        Self {
            listen: ListenAddr::Socket(([127, 0, 0, 1], 4000).into()),
            path: "/".to_owned(),
            introspection: false,
            query_planning: QueryPlanning::default(),
        }
    }
}

/// A socket, or the path of one.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged, expecting = "a socket address or the path of a socket")]
pub enum ListenAddr {
    Socket(SocketAddr),
    Unix(UnixPath),
}

/// An absolute path.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(try_from = "String")]
pub struct UnixPath(String);

impl TryFrom<String> for UnixPath {
    type Error = &'static str;

    fn try_from(path: String) -> Result<Self, &'static str> {
        if path.starts_with('/') { Ok(Self(path)) } else { Err("a socket has an absolute path") }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct QueryPlanning {
    pub warmed_up_queries: Option<usize>,
    pub experimental_plans_limit: Option<u32>,
    #[hot(deprecated = "it is chosen by the number of processors")]
    pub experimental_parallelism: Option<Parallelism>,
    pub cache: Cache,
}

impl Default for QueryPlanning {
    fn default() -> Self {
        Self {
            warmed_up_queries: None,
            experimental_plans_limit: Some(10_000),
            experimental_parallelism: None,
            cache: Cache::default(),
        }
    }
}

/// A number, or `auto`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case", untagged)]
pub enum Parallelism {
    Fixed(NonZero<usize>),
    Auto(Auto),
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Auto {
    Auto,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Cache {
    pub in_memory: InMemory,
    pub redis: Option<Redis>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct InMemory {
    pub limit: NonZero<usize>,
}

impl Default for InMemory {
    fn default() -> Self {
        Self { limit: NonZero::new(512).unwrap() }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    #[hot(leaf, secret)]
    pub urls: Vec<url::Url>,
    #[serde(default, deserialize_with = "milliseconds")]
    pub timeout: Option<Duration>,
    #[serde(default = "yes")]
    pub reset_ttl: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    pub allow_any_origin: bool,
    pub allow_credentials: bool,
    pub allow_headers: Vec<String>,
    pub origins: Vec<String>,
    pub match_origins: Option<Vec<String>>,
    pub methods: Vec<String>,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            allow_any_origin: false,
            allow_credentials: false,
            allow_headers: Vec::new(),
            origins: vec!["https://studio.example".to_owned()],
            match_origins: None,
            methods: ["GET", "POST", "OPTIONS"].map(str::to_owned).into(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Headers {
    pub all: Option<HeaderRules>,
    pub subgraphs: HashMap<String, HeaderRules>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct HeaderRules {
    pub request: Vec<Operation>,
}

/// Each rule is a map of one key.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    Insert(Insert),
    Remove(Remove),
    Propagate(Propagate),
}

/// The kind is told by the keys.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged, deny_unknown_fields)]
pub enum Insert {
    Static { name: String, value: String },
    FromContext { name: String, from_context: String },
    FromBody { name: String, path: String, default: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Remove {
    Named(String),
    Matching(String),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Propagate {
    Named { named: String, rename: Option<String>, default: Option<String> },
    Matching { matching: String },
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub max_depth: Option<u32>,
    pub warn_only: bool,
    pub parser_max_recursion: usize,
    #[hot(leaf)]
    pub http_max_request_bytes: bytesize::ByteSize,
    #[hot(leaf)]
    pub http1_max_request_buf_size: Option<bytesize::ByteSize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: None,
            warn_only: false,
            parser_max_recursion: 500,
            http_max_request_bytes: bytesize::ByteSize(2_000_000),
            http1_max_request_buf_size: None,
        }
    }
}

/// What is said of all subgraphs, and of each by its name.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(bound(deserialize = "S: Default + Deserialize<'de>"))]
pub struct Subgraphs<S: Default> {
    #[serde(default)]
    pub all: S,
    #[serde(default = "HashMap::new")]
    pub subgraphs: HashMap<String, S>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct Shaping {
    #[serde(deserialize_with = "milliseconds")]
    pub timeout: Option<Duration>,
    pub compression: Option<Compression>,
    pub deduplicate_query: Option<bool>,
    pub global_rate_limit: Option<RateLimit>,
    #[serde(rename = "experimental_http2")]
    pub http2: Option<Http2>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    Gzip,
    Br,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum Http2 {
    Enable,
    Disable,
    #[serde(rename = "http2only")]
    Only,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub struct RateLimit {
    pub capacity: NonZero<u64>,
    #[serde(deserialize_with = "milliseconds")]
    pub interval: Option<Duration>,
}

/// A URL as a type of one's own, because a map has it.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(transparent)]
pub struct Endpoint(#[hot(leaf)] pub url::Url);

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Apq {
    pub enabled: bool,
    pub router: RouterCache,
}

impl Default for Apq {
    fn default() -> Self {
        Self { enabled: true, router: RouterCache::default() }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct RouterCache {
    pub cache: Cache,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    pub apollo: Studio,
    pub instrumentation: Instrumentation,
}

/// The one section in camel case.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default, rename_all = "camelCase")]
pub struct Studio {
    pub schema_id: Option<String>,
    pub field_level_sampler: Sampler,
    pub buffer_size: NonZero<usize>,
}

impl Default for Studio {
    fn default() -> Self {
        Self { schema_id: None, field_level_sampler: Sampler::default(), buffer_size: NonZero::new(10_000).unwrap() }
    }
}

/// A share, or all or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Sampler {
    Ratio(f64),
    Always(AlwaysOr),
}

impl Default for Sampler {
    fn default() -> Self {
        Self::Ratio(0.01)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum AlwaysOr {
    AlwaysOn,
    AlwaysOff,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Instrumentation {
    pub events: BTreeMap<String, Event>,
}

/// A level, or a level and when.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Event {
    Level(Level),
    When { level: Level, condition: Condition<Selector> },
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Info,
    Warn,
    Error,
    Off,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition<T> {
    /// Both are the same.
    Eq([SelectorOrValue<T>; 2]),
    Gt(SelectorOrValue<T>, SelectorOrValue<T>),
    Exists(T),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    True,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum SelectorOrValue<T> {
    Value(Literal),
    Selector(T),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged)]
pub enum Literal {
    Bool(bool),
    I64(i64),
    F64(f64),
    String(String),
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(untagged, deny_unknown_fields)]
pub enum Selector {
    RequestHeader { request_header: String, default: Option<String> },
    ResponseStatus { response_status: Status },
    Env { env: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Code,
    Reason,
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(deny_unknown_fields)]
pub struct Batching {
    #[serde(default)]
    pub enabled: bool,
    pub mode: BatchingMode,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum BatchingMode {
    BatchHttpLink,
}

/// `500ms`, `50s`.
fn milliseconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let (digits, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(digits), _) => (digits, 1),
        (None, Some(digits)) => (digits, 1000),
        (None, None) => (text.as_str(), 0),
    };
    let count = digits.parse::<u64>().ok().filter(|_| unit > 0);
    let count = count.ok_or_else(|| serde::de::Error::custom(format!("{text} is no time, such as 500ms")))?;
    Ok(Some(Duration::from_millis(count * unit)))
}

fn yes() -> bool {
    true
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("apollo_router");
    let config = cfg.load();
    assert_eq!(config.supergraph.listen, ListenAddr::Unix(UnixPath("/run/router.sock".to_owned())));
    assert_eq!(config.supergraph.query_planning.experimental_plans_limit, Some(5000));
    let shaping = &config.traffic_shaping;
    assert_eq!((shaping.all.timeout, shaping.subgraphs["products"].http2), (Some(Duration::from_secs(50)), Some(Http2::Only)));
    assert_eq!(shaping.subgraphs["products"].global_rate_limit.as_ref().unwrap().capacity.get(), 10);
    let rules = &config.headers.all.as_ref().unwrap().request;
    assert_eq!(rules[0], Operation::Propagate(Propagate::Matching { matching: "^x-".to_owned() }));
    assert!(matches!(&rules[1], Operation::Propagate(Propagate::Named { rename: Some(_), .. })));
    assert_eq!(rules[2], Operation::Remove(Remove::Named("x-internal".to_owned())));
    assert!(matches!(&config.headers.subgraphs["products"].request[..], [Operation::Insert(Insert::Static { .. }), Operation::Insert(Insert::FromBody { .. })]));
    let Event::When { condition, .. } = &config.telemetry.instrumentation.events["response"] else { panic!() };
    let Condition::All(conditions) = condition else { panic!("{condition:?}") };
    assert_eq!(conditions[0], Condition::Not(Box::new(Condition::Exists(Selector::Env { env: "QUIET".to_owned() }))));
    let Condition::Any(any) = &conditions[1] else { panic!("{conditions:?}") };
    assert_eq!(
        any[0],
        Condition::Eq([
            SelectorOrValue::Value(Literal::I64(500)),
            SelectorOrValue::Selector(Selector::ResponseStatus { response_status: Status::Code }),
        ])
    );
    assert_eq!(any[2], Condition::True);
    assert_eq!(config.telemetry.instrumentation.events["request"], Event::Level(Level::Off));
    assert_eq!(config.telemetry.apollo.field_level_sampler, Sampler::Always(AlwaysOr::AlwaysOff));
    assert_eq!(config.override_subgraph_url["products"].0.port(), Some(4001));
    assert_eq!(config.plugins["example.rates"]["per_minute"], 100);
    assert_eq!(cfg.get("apq.router.cache.redis.urls"), Some(Value::Secret));
    assert!(!cfg.values().to_string().contains("tulip"), "{}", cfg.values());
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("apollo_router");
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "apollo_router",
        "traffic_shaping:\n  subgraphs:\n    products:\n      timeout: 3s\n    reviews:\n      compression: br\nplugins:\n  example.rates:\n    per_minute: 5\n",
        ("ROUTER", &[
            ("ROUTER_SUPERGRAPH_LISTEN", "0.0.0.0:80"),
            ("ROUTER_TELEMETRY_APOLLO_FIELDLEVELSAMPLER", "0.5"),
            ("ROUTER_TELEMETRY_INSTRUMENTATION_EVENTS__REQUEST", "info"),
            ("ROUTER_OVERRIDE_SUBGRAPH_URL__REVIEWS", "http://localhost:4002"),
            ("ROUTER_LIMITS_HTTP_MAX_REQUEST_BYTES", "4MB"),
        ]),
        &["cors.allow_credentials=true", "traffic_shaping.all.timeout=900ms"],
    );
    let config = cfg.load();
    assert_eq!(config.supergraph.listen, ListenAddr::Socket(([0, 0, 0, 0], 80).into()));
    let shaping = &config.traffic_shaping;
    assert_eq!((shaping.all.timeout, shaping.subgraphs["products"].timeout), (Some(Duration::from_millis(900)), Some(Duration::from_secs(3))));
    assert_eq!((shaping.subgraphs["products"].http2, shaping.subgraphs["reviews"].compression), (Some(Http2::Only), Some(Compression::Br)));
    assert_eq!(config.telemetry.apollo.field_level_sampler, Sampler::Ratio(0.5));
    assert_eq!(config.telemetry.instrumentation.events["request"], Event::Level(Level::Info));
    assert_eq!((config.override_subgraph_url.len(), config.override_subgraph_url["reviews"].0.port()), (2, Some(4002)));
    assert_eq!(config.limits.http_max_request_bytes, bytesize::ByteSize::mb(4));
    assert_eq!((config.cors.allow_credentials, &config.plugins["example.rates"]["per_minute"]), (true, &5.into()));
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("apollo_router", "toml", "limits.max_depth"),
        ["limits.max_depth = 100", "at services/apollo_router/config.toml:14:13", "over `Limits::default()`, the default"]
    );
    assert_eq!(
        explained::<Config>("apollo_router", "yaml", "traffic_shaping.subgraphs.products.timeout"),
        ["traffic_shaping.subgraphs.products.timeout = \"750ms\"", "at services/apollo_router/config.yaml:47:16", "over `Shaping::default()`, the default"]
    );
    assert_eq!(
        explained::<Config>("apollo_router", "json", "supergraph.listen"),
        [
            "supergraph.listen = \"/run/router.sock\"",
            "at services/apollo_router/config.json:3:15",
            "over `Supergraph::default()`, the default"
        ]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("ROUTER", &[
        ("supergraph.listen", &["ROUTER_SUPERGRAPH_LISTEN"]),
        ("traffic_shaping.all.timeout", &["ROUTER_TRAFFIC_SHAPING_ALL_TIMEOUT"]),
        ("telemetry.apollo.schemaId", &["ROUTER_TELEMETRY_APOLLO_SCHEMAID"]),
        ("apq.router.cache.in_memory.limit", &["ROUTER_APQ_ROUTER_CACHE_IN_MEMORY_LIMIT"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("apollo_router", "traffic_shaping.all.timeout", [
        ("timeout = \"50s\"", "timeout = \"60s\""),
        ("timeout: 50s", "timeout: 60s"),
        ("\"timeout\": \"50s\"", "\"timeout\": \"60s\""),
    ]);
}

#[test]
fn what_is_old_warns() {
    let cfg = loaded::<Config>("apollo_router");
    let outcome = cfg.set("supergraph.query_planning.experimental_parallelism", "auto").unwrap();
    assert!(outcome.change().is_some());
    assert_eq!(cfg.load().supergraph.query_planning.experimental_parallelism, Some(Parallelism::Auto(Auto::Auto)));
    let status = cfg.status();
    assert!(status.warnings()[0].message().contains("number of processors"), "{:?}", status.warnings());
}
