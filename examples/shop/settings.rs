//! What can be configured: plain structs. The field's type, its default and its rules are the whole schema.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use hotconf::HotConfig;
use validator::Validate;

/// Settings of the shop.
#[derive(HotConfig)]
pub struct AppConfig {
    /// Where the shop listens.
    pub server: Server,
    /// Where the orders would be kept, if this shop kept any.
    pub database: Database,
    /// How much is logged.
    #[hot(default = "INFO")]
    pub log_level: LogLevel,
    /// Whether pages show what only developers need.
    #[hot(default = false)]
    pub debug: bool,
    /// How many checkouts are let through.
    pub rate_limit: RateLimit,
    /// Feature switches by name.
    #[hot(default)]
    pub feature_flags: BTreeMap<String, bool>,
}

/// Where the shop listens, and how it works.
#[derive(HotConfig, Validate)]
pub struct Server {
    /// The address to listen on. The shop moves there while it runs.
    #[hot(default = "0.0.0.0")]
    pub host: IpAddr,
    /// The port to listen on.
    #[hot(default = 8000)]
    #[validate(range(min = 1))]
    pub port: u16,
    /// How many orders are worked on at a time.
    #[hot(default = 4)]
    #[validate(range(min = 1, max = 512))]
    pub workers: usize,
    /// How long an order may take.
    #[hot(default = "30s")]
    pub timeout: Duration,
}

/// The database. It does not derive `Debug`, which would print the secret.
#[derive(HotConfig)]
pub struct Database {
    /// Where it is, with its password.
    #[hot(secret, env = "DATABASE_URL")]
    pub url: String,
    /// How many connections are kept open. They would be opened once, so a change waits for a restart.
    #[hot(default = 10, restart)]
    pub pool_size: u32,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, HotConfig)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    /// Everything, each request included.
    Debug,
    /// What happens.
    Info,
    /// What should be looked after.
    Warning,
    /// What went wrong.
    Error,
}

impl From<LogLevel> for log::LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Debug => Self::Debug,
            LogLevel::Info => Self::Info,
            LogLevel::Warning => Self::Warn,
            LogLevel::Error => Self::Error,
        }
    }
}

/// How many checkouts are let through.
#[derive(Clone, Copy, HotConfig, Validate)]
pub struct RateLimit {
    /// How many in the long run.
    #[hot(default = 100)]
    #[validate(range(min = 1))]
    pub requests_per_minute: u32,
    /// How many at once.
    #[hot(default = 20)]
    #[validate(range(min = 1))]
    pub burst_size: u32,
}
