//! How layers become one configuration: the table of the merge rules, and their laws on random layers.

mod kept;
mod keyed;
mod lists;

use std::collections::BTreeMap;

use hotconf::{Format, Hot, HotConfig, Reading, Request, Source, SourceError, Value};
use proptest::prelude::*;

#[derive(HotConfig)]
struct Config {
    #[hot(default = "default")]
    name: String,
    nick: Option<String>,
    section: Section,
    tls: Option<Section>,
    #[hot(default)]
    flags: BTreeMap<String, i64>,
    #[hot(default = ["a", "b"])]
    list: Vec<String>,
}

#[derive(HotConfig)]
struct Section {
    #[hot(default = 1)]
    first: i64,
    #[hot(default = 2)]
    second: i64,
}

fn open(layers: &[&str]) -> Hot<Config> {
    let layers = layers.iter().fold(Hot::builder(), |builder, text| builder.text(Format::Yaml, *text));
    layers.build().unwrap()
}

fn value(layers: &[&str], key: &str) -> String {
    open(layers).get(key).map_or_else(|| "-".to_owned(), |value| value.to_string())
}

#[test]
fn the_rules_of_the_table() {
    // Map over map: the entries of both, the upper one's where both have one.
    assert_eq!(
        value(&["section: {first: 5}", "section: {second: 6}"], "section"),
        "{ first = 5, second = 6 }"
    );
    assert_eq!(value(&["flags: {a: 1, b: 2}", "flags: {b: 3}"], "flags"), "{ a = 1, b = 3 }");
    // A list, and a single value, replace.
    assert_eq!(value(&["list: [x, y, z]", "list: [w]"], "list"), r#"["w"]"#);
    assert_eq!(value(&["name: low", "name: high"], "name"), r#""high""#);
    // Null discards what lower layers say: the default is left, or nothing.
    assert_eq!(value(&["name: low", "name: null"], "name"), r#""default""#);
    assert_eq!(value(&["nick: low", "nick: ~"], "nick"), "-");
    assert_eq!(value(&["section: {first: 5}", "section: null"], "section"), "{ first = 1, second = 2 }");
    assert_eq!(value(&["tls: {first: 5}", "tls: null"], "tls"), "-");
    assert_eq!(value(&["list: [x]", "list: null"], "list"), r#"["a", "b"]"#);
    assert_eq!(value(&["flags: {a: 1}", "flags: null", "flags: {c: 3}"], "flags"), "{ c = 3 }");
    // A key with nothing behind it is absent for a section, a list and a map, and null for a single value.
    assert_eq!(value(&["section: {first: 5}", "section:"], "section"), "{ first = 5, second = 2 }");
    assert_eq!(value(&["tls: {first: 5}", "tls:\n  # first: 6"], "tls"), "{ first = 5, second = 2 }");
    assert_eq!(value(&["flags: {a: 1}", "flags:"], "flags"), "{ a = 1 }");
    assert_eq!(value(&["list: [x]", "list:"], "list"), r#"["x"]"#);
    assert_eq!(value(&["nick: low", "nick:"], "nick"), "-");
    // Empty is neither absent nor null.
    assert_eq!(value(&["list: [x]", "list: []"], "list"), "[]");
    assert_eq!(value(&["tls: {}"], "tls"), "{ first = 1, second = 2 }");
    assert_eq!(value(&["tls:"], "tls"), "-");
    assert_eq!(value(&["flags: {a: 1}", "flags: {}"], "flags"), "{ a = 1 }");
}

#[test]
fn what_is_missing_is_said_at_the_null() {
    #[derive(Debug, HotConfig)]
    struct Strict {
        port: u16,
    }
    let error = Hot::<Strict>::builder()
        .text(Format::Yaml, "port: 80")
        .text(Format::Yaml, "\nport: null")
        .build()
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 problem in the configuration\nport: is null here, and has no default\n  at embedded YAML:2:7"
    );
}

#[test]
fn map_keys_keep_their_case_and_their_dots() {
    let cfg = open(&["flags: {Beta.Checkout: 1, beta: 2}"]);
    let snapshot = cfg.snapshot();
    assert_eq!(snapshot.flags.keys().collect::<Vec<_>>(), ["Beta.Checkout", "beta"]);
    assert_eq!(cfg.get("flags.\"Beta.Checkout\""), Some(Value::Integer(1)));
    assert!(cfg.explain("flags.\"Beta.Checkout\"").to_string().contains("embedded YAML:1:24"));
}

/// A layer of values, as a test hands it over.
struct Values(Value);

impl Source for Values {
    fn name(&self) -> String {
        "values".to_owned()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        Ok(Reading::value(self.0.clone()))
    }
}

/// The rules again, in the plainest way there is, to compare with.
fn merge(below: Value, above: Value) -> Value {
    match (below, above) {
        (Value::Map(mut below), Value::Map(above)) => {
            for (key, value) in above {
                let merged = match below.remove(&key) {
                    Some(old) => merge(old, value),
                    None => value,
                };
                below.insert(key, merged);
            }
            Value::Map(below)
        }
        (_, above) => above,
    }
}

/// Nulls have done their work once all is merged.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .filter(|(_, value)| *value != Value::Null)
                .map(|(key, value)| (key, without_nulls(value)))
                .collect(),
        ),
        other => other,
    }
}

/// A configuration that takes any tree, so that only merging is at stake.
#[derive(HotConfig)]
struct Anything {
    #[hot(default)]
    tree: BTreeMap<String, Leaf>,
}

#[derive(HotConfig)]
struct Leaf {
    #[hot(leaf, default = serde_json::Value::Null)]
    inner: serde_json::Value,
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => any::<i64>().prop_map(|number| Value::Integer(number.into())),
        2 => "[a-z]{0,4}".prop_map(Value::String),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ];
    let list = prop::collection::vec(any::<i8>(), 0..3)
        .prop_map(|items| Value::List(items.into_iter().map(|item| Value::Integer(item.into())).collect()));
    prop_oneof![leaf, list].prop_recursive(3, 24, 4, |inner| {
        prop::collection::btree_map("[a-d]", inner, 0..4).prop_map(Value::Map)
    })
}

