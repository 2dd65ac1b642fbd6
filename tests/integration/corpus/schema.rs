//! What the inputs of the corpus are read as: one wide configuration in which nothing is required at the top, and a few
//! small ones for mistakes that it cannot have.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use hotconf::HotConfig;
use serde::Deserialize;
use validator::{Validate, ValidationError};

#[derive(Debug, HotConfig)]
pub struct Wide {
    #[hot(default = "shop")]
    name: String,
    #[hot(default = false)]
    debug: bool,
    #[hot(default = "info")]
    level: Level,
    #[hot(default = "30s")]
    timeout: Duration,
    #[hot(default = ";")]
    separator: char,
    #[hot(default = 0.5)]
    ratio: f64,
    #[hot(default = 1.0)]
    gain: f32,
    #[hot(default = 0)]
    supply: u128,
    #[hot(default = 0)]
    offset: i64,
    #[hot(default = 0)]
    trim: i8,
    #[hot(default = 3)]
    retries: NonZero<u32>,
    #[hot(default = "/var/lib/shop")]
    folder: PathBuf,
    server: Server,
    database: Database,
    tls: Option<Tls>,
    #[hot(default)]
    upstreams: Vec<Upstream>,
    /// Feature switches by name.
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    /// What listens at a port.
    #[hot(default)]
    ports: BTreeMap<u16, String>,
    #[hot(default)]
    quotas: HashMap<String, Quota>,
    #[hot(default)]
    tags: BTreeSet<String>,
    #[hot(default = [1, 2, 3])]
    colour: [u8; 3],
    pair: Option<(u8, String)>,
    #[hot(default, max_items = 3)]
    few: Vec<u8>,
    #[hot(default = "memory")]
    store: Store,
    sink: Option<Sink>,
    queue: Option<Queue>,
    target: Option<Target>,
    window: Option<Window>,
    #[hot(default = 10)]
    size: Size,
    #[hot(default = 50)]
    percent: Percent,
    #[hot(leaf)]
    point: Option<Point>,
    #[hot(default, leaf)]
    routes: Vec<Route>,
    #[hot(default, leaf)]
    codes: BTreeMap<u16, String>,
    #[hot(leaf, secret)]
    vault: Option<Point>,
    #[hot(leaf)]
    site: Option<url::Url>,
    #[hot(leaf)]
    body: Option<bytesize::ByteSize>,
    door: Door,
    plugins: Plugins,
    #[serde(flatten)]
    cache: Cache,
    #[hot(secret)]
    password: Option<String>,
    #[hot(secret)]
    pin: Option<u32>,
    #[serde(alias = "log_file", alias = "logfile")]
    log: Option<PathBuf>,
    #[hot(deprecated = "use `server.port`")]
    port: Option<u16>,
    #[serde(rename = "max-body")]
    max_body: Option<u64>,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
    #[serde(alias = "warn")]
    Warning,
    Error,
}

#[derive(Debug, HotConfig, Validate)]
struct Server {
    #[hot(default = "0.0.0.0")]
    host: IpAddr,
    #[hot(default = 8000)]
    #[validate(range(min = 1024))]
    port: u16,
    #[hot(default = 4)]
    #[validate(range(min = 1, max = 512))]
    workers: usize,
    #[hot(default = "shop")]
    #[validate(length(min = 2, max = 8))]
    label: String,
    #[validate(email)]
    contact: Option<String>,
    #[hot(default = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[hot(default = "10.0.0.1")]
    gateway: Ipv4Addr,
    #[hot(default = "10s")]
    timeout: Duration,
    limits: Limits,
}

#[derive(Debug, HotConfig, Validate)]
#[validate(schema(function = "soft_is_below_hard"))]
struct Limits {
    #[hot(default = 100)]
    soft: u32,
    #[hot(default = 200)]
    hard: u32,
    #[hot(default = 0.5)]
    #[validate(range(exclusive_min = 0.0, max = 1.0))]
    share: f64,
}

fn soft_is_below_hard(limits: &Limits) -> Result<(), ValidationError> {
    if limits.soft <= limits.hard {
        return Ok(());
    }
    Err(ValidationError::new("soft_is_below_hard").with_message("`soft` must not be above `hard`".into()))
}

#[derive(Debug, HotConfig, Validate)]
struct Door {
    #[hot(secret)]
    #[validate(length(min = 12))]
    code: Option<String>,
}

#[derive(Debug, HotConfig)]
struct Database {
    #[hot(default = "postgresql://localhost/shop", secret, env = "DATABASE_URL")]
    url: String,
    #[hot(default = 10)]
    pool_size: u32,
    #[hot(default = "5s")]
    acquire_timeout: Duration,
    #[hot(default = false, secret)]
    trusted: bool,
}

#[derive(Debug, HotConfig)]
struct Tls {
    cert: PathBuf,
    #[hot(secret)]
    key: String,
    #[hot(default = "1.2")]
    version: TlsVersion,
}

