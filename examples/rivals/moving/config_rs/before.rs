//! A worker that is configured with config-rs.

use std::collections::HashMap;

use config::{Config, ConfigError, Environment, File};
use serde::Deserialize;

use crate::{Done, serve};

#[derive(Debug, Deserialize)]
struct Settings {
    debug: bool,
    queue: Queue,
    retry: Option<Retry>,
    tags: Vec<String>,
    #[serde(default)]
    limits: HashMap<String, u32>,
}

#[derive(Debug, Deserialize)]
struct Queue {
    url: String,
    token: String,
    prefetch_count: u16,
    mode: Mode,
}

#[derive(Debug, Deserialize)]
struct Retry {
    attempts: u32,
    delay_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    AtMostOnce,
    AtLeastOnce,
}

impl Settings {
    fn new() -> Result<Self, ConfigError> {
        let mode = std::env::var("RUN_MODE").unwrap_or_else(|_| "development".to_owned());
        Config::builder()
            .set_default("debug", false)?
            .set_default("tags", Vec::<String>::new())?
            .set_default("queue.prefetch_count", 16)?
            .set_default("queue.mode", "at-least-once")?
            .add_source(File::with_name("config/default"))
            .add_source(File::with_name(&format!("config/{mode}")).required(false))
            .add_source(File::with_name("config/local").required(false))
            .add_source(
                Environment::with_prefix("APP")
                    .prefix_separator("_")
                    .separator("__")
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("tags"),
            )
            .build()?
            .try_deserialize()
    }
}

pub(crate) fn run() -> Done {
    let settings = Settings::new()?;
    serve(|| format!("{settings:?}"))
}
