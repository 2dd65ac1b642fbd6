//! A shop that is configured with dynamic-config.

use std::time::Duration;

use dynamic_config::dynamic_config;
use serde::Deserialize;

use crate::{Done, serve};

#[dynamic_config]
#[derive(Debug, Deserialize)]
struct ServerConfig {
    #[serde(default = "localhost")]
    host: String,
    port: u16,
    #[serde(default)]
    features: Vec<String>,
}

fn localhost() -> String {
    "localhost".to_owned()
}

#[dynamic_config]
#[derive(Deserialize)]
struct DbConfig {
    url: String,
    #[config(secret)]
    password: String,
    pool: Pool,
}

#[derive(Debug, Deserialize)]
struct Pool {
    max_size: u32,
    #[serde(default)]
    mode: Mode,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Session,
    Transaction,
}

fn load() -> Result<(), Box<dyn std::error::Error>> {
    let server = ServerConfig::builder("server").file("config.toml").file("local.toml").env("APP_");
    server.init()?;
    server.watch(Duration::from_millis(50))?.detach();

    let db = DbConfig::builder("db").file("config.toml").file("local.toml").env("APP_");
    db.init()?;
    db.watch(Duration::from_millis(50))?.detach();
    DbConfig::on_reload(|old, new| {
        if old.pool.max_size != new.pool.max_size {
            eprintln!("pool: {} -> {}", old.pool.max_size, new.pool.max_size);
        }
    });
    Ok(())
}

pub(crate) fn run() -> Done {
    load()?;
    serve(|| {
        let (server, db) = (ServerConfig::current(), DbConfig::current());
        let ServerConfig { host, port, features } = &*server;
        let DbConfig { url, password, pool } = &*db;
        let length = password.len();
        format!("{host}:{port} {features:?} {url}, {length} letters, {} {:?}", pool.max_size, pool.mode)
    })
}
