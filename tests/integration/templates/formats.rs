//! What a template looks like in each format.

use std::collections::BTreeMap;
use std::time::Duration;

use hotconf::{Format, Hot, HotConfig, IntoValue, Template, Value};
use hotconf_tests::{filled, template_loads_back, uncommented};
use validator::Validate;

/// A proxy.
///
/// It stands before others.
#[derive(HotConfig, Validate)]
struct Config {
    /// Where the others are.
    #[hot(default)]
    upstreams: Vec<Upstream>,
    /// Where it listens.
    #[hot(default = 8000, restart)]
    #[validate(range(min = 1, max = 9000))]
    port: u16,
    tls: Option<Tls>,
    /// Who may come in,
    /// by name.
    #[hot(default, max_items = 5)]
    users: BTreeMap<String, bool>,
    #[hot(example = "proxy-1")]
    name: String,
    #[hot(default = "json")]
    log: Log,
}

#[derive(HotConfig)]
struct Upstream {
    url: String,
    /// How often it is asked.
    #[hot(default = 1)]
    #[serde(alias = "w")]
    weight: u32,
}

/// Encrypted connections.
#[derive(HotConfig)]
struct Tls {
    cert: String,
    #[hot(secret, env = "TLS_KEY")]
    key: String,
}

#[derive(HotConfig)]
#[serde(rename_all = "lowercase")]
enum Log {
    /// One object in a line,
    /// for machines.
    Json,
    Text,
}

#[test]
fn toml_has_the_keys_of_a_section_before_its_tables() {
    let text = "\
# A proxy.
#
# It stands before others.
#
# Keys that are commented out have their default. What stands in angle brackets is to be filled in.

# Where it listens.
# Integer (u16), at least 1, at most 9000. A change waits for a restart. Variable: PROXY_PORT.
#port = 8000

# Text. Required. Variable: PROXY_NAME.
#name = \"proxy-1\"

# One of:
# - json: One object in a line,
#   for machines.
# - text
# Variable: PROXY_LOG.
#log = \"json\"

# Where the others are.
# List of section (Upstream). Variable: PROXY_UPSTREAMS.
#[[upstreams]]
# Text. Required. Variable: PROXY_UPSTREAMS__<NUMBER>__URL.
#url = \"<text>\"

# How often it is asked.
# Integer (u32). Also called w. Variable: PROXY_UPSTREAMS__<NUMBER>__WEIGHT.
#weight = 1

# Encrypted connections.
# Optional.
#[tls]
# Text. Required. Variable: PROXY_TLS_CERT.
#cert = \"<text>\"

# Text. Required. Secret: set by PROXY_TLS_KEY, TLS_KEY.
#key = \"<text>\"

# Who may come in,
# by name.
# Map of true or false, at most 5 items. Variable: PROXY_USERS.
#[users]
# True or false. Variable: PROXY_USERS__<NAME>.
#\"<name>\" = \"<true or false>\"
";
    assert_eq!(Template::of::<Config>(Format::Toml).env("PROXY").to_string(), text);
    template_loads_back::<Config>(&["name=a"]);
}

#[test]
fn yaml_has_them_as_they_are_declared() {
    let text = "\
# A proxy.
#
# It stands before others.
#
# Keys that are commented out are not set. What stands in angle brackets is to be filled in.

# Where the others are.
# List of section (Upstream).
# An item:
#     upstreams:
#       # Text. Required.
#       - url: \"<text>\"
#
#         # How often it is asked.
#         # Integer (u32). Also called w.
#         weight: 1
upstreams: []

# Where it listens.
# Integer (u16), at least 1, at most 9000. A change waits for a restart.
port: 8000

# Encrypted connections.
# Optional.
#tls:
  # Text. Required.
  #cert: \"<text>\"

  # Text. Required. Secret: set by TLS_KEY.
  #key: \"<text>\"

# Who may come in,
# by name.
# Map of true or false, at most 5 items.
# An entry:
#     users:
#       # True or false.
#       \"<name>\": \"<true or false>\"
users: {}

# Text. Required.
#name: \"proxy-1\"

# One of:
# - json: One object in a line,
#   for machines.
# - text
log: \"json\"
";
    assert_eq!(Template::of::<Config>(Format::Yaml).written().to_string(), text);
}

