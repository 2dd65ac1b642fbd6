//! A key is told as it is written, and with every other place that sets it.

use std::collections::BTreeMap;

use hotconf::{Builder, Format, Hot, HotConfig};
use validator::Validate;

use super::{SECRET, lines, variables};

#[derive(Debug, HotConfig)]
struct Config {
    #[serde(alias = "web")]
    server: Server,
    #[hot(default)]
    tags: Vec<u8>,
    #[hot(default)]
    #[serde(alias = "backends")]
    upstreams: Vec<Upstream>,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default)]
    pools: BTreeMap<String, Upstream>,
    store: Option<Store>,
    kind: Option<Kind>,
    login: Option<Login>,
}

#[derive(Debug, HotConfig, Validate)]
struct Server {
    #[hot(default = 80)]
    #[serde(alias = "listen")]
    #[validate(range(min = 10))]
    port: u16,
    #[serde(alias = "transport")]
    tls: Option<Tls>,
}

#[derive(Debug, HotConfig)]
struct Tls {
    cert: String,
    #[hot(secret)]
    #[serde(alias = "secret")]
    key: u64,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    #[hot(default = 1)]
    #[serde(alias = "share")]
    weight: u8,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Store {
    File {
        #[serde(alias = "place")]
        path: String,
    },
    S3 {
        bucket: String,
    },
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Small,
    #[serde(alias = "huge")]
    Large {
        #[serde(alias = "length")]
        size: u8,
    },
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Login {
    Number(u8),
    User { name: String },
}

fn layers<const N: usize>(texts: [&str; N]) -> Builder<Config> {
    texts.into_iter().fold(Hot::builder(), |builder, text| builder.text(Format::Toml, text))
}

/// The keys of all problems.
#[track_caller]
fn keys(builder: Builder<Config>) -> Vec<String> {
    let error = builder.build().unwrap_err();
    lines(&error);
    error.problems().iter().map(|problem| problem.key().unwrap().to_string()).collect()
}

#[test]
fn every_segment_is_spelt_as_its_layer_spells_it() {
    let spelt = [
        ("web.listen = 'x'", "web.listen"),
        ("web.port = 'x'", "web.port"),
        ("server.listen = 'x'", "server.listen"),
        ("web.listen = 5", "web.listen"),
        ("web.lisen = 1", "web.lisen"),
        ("web.transport = {cert = 'a'}", "web.transport.key"),
        ("web.transport = {cert = 'a', secret = 'hunter2'}", "web.transport.secret"),
        ("web.transport = 1", "web.transport"),
        ("backends = [{share = 300}]", "backends.0.share"),
        ("backends = [{weigth = 3}]", "backends.0.weigth"),
        ("pools.eu.share = 300", "pools.eu.share"),
        ("store = {kind = 'file', place = 1}", "store.place"),
        ("kind = {huge = {length = 300}}", "kind.huge.length"),
    ];
    for (text, key) in spelt {
        assert_eq!(keys(layers([text])), [key], "{text}");
    }
    // Each layer has its own.
    let both = layers(["web.listen = 'x'", "server.tls = {cert = 'a', key = 'hunter2'}"]);
    assert_eq!(keys(both), ["web.listen", "server.tls.key"]);
}

/// Where a wrong value is, and where else it is set.
#[track_caller]
fn also(builder: Builder<Config>) -> Vec<String> {
    let error = builder.build().unwrap_err();
    lines(&error);
    let [problem] = error.problems() else { panic!("{error}") };
    problem.origin().into_iter().chain(problem.also_set()).map(ToString::to_string).collect()
}

#[test]
fn every_layer_that_sets_it_too_is_told() {
    let lower = format!(
        "server.port = 90\ntags = [1, 2]\nflags.a = true\npools.eu.weight = 1\nkind = {{large = {{size = 1}}}}\n\
         upstreams = [{{}}, {{weight = 2}}]\nlogin = 1\nserver.transport = {{cert = 'a', key = 7}}\n\
         store = {{kind = 's3', bucket = '{SECRET}'}}\n"
    );
    let cases = [
        ("web.listen = 'x'", ["1:14", "1:15"]),
        ("tags = [1, 300]", ["1:12", "2:8"]),
        ("tags = 5", ["1:8", "2:8"]),
        ("flags.a = 1", ["1:11", "3:11"]),
        ("pools.eu.share = 300", ["1:18", "4:19"]),
        ("kind = {large = {size = 300}}", ["1:25", "5:25"]),
        ("kind = 'lrge'", ["1:8", "5:8"]),
        ("backends = [{}, {}, {share = 300}]", ["1:30", "6:13"]),
        ("login = 300", ["1:9", "7:9"]),
        ("web.transport.secret = 'hunter2'", ["1:24", "8:39"]),
        ("store.bucket = 5", ["1:16", "9:32"]),
        ("store.kind = 's4'", ["1:14", "9:17"]),
    ];
    for (upper, places) in cases {
        let found = also(layers([&lower, upper]));
        let places = places.map(|place| format!("embedded TOML:{place}"));
        assert_eq!(found, places, "{upper}");
    }
    let set = variables([("APP_UPSTREAMS__0__WEIGHT", "300"), ("APP_TAGS", "1")]);
    let found = also(layers([&lower, "upstreams = [{weight = 3}]"]).env_from(set).env("APP"));
    assert_eq!(found, ["APP_UPSTREAMS__0__WEIGHT (environment)", "embedded TOML:1:13", "embedded TOML:6:13"]);
}
