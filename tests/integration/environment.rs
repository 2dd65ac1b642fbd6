//! Variables and arguments: names from the schema, values by the field's type.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use hotconf::{Builder, Format, Hot, HotConfig, ProblemKind};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default = 100)]
    rate_limit_total: u32,
    rate_limit: RateLimit,
    #[hot(default = "", secret, env = "DATABASE_PASSWORD", env = "PGPASSWORD")]
    password: String,
    #[hot(default)]
    feature_flags: BTreeMap<String, bool>,
    #[hot(default)]
    pools: HashMap<String, Pool>,
    #[hot(default)]
    tags: Vec<String>,
    #[hot(default)]
    upstreams: Vec<Pool>,
    #[hot(default = "30s")]
    timeout: Duration,
    #[hot(default = false)]
    verbose: bool,
    log_file: Option<PathBuf>,
    #[hot(leaf, default = serde_json::Value::Null)]
    anything: serde_json::Value,
    #[serde(rename = "kebab-case")]
    #[hot(default = 1)]
    kebab: u8,
    #[hot(default = "warn")]
    level: Level,
}

#[derive(Debug, HotConfig)]
struct RateLimit {
    #[hot(default = 60)]
    requests_per_minute: u32,
    #[hot(default = 10)]
    burst_size: u32,
}

#[derive(Debug, PartialEq, HotConfig)]
struct Pool {
    #[hot(default = 1)]
    max_size: u32,
    #[hot(default = "none")]
    name: String,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Info,
    Warn,
}

fn with<const N: usize>(variables: [(&str, &str); N]) -> Builder<Config> {
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Hot::builder().env_from(variables).env("APP")
}

#[test]
fn a_single_underscore_is_never_ambiguous() {
    let cfg = with([
        ("APP_RATE_LIMIT_TOTAL", "7"),
        ("APP_RATE_LIMIT_REQUESTS_PER_MINUTE", "8"),
        ("APP_RATE_LIMIT_BURST_SIZE", "9"),
        ("APP_KEBAB_CASE", "2"),
    ])
    .build()
    .unwrap();
    let config = cfg.load();
    assert_eq!((config.rate_limit_total, config.rate_limit.requests_per_minute), (7, 8));
    assert_eq!((config.rate_limit.burst_size, config.kebab), (9, 2));
    assert!(cfg.status().warnings().is_empty());
}

#[test]
fn values_are_read_by_type_and_never_guessed() {
    let cfg = with([
        ("APP_PASSWORD", "00123456"),
        ("APP_TIMEOUT", "1m 30s"),
        ("APP_VERBOSE", "yes"),
        ("APP_LOG_FILE", ""),
        ("APP_LEVEL", "info"),
    ])
    .build()
    .unwrap();
    let config = cfg.load();
    assert_eq!(config.password, "00123456");
    assert_eq!((config.timeout, config.verbose), (Duration::from_secs(90), true));
    assert_eq!((config.log_file.as_ref(), &config.level), (None, &Level::Info));
    assert_eq!(cfg.get("rate_limit_total").unwrap().to_string(), "100");
    assert_eq!(cfg.get("password").unwrap().to_string(), "***");
    assert_eq!(cfg.get_as::<String>("password").unwrap(), "00123456");
}

