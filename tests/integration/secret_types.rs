//! Types that are secrets by themselves: a field of such a type is what a field with `#[hot(secret)]` is.

use std::collections::BTreeMap;

use hotconf::testing::Memory;
use hotconf::{
    Builder, EnvTable, Error, Format, Hot, HotConfig, IntoValue, KeyTable, Outcome, Template, Value, Watch,
};
use secrecy::{ExposeSecret, SecretBox, SecretString};

/// A configuration whose secrets are known by their types.
mod typed {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use hotconf::{HotConfig, IntoValue};
    use secrecy::zeroize::Zeroize;
    use secrecy::{SecretBox, SecretSlice, SecretString};

    #[derive(Debug, HotConfig)]
    pub struct Config {
        #[hot(default = "anybody")]
        pub name: String,
        pub password: SecretString,
        #[hot(default = 4)]
        pub number: SecretBox<u32>,
        #[hot(default)]
        pub bytes: SecretSlice<u8>,
        pub option: Option<SecretString>,
        #[hot(default)]
        pub list: Vec<SecretString>,
        #[hot(default)]
        pub map: BTreeMap<String, SecretString>,
        pub pair: Option<(String, SecretString)>,
        pub shared: Option<Arc<SecretString>>,
        pub wrapped: Option<Token>,
        pub named: Option<Named>,
        pub two: Option<Two>,
        pub converted: Option<Converted>,
        #[hot(leaf)]
        pub whole: Option<SecretString>,
        #[hot(default, leaf)]
        pub whole_number: SecretBox<u32>,
        #[serde(default, deserialize_with = "read")]
        pub read: SecretString,
        #[hot(default)]
        pub items: Vec<Item>,
        pub kind: Option<Kind>,
        pub untagged: Option<Untagged>,
        #[hot(default)]
        pub section: SecretBox<Inner>,
        #[hot(default = "hunter2 of a literal")]
        pub literal: SecretString,
        #[hot(default = SecretString::from("hunter2 of an expression"))]
        pub expression: SecretString,
        #[serde(flatten)]
        pub others: Group,
        #[hot(restart, default = "running")]
        pub fixed: SecretString,
    }

    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }

    #[derive(Debug, HotConfig)]
    pub struct Token(pub SecretString);

    #[derive(Debug, HotConfig)]
    #[serde(transparent)]
    pub struct Named {
        pub inner: SecretString,
    }

    #[derive(Debug, HotConfig)]
    pub struct Two(pub String, pub SecretString);

    #[derive(Debug, HotConfig)]
    #[serde(try_from = "SecretString")]
    pub struct Converted(pub SecretString);

    impl TryFrom<SecretString> for Converted {
        type Error = &'static str;

        fn try_from(secret: SecretString) -> Result<Self, Self::Error> {
            use secrecy::ExposeSecret;
            if secret.expose_secret().len() > 30 { Err("too long") } else { Ok(Self(secret)) }
        }
    }

    #[derive(Debug, HotConfig, IntoValue)]
    pub struct Item {
        #[hot(default = "a")]
        pub name: String,
        pub token: SecretString,
    }

    #[derive(Debug, HotConfig)]
    #[serde(rename_all = "lowercase")]
    pub enum Kind {
        Open,
        Key(SecretString),
        Pin(Option<SecretBox<u32>>),
        Login {
            #[hot(default = "root")]
            user: String,
            password: SecretString,
        },
    }

    #[derive(Debug, HotConfig)]
    #[serde(untagged)]
    pub enum Untagged {
        Number(u8),
        Key(SecretString),
    }

    #[derive(Debug, Default, Clone, HotConfig)]
    pub struct Inner {
        #[hot(default)]
        pub texts: BTreeSet<String>,
        #[hot(default = 1)]
        pub number: u16,
    }

    impl Zeroize for Inner {
        fn zeroize(&mut self) {
            self.texts.clear();
            self.number.zeroize();
        }
    }

    #[derive(Debug, HotConfig)]
    pub struct Group {
        pub salt: Option<SecretString>,
    }
}

/// The same, whose secrets are marked.
mod marked {
    use std::collections::{BTreeMap, BTreeSet};

    use hotconf::HotConfig;

