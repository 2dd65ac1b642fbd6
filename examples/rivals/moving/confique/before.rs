//! A proxy that is configured with confique.

use std::net::IpAddr;
use std::path::PathBuf;

use confique::Config;
use confique::env::parse::list_by_comma;
use serde::Deserialize;

use crate::{Done, serve};

/// Settings of the proxy.
#[derive(Debug, Config)]
struct Conf {
    #[config(nested)]
    http: Http,
    #[config(nested)]
    log: Log,
    /// Where requests go.
    #[config(env = "UPSTREAMS", parse_env = list_by_comma)]
    upstreams: Vec<String>,
}

#[derive(Debug, Config)]
struct Http {
    /// The port that it listens on.
    #[config(env = "PORT")]
    port: u16,
    #[config(default = "127.0.0.1")]
    bind: IpAddr,
    #[config(default = 4, validate(*workers > 0, "one worker at least"))]
    workers: usize,
    /// The key that clients have to show.
    #[config(env = "API_KEY")]
    api_key: String,
}

#[derive(Debug, Config)]
struct Log {
    #[config(default = "info", env = "LOG_LEVEL")]
    level: Level,
    file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
    Warn,
}

fn load() -> Result<Conf, confique::Error> {
    Conf::builder().env().file("local.toml").file("proxy.toml").load()
}

pub(crate) fn run() -> Done {
    let conf = load().map_err(|error| format!("{error:#}"))?;
    serve(|| format!("{conf:?}"))
}