#[test]
fn maps_and_lists_by_entries_by_commas_and_as_json() {
    let cfg = with([
        ("APP_FEATURE_FLAGS__DARK_MODE", "on"),
        ("APP_FEATURE_FLAGS__NEW", "true"),
        ("APP_POOLS__EU__MAX_SIZE", "5"),
        ("APP_TAGS", "a, b,c"),
        ("APP_UPSTREAMS", r#"[{"name": "x", "max_size": 3}]"#),
        ("APP_ANYTHING", r#"{"a": [1, null]}"#),
    ])
    .text(Format::Toml, "")
    .build()
    .unwrap();
    let config = cfg.snapshot();
    assert_eq!(
        config.feature_flags,
        BTreeMap::from([("dark_mode".to_owned(), true), ("new".to_owned(), true)])
    );
    assert_eq!(config.pools["eu"].max_size, 5);
    assert_eq!(config.tags, ["a", "b", "c"]);
    assert_eq!(config.upstreams, [Pool { max_size: 3, name: "x".to_owned() }]);
    assert_eq!(config.anything, serde_json::json!({"a": [1, null]}));

    let cfg = with([
        ("APP_FEATURE_FLAGS", r#"{"dark_mode": false}"#),
        ("APP_TAGS", r#"["x,y"]"#),
        ("APP_UPSTREAMS__0__NAME", "first"),
        ("APP_UPSTREAMS__1__NAME", "second"),
    ]);
    let config = cfg.build().unwrap().snapshot();
    assert_eq!((config.feature_flags["dark_mode"], config.tags.len()), (false, 1));
    assert_eq!(config.upstreams[1].name, "second");
}

#[test]
fn an_entry_matches_one_that_is_there_whatever_its_case() {
    let cfg: Hot<Config> = Hot::builder()
        .text(Format::Toml, "[feature_flags]\n\"Dark-Mode\" = false\n[pools.EU]\nname = 'europe'")
        .env_from([
            ("APP_FEATURE_FLAGS__DARK_MODE".to_owned(), "true".to_owned()),
            ("APP_POOLS__EU__MAX_SIZE".to_owned(), "4".to_owned()),
        ])
        .env("APP")
        .build()
        .unwrap();
    let config = cfg.load();
    assert_eq!(config.feature_flags, BTreeMap::from([("Dark-Mode".to_owned(), true)]));
    assert_eq!(config.pools["EU"], Pool { max_size: 4, name: "europe".to_owned() });
}

#[test]
fn the_prefixed_name_wins_over_explicit_ones_and_those_in_their_order() {
    let password = |builder: Builder<Config>| builder.build().unwrap().load().password.clone();
    assert_eq!(password(with([("PGPASSWORD", "c")])), "c");
    assert_eq!(password(with([("PGPASSWORD", "c"), ("DATABASE_PASSWORD", "b")])), "b");
    assert_eq!(password(with([("PGPASSWORD", "c"), ("DATABASE_PASSWORD", "b"), ("APP_PASSWORD", "a")])), "a");
    // Without an environment layer no variable is read at all.
    let none: Hot<Config> =
        Hot::builder().env_from([("PGPASSWORD".to_owned(), "c".to_owned())]).build().unwrap();
    assert_eq!(none.load().password, "");
}

#[test]
fn a_variable_may_name_a_file_and_the_file_is_watched() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("password");
    std::fs::write(&file, "first\n").unwrap();
    // `log_file` exists as a key, so its exact name is no file form of a key `log`.
    let cfg = with([("APP_PASSWORD_FILE", file.to_str().unwrap()), ("APP_LOG_FILE", "/var/log/app")])
        .build()
        .unwrap();
    assert_eq!(cfg.load().password, "first");
    assert_eq!(cfg.load().log_file, Some(PathBuf::from("/var/log/app")));
    assert!(cfg.status().warnings().is_empty());

    let mut changes = cfg.subscribe();
    let aside = dir.path().join("aside");
    std::fs::write(&aside, "second\n").unwrap();
    std::fs::rename(aside, &file).unwrap();
    let change = changes.next_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(change.keys(), ["password"]);
    assert_eq!(change.new().password, "second");

    let error = with([("APP_PASSWORD_FILE", "/does/not/exist")]).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 problem in the configuration\npassword: its value is to be read from \"/does/not/exist\", and cannot be: \
         the file does not exist\n  from APP_PASSWORD_FILE (environment)"
    );
}

#[test]
fn a_stranger_under_the_prefix_is_a_warning_or_strictly_an_error() {
    let cfg = with([("APP_VERBOSEE", "1"), ("APPLE_PIE", "1"), ("HOME", "/")]).build().unwrap();
    let status = cfg.status();
    let warnings: Vec<String> = status.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["APP_VERBOSEE belongs to no key; did you mean `APP_VERBOSE`?\n  from APP_VERBOSEE (environment)"]
    );
    let error = Hot::<Config>::builder()
        .env_from([("APP_VERBOSEE".to_owned(), "1".to_owned())])
        .strict_env("APP")
        .build()
        .unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::UnknownVariable);
    assert_eq!(error.problems()[0].suggestion(), Some("APP_VERBOSE"));
}

