//! The proxy of `before.rs`, configured with hotconf.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use hotconf::{Hot, HotConfig};

use crate::{Done, serve};

/// Settings of the proxy.
#[derive(Debug, HotConfig)]
struct Conf {
    http: Http,
    log: Log,
    /// Where requests go.
    #[hot(env = "UPSTREAMS")]
    upstreams: Vec<String>,
}

#[derive(Debug, HotConfig)]
struct Http {
    /// The port that it listens on.
    #[hot(env = "PORT", restart)]
    port: u16,
    #[hot(default = "127.0.0.1", restart)]
    bind: IpAddr,
    #[hot(default = 4)]
    workers: NonZeroUsize,
    /// The key that clients have to show.
    #[hot(env = "API_KEY", secret)]
    api_key: String,
}

#[derive(Debug, HotConfig)]
struct Log {
    #[hot(default = "info", env = "LOG_LEVEL")]
    level: Level,
    file: Option<PathBuf>,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
    Warn,
}

fn load() -> Result<Hot<Conf>, hotconf::Error> {
    Hot::builder().optional_file("proxy.toml").optional_file("local.toml").env("PROXY").build()
}

pub(crate) fn run() -> Done {
    let conf = load()?;
    serve(|| conf.read(|conf| format!("{conf:?}")))
}
