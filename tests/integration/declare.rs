//! The declaration that the documentation shows.

use hotconf::HotConfig;
use std::{collections::BTreeMap, net::IpAddr, time::Duration};
use validator::Validate;

/// Settings of the shop.
#[derive(Debug, HotConfig)]
pub struct AppConfig {
    /// Where the shop listens.
    pub server: Server,
    pub database: Database,
    /// How much is logged.
    #[hot(default = "INFO")]
    pub log_level: LogLevel,
    #[hot(default = false)]
    pub debug: bool,
    pub rate_limit: RateLimit,
    /// Feature switches by name.
    #[hot(default)]
    pub feature_flags: BTreeMap<String, bool>,
    #[hot(default)]
    pub upstreams: Vec<Upstream>,
    pub tls: Option<Tls>,
}

#[derive(Debug, HotConfig, Validate)]
pub struct Server {
    #[hot(default = "0.0.0.0", restart)]
    pub host: IpAddr,
    #[hot(default = 8000, restart)]
    #[validate(range(min = 1))]
    pub port: u16,
    #[hot(default = 4)]
    #[validate(range(min = 1, max = 512))]
    pub workers: usize,
    #[hot(default = "30s")]
    pub timeout: Duration,
}

#[derive(Debug, HotConfig)]
pub struct Database {
    #[hot(secret, env = "DATABASE_URL")]
    pub url: String,
    #[hot(default = 10)]
    pub pool_size: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, HotConfig)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    Debug,
    Info,
    Warning,
    Error,
}

#[derive(Debug, HotConfig)]
pub struct RateLimit {
    #[hot(default = 100)]
    pub requests_per_minute: u32,
    #[hot(default = 20)]
    pub burst_size: u32,
}

#[derive(Debug, HotConfig)]
pub struct Upstream {
    pub url: String,
    #[hot(default = 1)]
    pub weight: u32,
}

#[derive(Debug, HotConfig)]
pub struct Tls {
    pub cert: std::path::PathBuf,
    #[hot(secret)]
    pub key: String,
}

#[test]
fn a_text_becomes_the_struct() {
    let cfg: hotconf::Hot<AppConfig> = hotconf::Hot::builder()
        .text(hotconf::Format::Toml, "database.url = 'postgres://'\nserver.port = 8080\n[[upstreams]]\nurl = 'a'\n")
        .build()
        .unwrap();
    assert_eq!(cfg.load().server.port, 8080);
    assert_eq!(cfg.load().upstreams[0].weight, 1);
    assert_eq!(cfg.load().log_level, LogLevel::Info);
    assert_eq!(AppConfig::keys().server.port.path(), "server.port");
    println!("{}", cfg.explain("server.port"));
    println!("{}", cfg.values());
    println!("{:#?}", cfg.status());
    let error = hotconf::Hot::<AppConfig>::builder()
        .text(hotconf::Format::Toml, "serverr = 1\nserver.port = 70000\nserver.workers = 0\n[[upstreams]]\nurl = 'a'\nweight='x'\n")
        .build()
        .unwrap_err();
    println!("{error}");
}