#[test]
fn two_keys_of_one_name_are_refused_with_both() {
    #[derive(Debug, HotConfig)]
    struct Clash {
        #[hot(default = 1)]
        rate_limit: u32,
        rate: Rate,
    }
    #[derive(Debug, HotConfig)]
    struct Rate {
        #[hot(default = 1)]
        limit: u32,
    }
    let error = Hot::<Clash>::builder().env_from([]).env("APP").build().unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::AmbiguousVariable);
    let text = error.to_string();
    assert!(
        text.contains("rate.limit: shares the environment variable APP_RATE_LIMIT with `rate_limit`"),
        "{text}"
    );
    // It is nobody's fault where no variables are read.
    Hot::<Clash>::builder().build().unwrap();
}

#[test]
fn every_bad_value_is_named_by_its_variable() {
    let error = with([
        ("APP_RATE_LIMIT_TOTAL", "70000000000"),
        ("APP_TIMEOUT", "30"),
        ("APP_VERBOSE", "maybe"),
        ("APP_LEVEL", "wran"),
        ("APP_FEATURE_FLAGS__X", "7"),
    ])
    .build()
    .unwrap_err();
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "rate_limit_total: 70000000000 is too large for u32 (at most 4294967295)\n  from APP_RATE_LIMIT_TOTAL \
             (environment)",
            "feature_flags.x: expected true or false, found the text \"7\"\n  from APP_FEATURE_FLAGS__X (environment)",
            "timeout: \"30\" is not a duration, such as \"30s\" or \"1h 30m\"; say the unit\n  from APP_TIMEOUT \
             (environment)",
            "verbose: expected true or false, found the text \"maybe\"\n  from APP_VERBOSE (environment)",
            "level: \"wran\" is not one of info, warn; did you mean `warn`?\n  from APP_LEVEL (environment)",
        ]
    );
    let error = with([("APP_UPSTREAMS", "[{")]).build().unwrap_err();
    assert_eq!(error.problems()[0].key().unwrap(), "upstreams");
    assert!(error.to_string().contains("not valid JSON: it ends too early"), "{error}");
}