#[test]
fn json_has_values_alone() {
    let text = "\
{
  \"upstreams\": [],
  \"port\": 8000,
  \"users\": {},
  \"name\": \"proxy-1\",
  \"log\": \"json\"
}
";
    assert_eq!(Template::of::<Config>(Format::Json).env("PROXY").to_string(), text);
    assert_eq!(Template::of::<Config>(Format::Json).written().to_string(), text);
}

#[test]
fn items_and_entries_that_have_values_are_written_one_after_the_other() {
    let said = "name = 'a'\n[tls]\ncert = 'c'\nkey = 'k'\n[users]\n'no' = true\n'x y' = false\n[[upstreams]]\nurl = 'u'\n[[upstreams]]\nurl = 'v'\nweight = 3\n";
    let cfg: Hot<Config> = Hot::builder().text(Format::Toml, said).build().unwrap();
    let shown = |format| {
        let text = Template::of::<Config>(format).values(&cfg.values()).to_string();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        shown(Format::Toml),
        "port = 8000\nname = \"a\"\nlog = \"json\"\n[[upstreams]]\nurl = \"u\"\nweight = 1\n[[upstreams]]\nurl = \"v\"\n\
         weight = 3\n[tls]\ncert = \"c\"\n[users]\nno = true\n\"x y\" = false"
    );
    assert_eq!(
        shown(Format::Yaml),
        "upstreams:\n  - url: \"u\"\n    weight: 1\n  - url: \"v\"\n    weight: 3\nport: 8000\ntls:\n  cert: \"c\"\n\
         users:\n  \"no\": true\n  \"x y\": false\nname: \"a\"\nlog: \"json\""
    );
}

