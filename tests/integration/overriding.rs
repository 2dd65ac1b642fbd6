//! Values set while the program runs, by whatever name, and what is uncovered when they go.

use std::collections::BTreeMap;

use hotconf::{Format, Hot, HotConfig, IntoValue, ProblemKind, Value};
use hotconf_tests::wait_until;

#[derive(Debug, HotConfig)]
struct Config {
    #[serde(alias = "listen")]
    #[hot(default = 80)]
    port: u16,
    server: Server,
    #[hot(default)]
    choices: Vec<Option<u8>>,
    #[hot(default)]
    by_name: BTreeMap<String, Option<u8>>,
    tls: Option<Tls>,
}

#[derive(Debug, HotConfig)]
struct Server {
    #[hot(default = 1)]
    first: u8,
    #[hot(default = 2)]
    second: u8,
}

#[derive(Debug, HotConfig)]
struct Tls {
    #[hot(default = 443)]
    port: u16,
    cert: String,
}

fn open() -> Hot<Config> {
    Hot::builder().build().unwrap()
}

#[test]
fn an_alias_is_the_key() {
    let cfg = open();
    let _ = cfg.set("listen", 81).unwrap();
    let _ = cfg.set("port", 82).unwrap();
    assert_eq!(cfg.load().port, 82);
    let _ = cfg.unset("listen").unwrap();
    assert_eq!(cfg.load().port, 80);
}

#[test]
fn what_was_set_as_a_whole_is_taken_back_in_parts() {
    let cfg = open();
    let whole = BTreeMap::from([("first", 5), ("second", 6)]);
    let _ = cfg.set("server", whole.into_value()).unwrap();
    let _ = cfg.unset("server.first").unwrap();
    assert_eq!((cfg.load().server.first, cfg.load().server.second), (1, 6));
    let _ = cfg.set("port", 9).unwrap();
    let _ = cfg.unset("").unwrap();
    assert_eq!((cfg.load().port, cfg.load().server.second), (80, 2));
    assert_eq!(cfg.set("", Value::Null).unwrap_err().problems()[0].kind(), ProblemKind::Misuse);
}

#[test]
fn nothing_within_lists_and_maps_is_a_value_too() {
    let cfg = open();
    let change =
        |key: &str, value: Value| cfg.set(key, value).unwrap().change().map(|change| change.keys().to_vec());
    assert_eq!(change("choices", vec![None, Some(1u8)].into_value()).unwrap(), ["choices"]);
    assert_eq!(change("choices", vec![Some(1u8), None].into_value()).unwrap(), ["choices"]);
    assert_eq!(cfg.load().choices, [Some(1), None]);
    assert_eq!(cfg.get("choices").unwrap().to_string(), "[1, null]");
    assert_eq!(change("by_name", BTreeMap::from([("a", None::<u8>)]).into_value()).unwrap(), ["by_name.a"]);
    assert_eq!(cfg.load().by_name["a"], None);
    assert_eq!(change("by_name", BTreeMap::from([("a", Some(1u8))]).into_value()).unwrap(), ["by_name.a"]);
}

#[test]
fn a_section_that_is_not_there_has_no_defaults_in_it() {
    let cfg = open();
    assert_eq!((cfg.get("tls"), cfg.get("tls.port")), (None, None));
    assert_eq!(cfg.explain("tls.port").to_string(), "tls.port is not set");
    assert!(cfg.get_as::<u16>("tls.port").is_err());
    let _ = cfg.set("tls.cert", "c").unwrap();
    assert_eq!(cfg.get("tls.port"), Some(Value::Integer(443)));
}

#[test]
fn what_a_callback_asks_for_in_vain_is_not_lost() {
    let cfg = open();
    let weak = cfg.downgrade();
    cfg.on(Config::keys().port, move |_, _| {
        if let Some(cfg) = weak.upgrade() {
            assert!(matches!(cfg.set("port", "nonsense"), Ok(hotconf::Outcome::Deferred)));
        }
    })
    .forever();
    let _ = cfg.set("port", 81).unwrap();
    wait_until("the refusal is among the warnings", || {
        cfg.status()
            .warnings()
            .iter()
            .any(|warning| warning.message().contains("what a callback asked for is refused"))
    });
    assert_eq!(cfg.load().port, 81);
}

#[test]
fn no_answer_shows_a_secret_from_further_in() {
    #[derive(HotConfig)]
    struct Secrets {
        database: Keyed,
        #[hot(default)]
        keyed: Vec<Keyed>,
    }
    #[derive(HotConfig)]
    struct Keyed {
        #[hot(secret, default = "hunter2")]
        key: String,
    }
    let cfg: Hot<Secrets> = Hot::builder()
        .text(Format::Toml, "keyed = 'hunter2'")
        .text(Format::Toml, "database.key = 'hunter2'\nkeyed = [{key = 'hunter2'}]")
        .build()
        .unwrap();
    let error = cfg.get_as::<BTreeMap<String, u32>>("database").unwrap_err();
    let shown = format!(
        "{error} {} {} {} {:?}",
        cfg.explain("keyed"),
        cfg.explain("database"),
        cfg.explain("keyed.0.key"),
        cfg.get("keyed")
    );
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_eq!(cfg.get_as::<BTreeMap<String, String>>("database").unwrap()["key"], "hunter2");
}

#[test]
fn an_override_says_where_in_the_program_it_was_set() {
    let cfg = open();
    let _ = cfg.set("server.first", 7).unwrap();
    let origin = cfg.explain("server.first").origin().unwrap().clone();
    let line = origin.caller().unwrap().line();
    assert!(origin.to_string().starts_with("an override set at "), "{origin}");
    assert!(origin.to_string().contains(&format!("overriding.rs:{line}:")), "{origin}");
    let error = cfg.update(|edit| _ = edit.set("server.first", "many")).unwrap_err();
    assert_eq!(error.problems()[0].origin().unwrap().caller().unwrap().line(), line + 5);
}
