//! A layer that cannot be read hides nothing of the others, and nothing is made up about what may stand in it.

use std::collections::BTreeMap;

use hotconf::{Builder, Format, Hot, HotConfig, Outcome, Watch};
use hotconf_tests::Sandbox;
use validator::{Validate, ValidationError};

use super::{SECRET, lines, told, variables};

#[derive(Debug, HotConfig, Validate)]
#[validate(schema(function = "low_is_low"))]
struct Config {
    name: String,
    #[hot(default = 1)]
    low: u8,
    #[hot(default = 9)]
    high: u8,
    server: Server,
    #[hot(default = 2 + 1)]
    #[validate(range(min = 5))]
    five: u8,
    #[hot(default)]
    #[validate(length(min = 2))]
    pairs: BTreeMap<String, u8>,
    #[hot(leaf)]
    point: Option<Point>,
    storage: Option<Storage>,
    limit: Option<Limit>,
    range: Option<Range>,
    #[hot(secret)]
    token: Option<u64>,
}

fn low_is_low(config: &Config) -> Result<(), ValidationError> {
    if config.low > config.high { Err(ValidationError::new("low_above_high")) } else { Ok(()) }
}

#[derive(Debug, HotConfig)]
struct Server {
    #[serde(alias = "address")]
    host: String,
    port: u16,
}

#[derive(Debug, serde::Deserialize)]
struct Point {
    x: u8,
    y: u8,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Storage {
    File { path: String },
    S3 { bucket: String },
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Limit {
    Number(u8),
    Range { from: u8, to: u8 },
}

#[derive(Debug, Clone, HotConfig)]
struct Bounds {
    #[hot(default = 0)]
    from: u8,
    #[hot(default = 9)]
    to: u8,
}

#[derive(Debug, HotConfig)]
#[serde(try_from = "Bounds")]
struct Range(u8);

impl TryFrom<Bounds> for Range {
    type Error = String;

    fn try_from(bounds: Bounds) -> Result<Self, String> {
        bounds.to.checked_sub(bounds.from).map(Self).ok_or_else(|| "`to` comes before `from`".to_owned())
    }
}

const BROKEN: &str = "name = \n";

/// The layers of these texts.
fn layers<const N: usize>(texts: [&str; N]) -> Builder<Config> {
    texts.into_iter().fold(Hot::builder(), |builder, text| builder.text(Format::Toml, text))
}

#[test]
fn what_is_wrong_in_the_others_is_told_with_it() {
    let sandbox = Sandbox::new();
    sandbox.write("a.toml", "low = 'x'\nhigh = 300\n");
    sandbox.write("b.toml", format!("token = {SECRET}\n"));
    sandbox.write("c.toml", format!("server.prot = 1\ntoken = '{SECRET}'\n"));
    let files = ["a.toml", "b.toml", "missing.toml", "c.toml"];
    let builder =
        files.into_iter().fold(Hot::<Config>::builder(), |builder, file| builder.file(sandbox.at(file)));
    let env = variables([("APP_SERVER_PORT", "many")]);
    let problems = told(builder.env_from(env).env("APP").arg_overrides(["low=-1"]));
    let places: Vec<_> = problems.iter().map(|problem| problem.rsplit('/').next().unwrap()).collect();
    assert_eq!(places.len(), problems.len());
    let expected = [
        ("high: ", "a.toml:2:8"),
        ("", "b.toml:1:9"),
        ("the file does not exist", "missing.toml"),
        ("server.prot: unknown key; did you mean `port`?", "c.toml:1:8"),
        ("token: ", "c.toml:2:9"),
        ("server.port: ", "from APP_SERVER_PORT (environment)"),
        ("low: ", "from low=… (argument)"),
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, (start, end)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start) && problem.ends_with(end), "{problem}");
    }
}

