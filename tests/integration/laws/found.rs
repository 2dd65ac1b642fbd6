//! The smallest of what was found to break a law, each as it was written.

use std::collections::{BTreeMap, BTreeSet};

use hotconf::testing::Memory;
use hotconf::{Format, Hot, HotConfig, KeyPath, Outcome, Watch};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default)]
    doubles: Vec<f64>,
    #[hot(default)]
    by_name: BTreeMap<String, u128>,
}

fn variables(variables: &[(&str, &str)]) -> Hot<Config> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Hot::builder().env_from(variables).env("APP").watch(Watch::Off).build().unwrap()
}

#[test]
fn json_in_a_variable_has_numbers_of_any_size() {
    let cfg = variables(&[
        ("APP_DOUBLES", "[1e300, -1.7976931348623157e308, 9223372036854775808.0, 12e20]"),
        ("APP_BY_NAME", r#"{"a": 340282366920938463463374607431768211455, "b": 18446744073709551616}"#),
    ]);
    assert_eq!(cfg.load().doubles, [1e300, f64::MIN, 9_223_372_036_854_775_808.0, 12e20]);
    assert_eq!(cfg.load().by_name["a"], u128::MAX);
    assert_eq!(cfg.load().by_name["b"], u128::from(u64::MAX) + 1);
}

#[test]
fn what_is_no_json_in_a_variable_is_told_by_its_column() {
    let refused = |text: &str| {
        let variables = [("APP_BY_NAME".to_owned(), text.to_owned())];
        let cfg = Hot::<Config>::builder().env_from(variables).env("APP").watch(Watch::Off).build();
        cfg.unwrap_err().problems()[0].message().to_owned()
    };
    assert_eq!(
        refused(r#"{"a": 1, "b": }"#),
        "not valid JSON: there is something else than JSON, at column 15"
    );
    assert_eq!(refused(r#"{"a": 1"#), "not valid JSON: it ends too early, at column 7");
    assert!(
        refused(r#"{"a": {"b": 1, "b": 2}}"#).starts_with("not valid JSON: a key stands twice, at column 2")
    );
    let deep = format!("{{\"a\": {}", "[".repeat(100_000));
    assert!(refused(&deep).starts_with("not valid JSON"));
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(100), "]".repeat(100));
    assert_eq!(refused(&deep), "not valid here: nested deeper than 64 levels, at column 71");
}

#[test]
fn a_printed_key_is_the_key_of_an_argument() {
    let names = ["a=b", "---\u{2028}", "\u{a0}", "=", "x\u{b}", "\"=\"", "a.b=\\", ""];
    let arguments = names.map(|name| format!("{}=7", KeyPath::from_segments(["by_name", name])));
    let cfg: Hot<Config> = Hot::builder().arg_overrides(&arguments).watch(Watch::Off).build().unwrap();
    let read = cfg.snapshot();
    assert_eq!(
        read.by_name.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        BTreeSet::from(names),
        "{arguments:?}"
    );
    let cfg: Hot<Config> =
        Hot::builder().arg_overrides([" by_name.a\"b = 7"]).watch(Watch::Off).build().unwrap();
    assert_eq!(cfg.load().by_name.get("a\"b"), Some(&7));
}

#[test]
fn the_largest_numbers_can_be_set_and_asked_for() {
    let cfg = variables(&[]);
    let _ = cfg.set("by_name.most", u128::MAX).unwrap();
    assert_eq!(cfg.load().by_name["most"], u128::MAX);
    assert_eq!(cfg.get_as::<u128>("by_name.most").unwrap(), u128::MAX);
    assert_eq!(cfg.get_as::<BTreeMap<String, u128>>("by_name").unwrap()["most"], u128::MAX);
    // Other texts of digits are texts.
    let error = cfg.set("by_name.most", "7").unwrap_err();
    assert!(error.to_string().contains("found the text \"7\"; take the quotes away"), "{error}");
}

#[derive(Debug, HotConfig)]
struct Layered {
    #[hot(default)]
    section: Section,
    nick: Option<String>,
    #[hot(default)]
    flags: BTreeMap<String, u8>,
    maybe: Option<Empty>,
    #[hot(default = BTreeMap::from([("x".to_owned(), 1u8)]))]
    coded: BTreeMap<String, u8>,
}

#[derive(Debug, HotConfig)]
struct Section {
    #[hot(default = 1)]
    first: u8,
}

#[derive(Debug, HotConfig)]
struct Empty {
    only: Option<u8>,
    #[hot(default)]
    flags: BTreeMap<String, u8>,
}

#[test]
fn what_stands_beneath_a_null_is_explained_as_hidden() {
    let layers = ["section: {first: 5}\nnick: a\nflags: {x: 1}", "section: null\nnick: ~\nflags:\n"];
    let builder =
        layers.iter().fold(Hot::<Layered>::builder(), |builder, text| builder.text(Format::Yaml, *text));
    let cfg = builder.watch(Watch::Off).build().unwrap();
    assert_eq!(
        cfg.explain("section.first").to_string(),
        "section.first = 1\n  the default\n  over 5 at embedded YAML:1:18"
    );
    assert_eq!(
        cfg.explain("nick").to_string(),
        "nick = null\n  at embedded YAML:2:7\n  over \"a\" at embedded YAML:2:7"
    );
    // A key with nothing behind it is not there for a map.
    assert_eq!(
        cfg.explain("flags").to_string(),
        "flags = { x = 1 }\n  at embedded YAML:3:8\n  over {}, the default"
    );
}

#[test]
fn an_empty_variable_is_explained_as_what_took_the_value_away() {
    let cfg: Hot<Layered> = Hot::builder()
        .text(Format::Toml, "nick = 'a'")
        .env_from([("APP_NICK".to_owned(), String::new())])
        .env("APP")
        .watch(Watch::Off)
        .build()
        .unwrap();
    assert_eq!(cfg.load().nick, None);
    assert_eq!(
        cfg.explain("nick").to_string(),
        "nick = null\n  from APP_NICK (environment)\n  over \"a\" at embedded TOML:1:8"
    );
}

#[test]
fn a_section_with_nothing_in_it_comes_and_goes() {
    let memory = Memory::new();
    let cfg: Hot<Layered> = Hot::builder().source(memory.clone()).watch(Watch::Off).build().unwrap();
    for (text, is_there) in [("{\"maybe\": {}}", true), ("{}", false)] {
        memory.set_text(Format::Json, text);
        let outcome = cfg.reload();
        assert_eq!(outcome.change().unwrap().keys(), ["maybe"]);
        assert_eq!(cfg.load().maybe.is_some(), is_there);
    }
}

#[test]
fn a_map_that_is_set_to_its_default_is_no_change() {
    let memory = Memory::new();
    let cfg: Hot<Layered> = Hot::builder().source(memory.clone()).watch(Watch::Off).build().unwrap();
    memory.set_text(Format::Json, "{\"coded\": {\"x\": 1}}");
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    memory.set_text(Format::Json, "{\"coded\": {}}");
    assert_eq!(cfg.reload().change().unwrap().keys(), ["coded"]);
}
