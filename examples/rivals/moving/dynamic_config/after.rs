//! The shop of `before.rs`, configured with hotconf.

use hotconf::{Hot, HotConfig};

use crate::{Done, serve};

#[derive(HotConfig)]
struct AppConfig {
    server: ServerConfig,
    db: DbConfig,
}

#[derive(HotConfig)]
struct ServerConfig {
    #[hot(default = "localhost", restart)]
    host: String,
    #[hot(restart)]
    port: u16,
    #[hot(default)]
    features: Vec<String>,
}

#[derive(HotConfig)]
struct DbConfig {
    url: String,
    #[hot(secret)]
    password: String,
    pool: Pool,
}

#[derive(HotConfig)]
struct Pool {
    #[hot(env = "APP_DB_POOL__MAX_SIZE")]
    max_size: u32,
    #[hot(default = "session")]
    mode: Mode,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Session,
    Transaction,
}

fn load() -> Result<Hot<AppConfig>, hotconf::Error> {
    let config: Hot<AppConfig> =
        Hot::builder().optional_file("config.toml").optional_file("local.toml").env("APP").build()?;
    let keys = AppConfig::keys();
    config.on(keys.db.pool.max_size, |old, new| eprintln!("pool: {old} -> {new}")).forever();
    Ok(config)
}

pub(crate) fn run() -> Done {
    let config = load()?;
    serve(|| {
        let AppConfig { server, db } = &*config.load();
        let ServerConfig { host, port, features } = server;
        let DbConfig { url, password, pool } = db;
        let length = password.len();
        format!("{host}:{port} {features:?} {url}, {length} letters, {} {:?}", pool.max_size, pool.mode)
    })
}
