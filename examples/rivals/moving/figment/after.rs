//! The web service of `before.rs`, configured with hotconf.

use std::net::IpAddr;
use std::path::PathBuf;

use hotconf::{Hot, HotConfig};

use crate::{Done, serve};

#[derive(Debug, HotConfig)]
struct AppConfig {
    #[hot(default = "0.0.0.0", restart)]
    address: IpAddr,
    #[hot(default = 8000, restart)]
    port: u16,
    #[hot(default = "info")]
    log_level: LogLevel,
    #[hot(default)]
    allowed_hosts: Vec<String>,
    database: Database,
    tls: Option<Tls>,
}

#[derive(Debug, HotConfig)]
struct Database {
    #[hot(default = "postgresql://localhost/shop", env = "APP_DATABASE__URL")]
    url: String,
    #[hot(default, secret, env = "APP_DATABASE__PASSWORD")]
    password: String,
    #[hot(default = 10, env = "APP_DATABASE__POOL_SIZE")]
    pool_size: u32,
}

#[derive(Debug, HotConfig)]
struct Tls {
    cert: PathBuf,
    key: PathBuf,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum LogLevel {
    Debug,
    Info,
    Warn,
}

fn load() -> Result<Hot<AppConfig>, hotconf::Error> {
    Hot::builder().optional_file("app.toml").optional_file("local.toml").env("APP").build()
}

pub(crate) fn run() -> Done {
    let config = load()?;
    serve(|| config.read(|config| format!("{config:?}")))
}
