//! The worker of `before.rs`, configured with hotconf.

use std::collections::HashMap;

use hotconf::{Hot, HotConfig};

use crate::{Done, serve};

#[derive(Debug, HotConfig)]
struct Settings {
    #[hot(default = false)]
    debug: bool,
    queue: Queue,
    retry: Option<Retry>,
    #[hot(default)]
    tags: Vec<String>,
    #[hot(default)]
    limits: HashMap<String, u32>,
}

#[derive(Debug, HotConfig)]
struct Queue {
    url: String,
    #[hot(secret, env = "APP_QUEUE__TOKEN")]
    token: String,
    #[hot(default = 16, env = "APP_QUEUE__PREFETCH_COUNT")]
    prefetch_count: u16,
    #[hot(default = "at-least-once")]
    mode: Mode,
}

#[derive(Debug, HotConfig)]
struct Retry {
    attempts: u32,
    delay_ms: u64,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    AtMostOnce,
    AtLeastOnce,
}

fn load() -> Result<Hot<Settings>, hotconf::Error> {
    let mode = std::env::var("RUN_MODE").unwrap_or_else(|_| "development".to_owned());
    Hot::builder()
        .file("config/default.toml")
        .optional_file(format!("config/{mode}.toml"))
        .optional_file("config/local.toml")
        .env("APP")
        .build()
}

pub(crate) fn run() -> Done {
    let settings = load()?;
    serve(|| settings.read(|settings| format!("{settings:?}")))
}
