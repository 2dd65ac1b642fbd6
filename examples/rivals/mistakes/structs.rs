//! The same configuration, as each library wants it.

use std::collections::BTreeMap;

use hotconf::HotConfig;
use serde::Deserialize;

#[derive(HotConfig)]
#[allow(dead_code)] // they only have to be read
pub(crate) struct App {
    name: String,
    #[hot(default = false)]
    debug: bool,
    #[hot(default = "info")]
    level: Level,
    #[hot(default)]
    tags: Vec<String>,
    #[hot(default)]
    limits: BTreeMap<String, u32>,
    server: Server,
    database: Database,
}

#[derive(HotConfig)]
#[allow(dead_code)] // they only have to be read
struct Server {
    host: String,
    port: u16,
    #[hot(default = 4)]
    workers: usize,
    #[hot(default = 0.5)]
    ratio: f64,
}

#[derive(HotConfig)]
#[allow(dead_code)] // they only have to be read
struct Database {
    url: String,
    #[hot(secret, default)]
    password: String,
    #[hot(secret, default = 1)]
    pin: u32,
}

#[derive(Debug, Clone, Copy, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Debug,
    Info,
    Warning,
}

/// For the libraries that read through serde, and for serde itself.
pub(crate) mod plain {
    use super::{BTreeMap, Deserialize, Level};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // they only have to be read
    pub(crate) struct App {
        name: String,
        #[serde(default)]
        debug: bool,
        #[serde(default = "info")]
        level: Level,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        limits: BTreeMap<String, u32>,
        server: Server,
        database: Database,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // they only have to be read
    struct Server {
        host: String,
        port: u16,
        #[serde(default)]
        workers: usize,
        #[serde(default)]
        ratio: f64,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // they only have to be read
    struct Database {
        url: String,
        #[serde(default)]
        password: String,
        #[serde(default)]
        pin: u32,
    }

    fn info() -> Level {
        Level::Info
    }
}

pub(crate) mod with_confique {
    use super::{BTreeMap, Level};

    #[derive(Debug, confique::Config)]
    #[config(layer_attr(serde(deny_unknown_fields)))]
    #[allow(dead_code)] // they only have to be read
    pub(crate) struct App {
        #[config(env = "APP_NAME")]
        name: String,
        #[config(env = "APP_DEBUG", default = false)]
        debug: bool,
        #[config(env = "APP_LEVEL", default = "info")]
        level: Level,
        #[config(default = [])]
        tags: Vec<String>,
        #[config(default = {})]
        limits: BTreeMap<String, u32>,
        #[config(nested)]
        server: Server,
        #[config(nested)]
        database: Database,
    }

    #[derive(Debug, confique::Config)]
    #[config(layer_attr(serde(deny_unknown_fields)))]
    #[allow(dead_code)] // they only have to be read
    pub(crate) struct Server {
        #[config(env = "APP_SERVER_HOST")]
        host: String,
        #[config(env = "APP_SERVER_PORT")]
        port: u16,
        #[config(env = "APP_SERVER_WORKERS", default = 4)]
        workers: usize,
        #[config(env = "APP_SERVER_RATIO", default = 0.5)]
        ratio: f64,
    }

    #[derive(Debug, confique::Config)]
    #[config(layer_attr(serde(deny_unknown_fields)))]
    #[allow(dead_code)] // they only have to be read
    pub(crate) struct Database {
        #[config(env = "APP_DATABASE_URL")]
        url: String,
        #[config(env = "APP_DATABASE_PASSWORD", default = "")]
        password: String,
        #[config(env = "APP_DATABASE_PIN", default = 1)]
        pin: u32,
    }
}

#[cfg(feature = "clapfig")]
pub(crate) mod with_clapfig {
    use super::BTreeMap;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, clapfig::Schema)]
    #[allow(dead_code)] // they only have to be read
    pub(crate) struct App {
        name: String,
        #[clapfig(default = false)]
        debug: bool,
        #[clapfig(default = "info")]
        level: Level,
        tags: Option<Vec<String>>,
        limits: Option<BTreeMap<String, u32>>,
        server: Server,
        database: Database,
    }

    #[derive(Debug, Deserialize, clapfig::Schema)]
    #[allow(dead_code)] // they only have to be read
    struct Server {
        host: String,
        port: u16,
        #[clapfig(default = 4)]
        workers: usize,
        #[clapfig(default = 0.5)]
        ratio: f64,
    }

    #[derive(Debug, Deserialize, clapfig::Schema)]
    #[allow(dead_code)] // they only have to be read
    struct Database {
        url: String,
        #[clapfig(default = "")]
        password: String,
        #[clapfig(default = 1)]
        pin: u32,
    }

    #[derive(Debug, Deserialize, clapfig::Schema)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        Debug,
        Info,
        Warning,
    }
}
