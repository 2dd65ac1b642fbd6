//! The configurations that are loaded: forty keys in five sections, and lists and maps of sections that grow.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hotconf::HotConfig;

/// Declares the sections once for serde and hotconf, and once more for confique, whose derive has attributes of its own.
macro_rules! sections {
    ($($section:ident { $($field:ident: $ty:ty = $variable:literal),* $(,)? })*) => {
        $(
            #[derive(HotConfig)]
            #[cfg_attr(feature = "peers", derive(serde::Deserialize))]
            #[allow(dead_code)] // what is loaded is not looked at
            pub(crate) struct $section {
                $(pub(crate) $field: $ty,)*
            }
        )*

        /// The same for confique, which is told the name of each variable.
        #[cfg(feature = "peers")]
        pub(crate) mod for_confique {
            $(
                #[derive(confique::Config)]
                #[allow(dead_code)] // what is loaded is not looked at
                pub(crate) struct $section {
                    $(#[config(env = $variable)] $field: $ty,)*
                }
            )*

            #[derive(confique::Config)]
            #[allow(dead_code)] // what is loaded is not looked at
            pub(crate) struct Small {
                #[config(nested)]
                server: Server,
                #[config(nested)]
                database: Database,
                #[config(nested)]
                log: Log,
                #[config(nested)]
                cache: Cache,
                #[config(nested)]
                limits: Limits,
            }
        }
    };
}

sections! {
    Server {
        host: String = "BENCH_SERVER_HOST", port: u16 = "BENCH_SERVER_PORT", workers: u32 = "BENCH_SERVER_WORKERS",
        timeout_ms: u64 = "BENCH_SERVER_TIMEOUT_MS", tls: bool = "BENCH_SERVER_TLS", cert: String = "BENCH_SERVER_CERT",
        key: String = "BENCH_SERVER_KEY", backlog: u32 = "BENCH_SERVER_BACKLOG",
    }
    Database {
        url: String = "BENCH_DATABASE_URL", user: String = "BENCH_DATABASE_USER", schema: String = "BENCH_DATABASE_SCHEMA",
        min: u32 = "BENCH_DATABASE_MIN", max: u32 = "BENCH_DATABASE_MAX", idle_ms: u64 = "BENCH_DATABASE_IDLE_MS",
        ssl: bool = "BENCH_DATABASE_SSL", role: String = "BENCH_DATABASE_ROLE",
    }
    Log {
        level: String = "BENCH_LOG_LEVEL", json: bool = "BENCH_LOG_JSON", file: String = "BENCH_LOG_FILE",
        rotate: u64 = "BENCH_LOG_ROTATE", format: String = "BENCH_LOG_FORMAT", color: bool = "BENCH_LOG_COLOR",
        sample: f64 = "BENCH_LOG_SAMPLE", utc: bool = "BENCH_LOG_UTC",
    }
    Cache {
        enabled: bool = "BENCH_CACHE_ENABLED", size: u64 = "BENCH_CACHE_SIZE", ttl_ms: u64 = "BENCH_CACHE_TTL_MS",
        shards: u32 = "BENCH_CACHE_SHARDS", prefix: String = "BENCH_CACHE_PREFIX", host: String = "BENCH_CACHE_HOST",
        port: u16 = "BENCH_CACHE_PORT", policy: String = "BENCH_CACHE_POLICY",
    }
    Limits {
        rate: u32 = "BENCH_LIMITS_RATE", burst: u32 = "BENCH_LIMITS_BURST", body: u64 = "BENCH_LIMITS_BODY",
        header: u32 = "BENCH_LIMITS_HEADER", connections: u32 = "BENCH_LIMITS_CONNECTIONS",
        per_client: u32 = "BENCH_LIMITS_PER_CLIENT", queue: u32 = "BENCH_LIMITS_QUEUE", ratio: f64 = "BENCH_LIMITS_RATIO",
    }
}

/// Forty keys in five sections.
#[derive(HotConfig)]
#[cfg_attr(feature = "peers", derive(serde::Deserialize))]
#[allow(dead_code)] // what is loaded is not looked at
pub(crate) struct Small {
    pub(crate) server: Server,
    pub(crate) database: Database,
    pub(crate) log: Log,
    pub(crate) cache: Cache,
    pub(crate) limits: Limits,
}

#[derive(HotConfig)]
#[cfg_attr(feature = "peers", derive(serde::Deserialize))]
#[allow(dead_code)] // what is loaded is not looked at
pub(crate) struct Route {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) weight: f64,
    pub(crate) enabled: bool,
    pub(crate) tags: Vec<String>,
}