#[test]
fn what_may_stand_in_it_is_not_missing() {
    // Alone, each of these is told; beside a layer that cannot be read, none is.
    let lacking = [
        "",
        "name = 'a'\nserver = {host = 'a'}",
        "low = 9\nhigh = 1",
        "pairs = {a = 1}",
        "point = {x = 1}",
        "storage = {path = '/'}",
        "storage = {kind = 's3'}",
        "storage = {kind = 's3', bucket = 'a', path = '/'}",
        "limit = {from = 1}",
        "range = {from = 10}",
        "name = 'a'\nfive = 6\nserver = {host = 'a', port = 1}\npairs = {}",
    ];
    for text in lacking {
        assert!(layers([text]).build().is_err(), "{text}");
        for texts in [[text, BROKEN], [BROKEN, text]] {
            let problems = told(layers(texts));
            assert_eq!(problems.len(), 1, "{problems:#?}");
        }
    }
}

#[test]
fn what_is_wrong_wherever_else_it_is_set_is_told_all_the_same() {
    let wrong = [
        "five = 4",
        "pairs = {a = 'x'}",
        "point = {x = 'a'}",
        "storage = {kind = 's4'}",
        "storage = {kind = 's3', bucket = 1}",
        "storage = {kind = 's3', pth = '/'}",
        "limit = true",
        "limit = {from = 'a'}",
        "range = {from = 1000}",
        "sever.port = 1",
    ];
    for text in wrong {
        for texts in [[text, BROKEN], [BROKEN, text]] {
            let problems = told(layers(texts));
            assert_eq!(problems.len(), 2, "{text}: {problems:#?}");
        }
    }
}

#[test]
fn only_what_could_not_be_read_may_be_missing() {
    let bad = variables([("APP_SERVER_PORT_FILE", "/does/not/exist"), ("APP_PAIRS", SECRET)]);
    let problems = told(layers(["high = 0"]).env_from(bad).env("APP"));
    let keys: Vec<_> = problems.iter().map(|problem| problem.split_once(": ").unwrap().0).collect();
    // The port may be in the file and the pairs in the variable; the host is nowhere, and no variable sets what the rules
    // are about.
    assert_eq!(keys, ["name", "server.host", "five", "pairs", "server.port"], "{problems:#?}");
}

#[test]
fn a_reload_keeps_to_the_same_and_the_last_good_one() {
    let sandbox = Sandbox::new();
    let good = "name = 'a'\nfive = 5\npairs = {a = 1, b = 2}\n";
    sandbox.write("a.toml", good);
    sandbox.write("b.toml", "server = {host = 'a', port = 1}\n");
    sandbox.write("app.env", "APP_LOW=2\n");
    let builder = Hot::<Config>::builder().file(sandbox.at("a.toml")).file(sandbox.at("b.toml"));
    let cfg =
        builder.env_from([]).env_file(sandbox.at("app.env")).env("APP").watch(Watch::Off).build().unwrap();
    sandbox.write("b.toml", format!("server = {{host = '{SECRET}', port = \n"));
    sandbox.write("a.toml", format!("{good}high = 'x'\ntoken = '{SECRET}'\n"));
    sandbox.write("app.env", format!("APP_LOW {SECRET}\nAPP_FIVE=4\n"));
    let rejected = |outcome| match outcome {
        Outcome::Rejected(error) => error,
        other => panic!("{other:?}"),
    };
    let error = rejected(cfg.reload());
    let keys: Vec<_> =
        error.problems().iter().map(|problem| problem.key().map(hotconf::KeyPath::as_str)).collect();
    assert_eq!(keys, [Some("high"), Some("token"), None, None, Some("five")], "{error}");
    assert_eq!(lines(&error), lines(&rejected(cfg.reload())));
    assert_eq!((cfg.version(), cfg.load().low, cfg.load().server.port), (1, 2, 1));
    sandbox.write("b.toml", "server = {host = 'b', port = 2}\n");
    sandbox.write("app.env", "APP_FIVE=4\n");
    assert_eq!(lines(&rejected(cfg.reload())).len(), 3);
    sandbox.write("a.toml", good);
    sandbox.write("app.env", "APP_FIVE=6\n");
    let Outcome::Applied(change) = cfg.reload() else { panic!("all is mended") };
    assert_eq!(change.keys(), ["five", "low", "server.host", "server.port"]);
}