#[derive(Debug, HotConfig)]
enum TlsVersion {
    #[serde(rename = "1.2")]
    V12,
    #[serde(rename = "1.3")]
    V13,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    url: String,
    #[hot(default = 1)]
    weight: u8,
    health: Option<Health>,
}

#[derive(Debug, HotConfig)]
struct Health {
    path: String,
    #[hot(default = "5s")]
    interval: Duration,
}

#[derive(Debug, HotConfig)]
struct Quota {
    requests: u32,
    #[hot(default = "1m")]
    per: Duration,
}

/// Named by the one key of a section.
#[derive(Debug, HotConfig)]
#[serde(rename_all = "snake_case")]
enum Store {
    Memory,
    Disk(PathBuf),
    S3 {
        bucket: String,
        #[hot(secret)]
        secret_key: Option<String>,
    },
}

/// Named by a key beside the others.
#[derive(Debug, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Sink {
    Stdout,
    File {
        path: PathBuf,
        #[hot(default = 7)]
        keep: u16,
    },
    Http {
        address: SocketAddr,
        #[hot(secret)]
        token: Option<String>,
    },
}

/// Named by a key beside the one of its content.
#[derive(Debug, HotConfig)]
#[serde(tag = "kind", content = "options", rename_all = "lowercase")]
enum Queue {
    Local,
    Redis(Redis),
    Topics(Vec<String>),
}

#[derive(Debug, HotConfig)]
struct Redis {
    address: SocketAddr,
    #[hot(default = 0)]
    database: u8,
}

/// Not named at all.
#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Target {
    Port(u16),
    Address(SocketAddr),
    Service { service: String, namespace: Option<String> },
}

#[derive(Debug, HotConfig)]
struct Window(u16, u16);

#[derive(Debug, HotConfig)]
struct Size(u64);

/// At most a hundred.
#[derive(Debug, Clone, HotConfig)]
#[serde(try_from = "u8")]
struct Percent(u8);

impl TryFrom<u8> for Percent {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        if number <= 100 { Ok(Self(number)) } else { Err(format!("{number} is more than 100 percent")) }
    }
}

/// A type of somebody else, which only serde can read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    x: u8,
    #[serde(default)]
    labels: Vec<u8>,
    #[serde(default)]
    mode: Option<PointMode>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PointMode {
    Round,
    Square,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Route {
    path: String,
    #[serde(default)]
    methods: Vec<String>,
}

#[derive(Debug, HotConfig)]
#[hot(unknown = "warn")]
struct Plugins {
    #[hot(default)]
    enabled: Vec<String>,
}

#[derive(Debug, HotConfig)]
struct Cache {
    #[hot(default = 64)]
    cache_size: u32,
    #[hot(default = "10m")]
    cache_ttl: Duration,
}

/// Takes any keys and has no secret, so that a line that cannot be read is shown.
#[derive(Debug, HotConfig)]
#[hot(unknown = "ignore")]
pub struct Plain {}

/// A service that cannot do without some keys.
#[derive(Debug, HotConfig)]
pub struct Needy {
    name: String,
    server: NeedyServer,
    #[hot(secret, env = "DATABASE_URL")]
    database_url: String,
    auth: Option<Auth>,
}

#[derive(Debug, HotConfig)]
struct NeedyServer {
    host: IpAddr,
    #[serde(alias = "listen_port")]
    port: u16,
    #[hot(default = 4)]
    workers: u16,
    tls: NeedyTls,
}

#[derive(Debug, HotConfig)]
struct NeedyTls {
    cert: PathBuf,
    key: PathBuf,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "method", rename_all = "lowercase")]
enum Auth {
    None,
    Basic { user: String, password: String },
}

/// Two of its keys are one variable.
#[derive(Debug, HotConfig)]
pub struct TwoOfOneVariable {
    #[hot(default = 1)]
    server_port: u16,
    server: Listening,
}

#[derive(Debug, HotConfig)]
struct Listening {
    #[hot(default = 1)]
    port: u16,
}

/// Two of its fields are one key.
#[derive(Debug, HotConfig)]
pub struct TwoOfOneKey {
    #[hot(default = 1)]
    port: u16,
    #[serde(flatten)]
    listening: Listening,
}

/// A key that stays as it is while the program runs, and a rule that has another follow it.
#[derive(Debug, HotConfig, Validate)]
#[validate(schema(function = "fits"))]
pub struct Following {
    #[hot(default = 8, restart)]
    workers: u16,
    #[hot(default = 4)]
    #[validate(range(max = 1000))]
    busy: u16,
}

fn fits(following: &Following) -> Result<(), ValidationError> {
    if following.busy <= following.workers {
        return Ok(());
    }
    Err(ValidationError::new("fits").with_message("`busy` must not be above `workers`".into()))
}