#[derive(HotConfig)]
#[cfg_attr(feature = "peers", derive(serde::Deserialize))]
#[allow(dead_code)] // what is loaded is not looked at
pub(crate) struct Rule {
    name: String,
    pattern: String,
    priority: i64,
    action: String,
    stop: bool,
}

/// A map and a list of sections, with five keys each.
#[derive(HotConfig)]
#[cfg_attr(feature = "peers", derive(serde::Deserialize))]
#[allow(dead_code)] // what is loaded is not looked at
pub(crate) struct Large {
    pub(crate) routes: BTreeMap<String, Route>,
    pub(crate) rules: Vec<Rule>,
}

/// A value of the texts, before it is written in a format.
enum Tree {
    Text(String),
    Plain(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

fn text(text: impl Into<String>) -> Tree {
    Tree::Text(text.into())
}

fn plain(value: impl ToString) -> Tree {
    Tree::Plain(value.to_string())
}

fn map<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn small() -> Tree {
    map([
        (
            "server",
            map([
                ("host", text("service.example.org")),
                ("port", plain(8000)),
                ("workers", plain(8)),
                ("timeout_ms", plain(30_000)),
                ("tls", plain(true)),
                ("cert", text("/etc/app/cert.pem")),
                ("key", text("/etc/app/key.pem")),
                ("backlog", plain(1024)),
            ]),
        ),
        (
            "database",
            map([
                ("url", text("postgres://db.example.org:5432/shop")),
                ("user", text("shop")),
                ("schema", text("public")),
                ("min", plain(2)),
                ("max", plain(32)),
                ("idle_ms", plain(60_000)),
                ("ssl", plain(true)),
                ("role", text("writer")),
            ]),
        ),
        (
            "log",
            map([
                ("level", text("info")),
                ("json", plain(false)),
                ("file", text("/var/log/app/app.log")),
                ("rotate", plain(104_857_600)),
                ("format", text("{time} {level} {message}")),
                ("color", plain(false)),
                ("sample", plain("0.25")),
                ("utc", plain(true)),
            ]),
        ),
        (
            "cache",
            map([
                ("enabled", plain(true)),
                ("size", plain(1_000_000)),
                ("ttl_ms", plain(5_000)),
                ("shards", plain(16)),
                ("prefix", text("shop:")),
                ("host", text("cache.example.org")),
                ("port", plain(6379)),
                ("policy", text("lru")),
            ]),
        ),
        (
            "limits",
            map([
                ("rate", plain(1_000)),
                ("burst", plain(200)),
                ("body", plain(1_048_576)),
                ("header", plain(8_192)),
                ("connections", plain(10_000)),
                ("per_client", plain(64)),
                ("queue", plain(512)),
                ("ratio", plain("0.75")),
            ]),
        ),
    ])
}

fn route(number: usize) -> Tree {
    map([
        ("host", text(format!("backend.example.org/{number:05}"))),
        ("port", plain(8000 + number % 1000)),
        ("weight", plain(format!("{number}.5"))),
        ("enabled", plain(number % 2 == 0)),
        ("tags", Tree::List(vec![text("blue"), text("eu")])),
    ])
}

fn large(keys: usize) -> Tree {
    let count = keys / 10;
    let routes = (0..count).map(|number| (format!("route{number:05}"), route(number)));
    let rules = (0..count).map(|number| {
        map([
            ("name", text(format!("rule{number:05}"))),
            ("pattern", text(format!("/api/v1/items/{number:05}"))),
            ("priority", plain(number)),
            ("action", text("forward")),
            ("stop", plain(false)),
        ])
    });
    map([("routes", Tree::Map(routes.collect())), ("rules", Tree::List(rules.collect()))])
}

/// One configuration in the three formats.
pub(crate) struct Texts {
    pub(crate) toml: String,
    pub(crate) json: String,
    pub(crate) yaml: String,
}

impl Texts {
    /// The forty keys.
    pub(crate) fn small() -> Self {
        Self::of(&small())
    }

    /// About this many keys.
    pub(crate) fn large(keys: usize) -> Self {
        Self::of(&large(keys))
    }

    fn of(tree: &Tree) -> Self {
        let (mut toml, mut json, mut yaml) = (String::new(), String::new(), String::new());
        write_toml(tree, &mut Vec::new(), &mut toml);
        write_json(tree, 0, &mut json);
        write_yaml(tree, 0, &mut yaml);
        Self { toml, json, yaml }
    }
}

/// A small layer in TOML that says something about ten routes of the large configuration.
pub(crate) fn ten_routes(layer: usize, port: usize) -> String {
    (0..10).fold(String::new(), |mut text, number| {
        let _ = write!(text, "[routes.route{:05}]\nport = {port}\n", layer * 10 + number);
        text
    })
}

/// The second and the third layer over the forty keys.
pub(crate) fn over_small() -> [String; 2] {
    let production =
        "[server]\nworkers = 16\ntls = true\n[database]\nmax = 64\n[log]\nlevel = \"warn\"\njson = true\n";
    let local = "[server]\nport = 9000\n[cache]\nenabled = false\n";
    [production.to_owned(), local.to_owned()]
}

/// The variables over the forty keys, beside what else is in an environment.
#[cfg(feature = "peers")]
pub(crate) fn variables() -> Vec<(String, String)> {
    let others =
        (0..60).map(|number| (format!("OTHER_{number:02}"), "/usr/local/share/something".to_owned()));
    let own = [("BENCH_SERVER_PORT", "9001"), ("BENCH_LIMITS_RATE", "500"), ("BENCH_LOG_LEVEL", "debug")];
    others.chain(own.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

fn write_toml(tree: &Tree, path: &mut Vec<String>, out: &mut String) {
    let Tree::Map(entries) = tree else { unreachable!("a document of TOML is a map") };
    for (key, value) in entries {
        match value {
            Tree::Map(_) => {
                path.push(key.clone());
                let holds_values =
                    matches!(value, Tree::Map(inner) if inner.iter().any(|(_, value)| !is_tables(value)));
                if holds_values {
                    let _ = writeln!(out, "\n[{}]", path.join("."));
                }
                write_toml(value, path, out);
                path.pop();
            }
            Tree::List(items) if is_tables(value) => {
                path.push(key.clone());
                for item in items {
                    let _ = writeln!(out, "\n[[{}]]", path.join("."));
                    write_toml(item, path, out);
                }
                path.pop();
            }
            other => {
                let _ = write!(out, "{key} = ");
                write_json(other, 0, out);
                out.push('\n');
            }
        }
    }
}

fn is_tables(tree: &Tree) -> bool {
    match tree {
        Tree::Map(_) => true,
        Tree::List(items) => items.iter().all(is_tables),
        Tree::Text(_) | Tree::Plain(_) => false,
    }
}

fn write_json(tree: &Tree, depth: usize, out: &mut String) {
    match tree {
        Tree::Text(text) => _ = write!(out, "{text:?}"),
        Tree::Plain(value) => out.push_str(value),
        Tree::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number == 0 { "" } else { ", " });
                write_json(item, depth + 1, out);
            }
            out.push(']');
        }
        Tree::Map(entries) => {
            out.push('{');
            for (number, (key, value)) in entries.iter().enumerate() {
                let comma = if number == 0 { "" } else { "," };
                let _ = write!(out, "{comma}\n{:indent$}{key:?}: ", "", indent = 2 * depth + 2);
                write_json(value, depth + 1, out);
            }
            let _ = write!(out, "\n{:indent$}}}", "", indent = 2 * depth);
        }
    }
}

fn write_yaml(tree: &Tree, depth: usize, out: &mut String) {
    let indent = 2 * depth;
    match tree {
        Tree::Map(entries) => {
            for (key, value) in entries {
                if !out.ends_with("- ") {
                    let _ = write!(out, "{:indent$}", "");
                }
                out.push_str(key);
                out.push(':');
                write_yaml_value(value, depth, out);
            }
        }
        Tree::List(items) => {
            for item in items {
                let _ = write!(out, "{:indent$}- ", "");
                match item {
                    Tree::Map(_) => write_yaml(item, depth + 1, out),
                    other => {
                        write_json(other, 0, out);
                        out.push('\n');
                    }
                }
            }
        }
        Tree::Text(_) | Tree::Plain(_) => unreachable!("a document of YAML is a map"),
    }
}

fn write_yaml_value(value: &Tree, depth: usize, out: &mut String) {
    match value {
        Tree::Text(_) | Tree::Plain(_) => {
            out.push(' ');
            write_json(value, 0, out);
            out.push('\n');
        }
        inner => {
            out.push('\n');
            write_yaml(inner, depth + 1, out);
        }
    }
}