    #[derive(Debug, HotConfig)]
    pub struct Config {
        #[hot(default = "anybody")]
        pub name: String,
        #[hot(secret)]
        pub password: String,
        #[hot(secret, default = 4)]
        pub number: u32,
        #[hot(secret, default)]
        pub bytes: Vec<u8>,
        #[hot(secret)]
        pub option: Option<String>,
        #[hot(secret, default)]
        pub list: Vec<String>,
        #[hot(secret, default)]
        pub map: BTreeMap<String, String>,
        #[hot(secret)]
        pub pair: Option<(String, String)>,
        #[hot(secret)]
        pub shared: Option<String>,
        #[hot(secret)]
        pub wrapped: Option<String>,
        #[hot(secret)]
        pub named: Option<String>,
        #[hot(secret)]
        pub two: Option<(String, String)>,
        #[hot(secret)]
        pub converted: Option<Converted>,
        #[hot(secret, leaf)]
        pub whole: Option<String>,
        #[hot(secret, default, leaf)]
        pub whole_number: u32,
        #[hot(secret)]
        #[serde(default, deserialize_with = "read")]
        pub read: String,
        #[hot(default)]
        pub items: Vec<Item>,
        pub kind: Option<Kind>,
        pub untagged: Option<Untagged>,
        #[hot(secret, default)]
        pub section: Inner,
        #[hot(secret, default = "hunter2 of a literal")]
        pub literal: String,
        #[hot(secret, default = String::from("hunter2 of an expression"))]
        pub expression: String,
        #[serde(flatten)]
        pub others: Group,
        #[hot(secret, restart, default = "running")]
        pub fixed: String,
    }

    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }

    #[derive(Debug, HotConfig)]
    #[serde(try_from = "String")]
    pub struct Converted(pub String);

    impl TryFrom<String> for Converted {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Self, Self::Error> {
            if text.len() > 30 { Err("too long") } else { Ok(Self(text)) }
        }
    }

    #[derive(Debug, HotConfig)]
    pub struct Item {
        #[hot(default = "a")]
        pub name: String,
        #[hot(secret)]
        pub token: String,
    }

    #[derive(Debug, HotConfig)]
    #[serde(rename_all = "lowercase")]
    pub enum Kind {
        Open,
        Key(#[hot(secret)] String),
        Pin(#[hot(secret)] Option<u32>),
        Login {
            #[hot(default = "root")]
            user: String,
            #[hot(secret)]
            password: String,
        },
    }

    #[derive(Debug, HotConfig)]
    #[serde(untagged)]
    pub enum Untagged {
        Number(u8),
        Key(#[hot(secret)] String),
    }

    #[derive(Debug, HotConfig)]
    pub struct Inner {
        #[hot(default)]
        pub texts: BTreeSet<String>,
        #[hot(default = 1)]
        pub number: u16,
    }

    #[derive(Debug, HotConfig)]
    pub struct Group {
        #[hot(secret)]
        pub salt: Option<String>,
    }
}

const GOOD: &str = r#"
password = "hunter2"
number = 70707070
bytes = [70, 70]
option = "hunter2"
list = ["hunter2", "hunter2!"]
map = { a = "hunter2" }
pair = ["hunter2", "hunter2"]
shared = "hunter2"
wrapped = "hunter2"
named = "hunter2"
two = ["hunter2", "hunter2"]
converted = "hunter2"
whole = "hunter2"
whole_number = 70707070
read = "hunter2"
items = [{ token = "hunter2" }]
kind = { key = "hunter2" }
untagged = "hunter2"
section = { texts = ["hunter2"], number = 7070 }
literal = "hunter2"
expression = "hunter2"
salt = "hunter2"
fixed = "hunter2"
"#;

fn keys() -> Vec<String> {
    let own = typed::Config::schema().fields().map(|field| field.key().to_string());
    let within = [
        "list.0",
        "map.a",
        "pair.1",
        "two.1",
        "items.0",
        "items.0.token",
        "kind.key",
        "kind.pin",
        "kind.login.password",
        "section.texts",
    ];
    own.chain(within.map(str::to_owned)).collect()
}

fn shown_of_error(error: &Error) -> String {
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::code).collect();
    format!(
        "{kinds:?}\n{error}\n{error:#}\n{:?}\n{}",
        error.problems(),
        serde_json::to_string(error).unwrap()
    )
}

/// Everything of a store that can be printed, and what can be asked about this key and those within.
fn shown_of<T: HotConfig + Send + Sync>(cfg: &Hot<T>, about: &str) -> String {
    let status = cfg.status();
    let mut shown = format!("{cfg:?} {} {:?}\n", cfg.values(), cfg.snapshot());
    shown += &serde_json::to_string(&cfg.values()).unwrap();
    // The moments differ, and are none of this.
    let mut status = serde_json::to_value(&status).unwrap();
    for moment in ["since", "last_attempt", "last_attempt_took", "sources"] {
        status.as_object_mut().unwrap().remove(moment);
    }
    shown += &status.to_string();
    for pending in cfg.status().pending_restart() {
        shown += &format!("{pending:?} {:?} {:?}", pending.running(), pending.configured());
    }
    for key in keys().iter().filter(|key| key.starts_with(about)) {
        let explanation = cfg.explain(key);
        shown += &format!("{explanation}\n{explanation:?}\n{:?}\n", cfg.get(key));
        shown += &serde_json::to_string(&explanation).unwrap();
        shown += &cfg.get_as::<()>(key).map_or_else(|error| shown_of_error(&error), |()| String::new());
    }
    shown
}

fn shown_of_built<T: HotConfig + Send + Sync>(builder: Builder<T>, about: &str) -> String {
    match builder.watch(Watch::Off).build() {
        Ok(cfg) => shown_of(&cfg, about),
        Err(error) => shown_of_error(&error),
    }
}

/// The same for a type as for a mark, and no secret in it.
#[track_caller]
fn assert_same(typed: &str, marked: &str, way: &str) {
    let differing = typed.lines().zip(marked.lines()).find(|(typed, marked)| typed != marked);
    assert_eq!(differing, None, "{way}");
    assert_eq!(typed, marked, "{way}");
    for secret in ["hunter2", "7070"] {
        let shown = typed.lines().find(|line| line.contains(secret));
        assert_eq!(shown, None, "{way}");
    }
}

/// What is planted: what fits there, and what does not.
fn plantings() -> Vec<(String, serde_json::Value)> {
    use serde_json::json;
    let good: serde_json::Value = serde_json::to_value(toml::from_str::<toml::Table>(GOOD).unwrap()).unwrap();
    let good = good.as_object().unwrap().clone();
    let mut plantings = Vec::new();
    for (key, fitting) in good {
        let values = [
            fitting,
            json!("hunter2"),
            json!("hunter2 ".repeat(20)),
            json!(70_707_070_707_u64),
            json!(["hunter2", 7070]),
            json!({ "entry": "hunter2" }),
            json!({ "key": ["hunter2"], "token": 7070 }),
            json!({ "login": { "password": 7070 } }),
            json!({ "pin": "hunter2" }),
            json!([{ "token": ["hunter2"] }, { "name": 1, "token": "hunter2" }]),
            json!({ "texts": "hunter2", "number": "hunter2" }),
            json!(true),
            json!(null),
        ];
        plantings.extend(values.into_iter().map(|value| (key.clone(), value)));
    }
    plantings
}

#[test]
fn a_type_is_as_good_as_a_mark_in_what_is_built_and_refused() {
    fn shown<T: HotConfig + Send + Sync>(key: &str, value: &serde_json::Value) -> String {
        let text = serde_json::json!({ key: value }).to_string();
        let base = || Hot::<T>::builder().text(Format::Toml, "password = 'hunter2'");
        let bare = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name = format!("APP_{}", key.to_uppercase());
        let set = base().watch(Watch::Off).build().unwrap();
        let set = match set.set(key, "hunter2") {
            Ok(outcome) => format!("{outcome:?} {}", shown_of(&set, key)),
            Err(error) => shown_of_error(&error),
        };
        [
            shown_of_built(base().text(Format::Json, &*text), key),
            shown_of_built(base().text(Format::Json, &*text).text(Format::Json, &*text), key),
            shown_of_built(base().env_from([(name, bare.clone())]).env("APP"), key),
            shown_of_built(base().arg_overrides([format!("{key}={bare}")]), key),
            set,
        ]
        .join("\n")
    }
    let plantings = plantings();
    assert!(plantings.len() > 200);
    for (key, value) in plantings {
        let typed = shown::<typed::Config>(&key, &value);
        assert_same(&typed, &shown::<marked::Config>(&key, &value), &format!("{key} = {value}"));
    }
}

#[test]
fn a_type_is_as_good_as_a_mark_in_changes() {
    fn shown<T: HotConfig + Send + Sync>(key: &str, value: &serde_json::Value) -> String {
        let memory = Memory::new();
        let builder = Hot::builder().watch(Watch::Off).text(Format::Toml, GOOD).source(memory.clone());
        let cfg: Hot<T> = builder.build().unwrap();
        memory.set_text(Format::Json, serde_json::json!({ key: value }).to_string());
        let shown = match cfg.reload() {
            Outcome::Applied(change) => {
                format!("{change} {change:?} {:?} {:?}", change.keys(), change.origin(key))
            }
            Outcome::Rejected(error) => shown_of_error(&error),
            outcome => format!("{outcome:?}"),
        };
        shown + &shown_of(&cfg, key)
    }
    for (key, value) in plantings() {
        let typed = shown::<typed::Config>(&key, &value);
        assert_same(&typed, &shown::<marked::Config>(&key, &value), &format!("{key} = {value}"));
    }
}

#[test]
fn a_type_is_as_good_as_a_mark_in_what_is_written_of_the_schema() {
    fn shown<T: HotConfig>() -> String {
        let mut shown = format!("{}\n{}\n{:?}", KeyTable::of::<T>(), EnvTable::of::<T>("APP"), T::schema());
        for format in [Format::Toml, Format::Yaml, Format::Json] {
            shown += &Template::of::<T>(format).env("APP").to_string();
        }
        for field in T::schema().fields() {
            let facts = (field.key(), field.is_secret(), field.type_name(), field.default(), field.example());
            shown += &format!("{facts:?}\n");
        }
        shown
    }
    assert_same(&shown::<typed::Config>(), &shown::<marked::Config>(), "the schema");
    let clear = typed::Config::schema().fields().filter(|field| !field.is_secret());
    let clear: Vec<_> = clear.map(|field| field.key().to_string()).collect();
    assert_eq!(clear, ["name", "items", "kind", "untagged"]);
}

#[derive(Debug, HotConfig)]
struct Pool<T> {
    of: T,
    #[hot(default)]
    more: Vec<T>,
    place: Option<Place<T>>,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Place<T> {
    Named(String, T),
    Other(Box<T>),
}

#[test]
fn parameters_and_items_of_variants() {
    let text = "of = 'tulip'\nmore = ['tulip']\nplace = { named = ['tulip', 'tulip'] }";
    let cfg: Hot<Pool<SecretString>> = Hot::builder().text(Format::Toml, text).build().unwrap();
    assert_eq!(cfg.values().to_string(), "{ more = ***, of = ***, place = { named = *** } }");
    let Some(Place::Named(name, secret)) = &cfg.load().place else { panic!("it is named") };
    assert_eq!((name.as_str(), secret.expose_secret()), ("tulip", "tulip"));
    assert!(
        !format!("{} {} {}", cfg.explain("place"), cfg.explain("place.named.1"), cfg.explain("more.0"))
            .contains("tulip")
    );
    let clear: Hot<Pool<String>> = Hot::builder().text(Format::Toml, text).build().unwrap();
    assert!(clear.explain("place.named.1").to_string().contains("tulip"));
    let error =
        cfg.set("place", Value::Map(BTreeMap::from([("other".to_owned(), 7.into_value())]))).unwrap_err();
    assert_eq!(error.problems()[0].message(), "expected a text, found a number; put it in quotes");
}

#[test]
fn what_is_typed_reads_them() {
    let cfg: Hot<typed::Config> = Hot::builder().text(Format::Toml, GOOD).build().unwrap();
    let config = cfg.load();
    let keys = typed::Config::keys();
    let password: &SecretString = keys.password.get(&config);
    assert_eq!(password.expose_secret(), "hunter2");
    assert_eq!(*config.number.expose_secret(), 70_707_070);
    assert_eq!(config.bytes.expose_secret(), [70, 70]);
    assert_eq!(config.list[1].expose_secret(), "hunter2!");
    assert_eq!(config.map["a"].expose_secret(), "hunter2");
    assert_eq!(config.pair.as_ref().unwrap().1.expose_secret(), "hunter2");
    assert_eq!(config.converted.as_ref().unwrap().0.expose_secret(), "hunter2");
    assert_eq!(config.whole.as_ref().unwrap().expose_secret(), "hunter2");
    assert_eq!(config.items[0].token.expose_secret(), "hunter2");
    assert_eq!(config.section.expose_secret().number, 7070);
    assert!(matches!(&config.kind, Some(typed::Kind::Key(key)) if key.expose_secret() == "hunter2"));
    assert_eq!(cfg.get("password"), Some(Value::Secret));
    assert_eq!(cfg.get_as::<String>("password").unwrap(), "hunter2");
    assert_eq!(cfg.get_as::<SecretString>("password").unwrap().expose_secret(), "hunter2");
    assert_eq!(cfg.explain("password").to_string(), "password = ***\n  at embedded TOML:2:12");
}

#[test]
fn their_empty_values_and_defaults() {
    let cfg: Hot<typed::Config> = Hot::builder().arg_overrides(["password="]).build().unwrap();
    let config = cfg.load();
    assert_eq!(config.password.expose_secret(), "");
    assert_eq!((*config.number.expose_secret(), *config.whole_number.expose_secret()), (4, 0));
    assert!(
        config.bytes.expose_secret().is_empty()
            && config.option.is_none()
            && config.read.expose_secret().is_empty()
    );
    assert_eq!(config.literal.expose_secret(), "hunter2 of a literal");
    assert_eq!(config.expression.expose_secret(), "hunter2 of an expression");
    assert_eq!(config.section.expose_secret().number, 1);
    hotconf::testing::check_defaults::<Defaults>();
}

#[derive(HotConfig)]
struct Defaults {
    #[hot(default)]
    text: SecretString,
    #[hot(default = 7)]
    number: SecretBox<u8>,
}

#[test]
fn they_can_be_set_and_are_compared_as_what_is_in_them() {
    let cfg: Hot<typed::Config> = Hot::builder().text(Format::Toml, GOOD).build().unwrap();
    let keys = typed::Config::keys();
    let same = cfg.set(keys.password, SecretString::from("hunter2")).unwrap();
    assert!(matches!(same, Outcome::Unchanged), "{same:?}");
    let mut changes = cfg.subscribe();
    let change = cfg.set(keys.password, SecretString::from("hunter3")).unwrap();
    let change = change.change().unwrap();
    assert_eq!(change.keys(), ["password"]);
    let change = changes.next().unwrap();
    let (old, new) = change.of(keys.password).unwrap();
    assert_eq!((old.expose_secret(), new.expose_secret()), ("hunter2", "hunter3"));
    assert!(!format!("{change} {change:?}").contains("hunter"));

    let outcome = cfg.update(|edit| {
        edit.set(keys.number, SecretBox::new(Box::new(9)));
        edit.set(keys.bytes, secrecy::SecretSlice::from(vec![1, 2]));
        edit.set(keys.items, vec![typed::Item { name: "b".to_owned(), token: "hunter4".into() }]);
        edit.set(keys.map, BTreeMap::from([("b".to_owned(), SecretString::from("hunter5"))]));
        assert!(!format!("{edit:?}").contains("hunter"));
    });
    assert_eq!(outcome.unwrap().change().unwrap().keys(), ["bytes", "items", "map.b", "number"]);
    let config = cfg.load();
    assert_eq!((*config.number.expose_secret(), config.bytes.expose_secret()), (9, [1, 2].as_slice()));
    assert_eq!(config.items[0].token.expose_secret(), "hunter4");
    assert_eq!(config.map["b"].expose_secret(), "hunter5");
    assert!(!cfg.values().to_string().contains("hunter"));
    // Of itself it is a text, and only a field makes it a secret.
    assert_eq!(SecretString::from("a").into_value(), Value::String("a".to_owned()));
}
