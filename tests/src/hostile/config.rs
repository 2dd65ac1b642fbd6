//! A configuration with every sort of field in it, and defaults for all.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use hotconf::HotConfig;
use validator::Validate;

/// What may be seen nowhere, where it stands in the place of a secret.
pub(super) const WORDS: [&str; 2] = ["hunter2", "70707070707"];

/// The places of secrets, from the top: a `*` is any one segment, and all beneath is one as well.
pub(super) const SECRETS: [&str; 7] = [
    "token",
    "pin",
    "vault",
    "database.password",
    "upstreams.*.token",
    "by_name.*.token",
    "backend.password",
];

#[derive(HotConfig, Validate)]
#[allow(dead_code)] // it only has to be built
pub(super) struct Config {
    #[hot(default = "shop")]
    #[validate(length(min = 1, max = 40))]
    name: String,
    #[hot(default = 8000)]
    #[validate(range(min = 1))]
    port: u16,
    #[hot(secret)]
    #[validate(length(max = 100))]
    token: Option<String>,
    #[hot(secret, default = 1)]
    pin: u16,
    #[hot(default = "30s")]
    wait: Duration,
    #[hot(default = 0.5)]
    ratio: f64,
    #[hot(default = "info")]
    level: Level,
    #[serde(alias = "addr")]
    #[hot(deprecated = "use `hosts`")]
    address: Option<SocketAddr>,
    #[hot(default)]
    hosts: Vec<String>,
    #[hot(default)]
    grid: Vec<Vec<i8>>,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default)]
    weights: BTreeMap<u8, i64>,
    #[hot(default, max_items = 3)]
    few: Vec<u8>,
    pair: Option<(u8, String)>,
    letter: Option<char>,
    wide: Option<u128>,
    database: Option<Database>,
    #[hot(default)]
    upstreams: Vec<Upstream>,
    #[hot(default)]
    by_name: BTreeMap<String, Upstream>,
    backend: Option<Backend>,
    choice: Option<Choice>,
    either: Option<Either>,
    #[hot(secret)]
    vault: Option<Vault>,
    #[hot(leaf)]
    point: Option<Point>,
    #[serde(flatten)]
    limits: Limits,
}

#[derive(HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
    Warning,
}

#[derive(HotConfig)]
#[allow(dead_code)] // it only has to be built
struct Database {
    url: String,
    #[hot(secret)]
    password: Option<String>,
    #[hot(default = 10)]
    connections: u32,
}

#[derive(HotConfig)]
#[allow(dead_code)] // it only has to be built
struct Upstream {
    url: String,
    #[hot(default = 1)]
    weight: u8,
    #[hot(secret)]
    token: Option<String>,
    next: Option<Box<Upstream>>,
}

#[derive(HotConfig)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(dead_code)] // it only has to be built
enum Backend {
    Memory,
    Server {
        address: SocketAddr,
        #[hot(secret)]
        password: Option<String>,
    },
    Folder {
        path: std::path::PathBuf,
        #[hot(default = false)]
        sync: bool,
    },
}

#[derive(HotConfig)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)] // it only has to be built
enum Choice {
    Nothing,
    Count(u32),
    Range { low: i64, high: i64 },
}

#[derive(HotConfig)]
#[serde(untagged)]
#[allow(dead_code)] // it only has to be built
enum Either {
    Number(u16),
    Named { name: String },
    Many(Vec<String>),
}

#[derive(HotConfig)]
#[allow(dead_code)] // it only has to be built
struct Vault {
    key: String,
    #[hot(default)]
    shares: Vec<u64>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // it only has to be built
struct Point {
    x: i32,
    y: i32,
}

#[derive(HotConfig)]
#[allow(dead_code)] // it only has to be built
struct Limits {
    #[hot(default = 100)]
    burst: u32,
    #[hot(default = 1.5)]
    rate: f32,
}
