//! A web service that is configured with figment.

use std::net::IpAddr;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::{Done, serve};

#[derive(Debug, Serialize, Deserialize)]
struct AppConfig {
    address: IpAddr,
    port: u16,
    log_level: LogLevel,
    allowed_hosts: Vec<String>,
    database: Database,
    tls: Option<Tls>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Database {
    url: String,
    password: String,
    pool_size: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Tls {
    cert: PathBuf,
    key: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LogLevel {
    Debug,
    Info,
    Warn,
}

impl Default for AppConfig {
    fn default() -> Self {
        Self {
            address: [0, 0, 0, 0].into(),
            port: 8000,
            log_level: LogLevel::Info,
            allowed_hosts: Vec::new(),
            database: Database {
                url: "postgresql://localhost/shop".to_owned(),
                password: String::new(),
                pool_size: 10,
            },
            tls: None,
        }
    }
}

fn load() -> Result<AppConfig, figment::Error> {
    Figment::from(Serialized::defaults(AppConfig::default()))
        .merge(Toml::file("app.toml"))
        .merge(Toml::file("local.toml"))
        .merge(Env::prefixed("APP_").split("__"))
        .extract()
}

pub(crate) fn run() -> Done {
    let config = load()?;
    serve(|| format!("{config:?}"))
}