#[test]
fn arguments_are_read_like_variables() {
    let cfg: Hot<Config> = Hot::builder()
        .arg_overrides(["rate_limit.burst_size=3", "password=a=b", "tags=x,y", "pools.eu.max_size=2"])
        .arg_overrides(["feature_flags.dark.mode=true"].iter().filter(|_| false))
        .build()
        .unwrap();
    let config = cfg.load();
    assert_eq!((config.rate_limit.burst_size, config.password.as_str()), (3, "a=b"));
    assert_eq!((config.tags.len(), config.pools["eu"].max_size), (2, 2));
    assert_eq!(
        cfg.explain("rate_limit.burst_size").origin().unwrap().to_string(),
        "rate_limit.burst_size=… (argument)"
    );

    let error = Hot::<Config>::builder()
        .arg_overrides(["rate_limt.burst_size=3", "verbose=2", "hunter2"])
        .build()
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("argument 3 has no `KEY=` in front of its value"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let error =
        Hot::<Config>::builder().arg_overrides(["rate_limt.burst_size=3", "verbose=2"]).build().unwrap_err();
    let text = error.to_string();
    assert!(text.contains("rate_limt: unknown key; did you mean `rate_limit`?"), "{text}");
    assert!(text.contains("verbose: expected true or false"), "{text}");
}

#[test]
fn a_single_key_wins_over_its_whole_section_whatever_the_names() {
    #[derive(Debug, HotConfig)]
    struct Nested {
        #[hot(env = "SERVER")]
        server: Server,
        #[hot(default, env = "FLAGS")]
        flags: BTreeMap<String, bool>,
        #[hot(default)]
        addresses: Vec<std::net::SocketAddr>,
    }
    #[derive(Debug, HotConfig)]
    struct Server {
        #[hot(default = 1)]
        port: u16,
        #[hot(default = 2)]
        workers: u16,
    }
    let cfg: Hot<Nested> = Hot::builder()
        .env_from(
            [
                ("SERVER", r#"{"port": 7, "workers": 8}"#),
                ("APP_SERVER_PORT", "9"),
                ("FLAGS", r#"{"b": true}"#),
                ("APP_FLAGS__A", "true"),
                ("APP_ADDRESSES", "[::1]:80,[::1]:81"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
        .env("APP")
        .build()
        .unwrap();
    let config = cfg.load();
    assert_eq!((config.server.port, config.server.workers, config.flags.len()), (9, 8, 2));
    assert_eq!(config.addresses.len(), 2);
}

#[test]
fn the_value_itself_wins_over_the_file_that_has_it() {
    let cfg = with([("APP_PASSWORD", "direct"), ("APP_PASSWORD_FILE", "/does/not/exist")]).build().unwrap();
    assert_eq!(cfg.load().password, "direct");
}

/// A type that leads to itself by names that begin alike, so that a variable can be split in very many ways.
#[derive(Debug, HotConfig)]
struct Winding {
    a: Option<Box<Winding>>,
    a_a: Option<Box<Winding>>,
    a_a_a: Option<Box<Winding>>,
    v: Option<u8>,
}

#[test]
fn a_name_with_many_meanings_is_searched_once() {
    let stranger = format!("APP_{}X", "A_".repeat(60));
    let known = format!("APP_{}V", "A_".repeat(20));
    let variables = [(stranger.clone(), "1".to_owned()), (known, "7".to_owned())];
    let cfg: Hot<Winding> = Hot::builder().env_from(variables).env("APP").build().unwrap();
    assert_eq!(cfg.status().warnings().len(), 1);
    let mut here = &*cfg.load();
    while let Some(next) = here.a.as_deref().or(here.a_a.as_deref()).or(here.a_a_a.as_deref()) {
        here = next;
    }
    assert_eq!(here.v, Some(7));
}

mod anything {
    use serde::Deserialize;

    use super::*;

    /// Serde asks for anything here, and tries one variant after the other.
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Limit {
        Most(u32),
        Share(f64),
        Switch(bool),
        Range { least: u32, unit: String },
    }

    #[derive(Debug, HotConfig)]
    struct Limits {
        #[hot(leaf)]
        one: Limit,
        #[hot(leaf)]
        two: Option<Limit>,
        #[hot(leaf)]
        three: Limit,
        #[hot(leaf)]
        four: Limit,
        #[hot(leaf, default = "x")]
        text: serde_json::Value,
    }

    #[test]
    fn a_type_that_takes_a_text_or_a_number_has_what_it_can_read() {
        let variables = [("APP_ONE", "7"), ("APP_TWO", "0.5"), ("APP_THREE", "true"), ("APP_TEXT", "007")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let arguments = ["four.least=3", "four.unit=kB"];
        let cfg: Hot<Limits> =
            Hot::builder().env_from(variables).env("APP").arg_overrides(arguments).build().unwrap();
        let limits = cfg.load();
        assert_eq!((&limits.one, &limits.two), (&Limit::Most(7), &Some(Limit::Share(0.5))));
        assert_eq!(limits.three, Limit::Switch(true));
        assert_eq!(limits.text, "007");
        assert_eq!(limits.four, Limit::Range { least: 3, unit: "kB".to_owned() });
    }
}