fn layer() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[x-z]", tree(), 0..3).prop_map(|entries| {
        let entries = entries
            .into_iter()
            .map(|(key, inner)| (key, Value::Map(BTreeMap::from([("inner".to_owned(), inner)]))));
        Value::Map(BTreeMap::from([("tree".to_owned(), Value::Map(entries.collect()))]))
    })
}

fn json(value: &Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_layers_merge_as_the_table_says(layers in prop::collection::vec(layer(), 0..5)) {
        let cfg: Hot<Anything> = layers
            .iter()
            .fold(Hot::builder(), |builder, layer| builder.source(Values(layer.clone())))
            .build()
            .unwrap();
        let expected = layers.into_iter().fold(Value::Map(BTreeMap::new()), merge);
        let snapshot = cfg.snapshot();
        let Some(Value::Map(expected)) = expected.get("tree").cloned() else {
            prop_assert!(snapshot.tree.is_empty());
            return Ok(());
        };
        prop_assert_eq!(snapshot.tree.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (key, leaf) in &snapshot.tree {
            let expected = expected[key].get("inner").cloned().unwrap_or_default();
            // What the type sees keeps a null within a value that is read whole, where it is a value like others.
            prop_assert_eq!(
                json(&without_nulls(value_of(&leaf.inner))),
                json(&without_nulls(expected)),
                "{}", key
            );
        }
    }

    #[test]
    fn a_layer_over_itself_is_itself(layer in layer()) {
        let once: Hot<Anything> = Hot::builder().source(Values(layer.clone())).build().unwrap();
        let twice: Hot<Anything> =
            Hot::builder().source(Values(layer.clone())).source(Values(layer)).build().unwrap();
        prop_assert_eq!(once.values(), twice.values());
    }

    // Of the upper two it would not be true: a map that stands over a single value hides what that value replaces.
    #[test]
    fn the_lower_layers_may_be_merged_beforehand(a in layer(), b in layer(), c in layer()) {
        let apart: Hot<Anything> = Hot::builder()
            .source(Values(a.clone()))
            .source(Values(b.clone()))
            .source(Values(c.clone()))
            .build()
            .unwrap();
        let together: Hot<Anything> =
            Hot::builder().source(Values(merge(a, b))).source(Values(c)).build().unwrap();
        prop_assert_eq!(apart.values(), together.values());
    }
}

fn value_of(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => Value::Integer(number.as_i64().unwrap().into()),
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(value_of).collect()),
        serde_json::Value::Object(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), value_of(value))).collect())
        }
    }
}

#[test]
fn the_order_of_a_set_is_no_change() {
    #[derive(Debug, HotConfig)]
    struct Sets {
        #[hot(default)]
        ports: std::collections::BTreeSet<u16>,
        #[hot(default)]
        names: std::collections::HashSet<String>,
    }
    let memory = hotconf::testing::Memory::new();
    memory.set_text(Format::Toml, "ports = [9, 10]\nnames = ['a', 'b']");
    let cfg: Hot<Sets> = Hot::builder().source(memory.clone()).build().unwrap();
    memory.set_text(Format::Toml, "ports = [10, 9, 10]\nnames = ['b', 'a']");
    assert!(matches!(cfg.reload(), hotconf::Outcome::Unchanged));
    assert_eq!(cfg.get("ports").unwrap().to_string(), "[9, 10]");
    memory.set_text(Format::Toml, "ports = [10]\nnames = ['b', 'a']");
    match cfg.reload() {
        hotconf::Outcome::Applied(change) => assert_eq!(change.keys(), ["ports"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_spellings_of_one_key_of_a_map_are_told() {
    #[derive(Debug, HotConfig)]
    struct ByNumber {
        #[hot(default)]
        by_number: BTreeMap<u16, String>,
    }
    let error = Hot::<ByNumber>::builder()
        .text(Format::Toml, "[by_number]\n1 = 'a'\n01 = 'b'\n2 = 'c'")
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 problem in the configuration\n\
         by_number.1: is another spelling of a key that is set here already; keep one of them\n  \
         at embedded TOML:2:1"
    );
}