#[derive(HotConfig)]
struct Tagged {
    external: External,
    internal: Internal,
    adjacent: Adjacent,
    untagged: Untagged,
    #[serde(flatten)]
    flat: Flat,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum External {
    Memory,
    Folder(String),
    Wait(Duration),
    S3 {
        /// Where they are kept.
        bucket: String,
        #[hot(default = "eu-1")]
        region: String,
        retries: Option<u8>,
    },
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Internal {
    None,
    File { path: String, size: u8 },
    Labels(BTreeMap<String, u8>),
}

#[derive(Debug, HotConfig)]
#[serde(tag = "kind", content = "with", rename_all = "lowercase")]
enum Adjacent {
    Stop,
    Go(u8, u8),
    Call { url: String },
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Untagged {
    Bytes(u64),
    Text(String),
    Both { width: u8, height: u8 },
    Many(Vec<Untagged>),
}

#[derive(Debug, HotConfig)]
#[serde(tag = "mode", rename_all = "lowercase")]
enum Flat {
    Slow,
    Fast { speed: u8 },
}

const GIVEN: [&str; 5] = [
    "external=memory",
    "internal={\"type\":\"none\"}",
    "adjacent={\"kind\":\"stop\"}",
    "untagged=5",
    "mode=slow",
];

/// The examples of variants in a template, as texts that set the one key.
fn examples(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_example = false;
    for line in text.lines() {
        let example = line.strip_prefix("#     ");
        match example {
            Some(example) if is_example => found.last_mut().unwrap().push_str(&format!("\n{example}")),
            Some(example) => found.push(example.to_owned()),
            None => {}
        }
        is_example = example.is_some();
    }
    found
}

#[test]
fn each_variant_has_an_example_that_loads() {
    for format in [Format::Toml, Format::Yaml] {
        let text = Template::of::<Tagged>(format).to_string();
        let mut variants = Vec::new();
        for example in examples(&text) {
            let key = example.split([' ', ':']).next().unwrap();
            let given = GIVEN.iter().filter(|given| !given.starts_with(&format!("{key}=")));
            let example = filled(&example);
            let cfg: Result<Hot<Tagged>, _> =
                Hot::builder().text(format, &*example).arg_overrides(given).build();
            let cfg = cfg.unwrap_or_else(|error| panic!("{example}: {error}"));
            let config = cfg.load();
            variants.push(match key {
                "external" => format!("{:?}", config.external),
                "internal" => format!("{:?}", config.internal),
                "adjacent" => format!("{:?}", config.adjacent),
                "untagged" => format!("{:?}", config.untagged),
                "mode" => format!("{:?}", config.flat),
                other => panic!("{other}"),
            });
        }
        assert_eq!(
            variants,
            [
                "Folder(\"1\")",
                "Wait(1s)",
                "S3 { bucket: \"1\", region: \"eu-1\", retries: None }",
                "None",
                "File { path: \"1\", size: 1 }",
                "Labels({\"1\": 1})",
                "Stop",
                "Go(1, 1)",
                "Call { url: \"1\" }",
                "Bytes(1)",
                "Text(\"1\")",
                "Both { width: 1, height: 1 }",
                "Many([Text(\"integer\")])",
                "Slow",
                "Fast { speed: 1 }",
            ]
        );
    }
    template_loads_back::<Tagged>(&GIVEN);
}

#[test]
fn variants_are_told_of_with_their_fields() {
    let text = Template::of::<Tagged>(Format::Toml).to_string();
    let of_external = "\
# One of:
# - memory
# - folder
#     external = { folder = \"<text>\" }
# - wait
#     external = { wait = \"<duration>\" }
# - s3
#   bucket: Where they are kept. Text. Required.
#   region: Text.
#   retries: Integer (u8). Optional.
#     external = { s3 = { bucket = \"<text>\", region = \"eu-1\" } }
# Required.
#external = \"<one of memory, folder (text), wait (duration), s3 (section)>\"
";
    assert!(text.contains(of_external), "{text}");
    let of_flat = "\
# One of:
# - slow
#     mode = \"slow\"
# - fast
#   speed: Integer (u8). Required.
#     mode = \"fast\"
#     speed = \"<integer (u8)>\"
# Required.
#mode = \"<one of slow, fast (section)>\"
";
    assert!(text.contains(of_flat), "{text}");
    let json = Template::of::<Tagged>(Format::Json).to_string();
    assert!(json.contains("\"mode\": \"<one of slow, fast (section)>\""), "{json}");
}

#[derive(HotConfig)]
struct Examples {
    #[hot(example = "10.0.0.1")]
    address: std::net::IpAddr,
    #[hot(example = "8080")]
    port: u16,
    #[hot(example = "a, b")]
    hosts: Vec<String>,
    #[hot(example = r#"{"a": 5}"#)]
    limits: BTreeMap<String, u8>,
    #[hot(example = "many")]
    count: Option<u8>,
    #[hot(default = "1s", example = "5m")]
    wait: Duration,
}

#[test]
fn an_example_is_written_as_its_type_reads_it() {
    let text = Template::of::<Examples>(Format::Toml).to_string();
    for expected in [
        "\n#address = \"10.0.0.1\"\n",
        "\n#port = 8080\n",
        "\n#hosts = [\"a\", \"b\"]\n",
        "# Integer (u8). Optional. Example: `many`.\n#count = \"<integer (u8)>\"\n",
        "Example: `5m`.\n#wait = \"1s\"\n",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    let cfg: Hot<Examples> = Hot::builder().text(Format::Toml, filled(&uncommented(&text))).build().unwrap();
    assert_eq!((cfg.load().port, cfg.load().hosts.len()), (8080, 2));
}

#[test]
fn null_is_left_out_where_a_format_has_none() {
    #[derive(HotConfig)]
    struct Config {
        #[hot(default = vec![Some(1), None])]
        options: Vec<Option<u8>>,
        #[hot(default = BTreeMap::from([(1, None::<u8>)]))]
        named: BTreeMap<u8, Option<u8>>,
    }
    let written = |format| {
        let text = Template::of::<Config>(format).written().to_string();
        let cfg: Hot<Config> = Hot::builder().text(format, &*text).build().unwrap();
        assert_eq!((&*cfg.load().options, cfg.load().named[&1]), ([Some(1), None].as_slice(), None));
        text
    };
    assert!(written(Format::Json).contains("null"));
    assert!(written(Format::Toml).contains("\n#options = "));
    assert!(written(Format::Yaml).contains("\noptions: [1, null]\n"));
}

#[test]
fn values_that_no_type_reads_are_not_set() {
    let values = Value::Map(BTreeMap::from([
        ("port".to_owned(), "no number".into_value()),
        ("name".to_owned(), 5.into_value()),
        ("upstreams".to_owned(), "none".into_value()),
        ("users".to_owned(), Value::List(Vec::new())),
        ("strange".to_owned(), 1.into_value()),
        ("tls".to_owned(), Value::Null),
        ("log".to_owned(), "text".into_value()),
    ]));
    for format in [Format::Toml, Format::Yaml] {
        let text = Template::of::<Config>(format).values(&values).to_string();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'));
        assert_eq!(lines.count(), 1, "{text}");
    }
}
