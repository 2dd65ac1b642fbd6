//! A secret is planted in every way in which there can be one, and everything that can be printed is printed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use hotconf::figment::providers::Serialized;
use hotconf::testing::Sandbox;
use hotconf::{Builder, Error, Explanation, Format, Hot, HotConfig, Value};
use validator::Validate;

#[derive(Debug, HotConfig, Validate)]
struct Planted {
    #[hot(secret, default = "none")]
    #[validate(length(max = 100))]
    leaf: String,
    #[hot(secret, default = 1)]
    #[validate(range(max = 5))]
    number: u16,
    #[hot(secret, default = 1.0)]
    ratio: f64,
    #[hot(secret, default = false)]
    flag: bool,
    #[hot(secret, default = "1s")]
    wait: Duration,
    #[hot(secret)]
    socket: Option<SocketAddr>,
    #[hot(secret)]
    section: Inner,
    #[hot(secret, default)]
    list: Vec<String>,
    #[hot(secret, default)]
    numbers: Vec<u16>,
    #[hot(secret, default)]
    map: BTreeMap<String, String>,
    #[hot(secret)]
    option: Option<String>,
    kind: Option<Kind>,
    tagged: Option<Tagged>,
    untagged: Option<Untagged>,
    #[hot(secret, default = "hunter2 of a literal")]
    literal: String,
    #[hot(secret, default = String::from("hunter2 of an expression"))]
    expression: String,
    #[hot(default = vec![Item { name: "a".to_owned(), token: "hunter2 within".to_owned() }])]
    items: Vec<Item>,
    #[hot(secret, leaf)]
    whole: Option<Whole>,
    #[hot(secret, default = "running", restart)]
    fixed: String,
    #[hot(secret, default = "debug")]
    level: Level,
}

#[derive(Debug, Default, HotConfig)]
struct Inner {
    #[hot(default)]
    text: String,
    #[hot(default)]
    number: u16,
}

#[derive(Debug, Clone, HotConfig)]
struct Item {
    #[hot(default)]
    name: String,
    #[hot(secret, default)]
    token: String,
}

#[derive(Debug, HotConfig)]
enum Kind {
    Open,
    Key(#[hot(secret)] String),
    Login {
        #[hot(default)]
        user: String,
        #[hot(secret)]
        password: String,
    },
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type")]
enum Tagged {
    Open,
    Login {
        #[hot(secret)]
        password: String,
    },
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Login {
        #[hot(secret)]
        password: String,
    },
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    text: String,
    kind: WholeKind,
}

#[derive(Debug, serde::Deserialize)]
enum WholeKind {
    Plain,
}

#[derive(Debug, Clone, Copy, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
}

/// What may be seen nowhere: a text, a number, an address.
const SECRETS: [&str; 3] = ["hunter2", "70707070707", "7.0.70.7"];

/// The number, which no point in time has by chance.
const NUMBER: i64 = 70_707_070_707;

/// Every place for a secret, with what fits there and what does not.
fn plantings() -> Vec<(&'static str, serde_json::Value)> {
    use serde_json::json;
    vec![
        ("leaf", json!("hunter2")),
        ("leaf", json!("hunter2 ".repeat(20))),
        ("leaf", json!(NUMBER)),
        ("leaf", json!(["hunter2"])),
        ("leaf", json!({ "text": "hunter2" })),
        ("number", json!("hunter2")),
        ("number", json!("70707070707")),
        ("number", json!("70_707_070_707")),
        ("number", json!("070707070707")),
        ("number", json!(NUMBER)),
        ("number", json!(-NUMBER)),
        ("number", json!(70707070707.0)),
        ("ratio", json!("70707070707")),
        ("ratio", json!("70707070707,5")),
        ("ratio", json!("hunter2")),
        ("flag", json!("hunter2")),
        ("flag", json!(NUMBER)),
        ("wait", json!(NUMBER)),
        ("wait", json!("70707070707")),
        ("wait", json!("PT70707070707S")),
        ("wait", json!("hunter2")),
        ("socket", json!("7.0.70.7")),
        ("socket", json!("7.0.70.7:70707070707")),
        ("socket", json!("hunter2:80")),
        ("section", json!({ "text": "hunter2", "number": 7 })),
        ("section", json!({ "text": NUMBER, "number": "hunter2" })),
        ("section", json!({ "unknown": "hunter2" })),
        ("section", json!("hunter2")),
        ("section", json!(["hunter2"])),
        ("list", json!(["hunter2", "hunter2"])),
        ("list", json!([["hunter2"], NUMBER])),
        ("list", json!("hunter2")),
        ("numbers", json!(["hunter2", NUMBER])),
        ("numbers", json!("70707070707, hunter2")),
        ("map", json!({ "a": "hunter2" })),
        ("map", json!({ "a": NUMBER, "b": ["hunter2"] })),
        ("map", json!("hunter2")),
        ("option", json!("hunter2")),
        ("option", json!(NUMBER)),
        ("kind", json!("hunter2")),
        ("kind", json!(NUMBER)),
        ("kind", json!({ "Key": "hunter2" })),
        ("kind", json!({ "Key": NUMBER })),
        ("kind", json!({ "Login": { "password": "hunter2" } })),
        ("kind", json!({ "Login": { "password": ["hunter2"] } })),
        ("kind", json!({ "Login": "hunter2" })),
        ("kind", json!({ "Open": "hunter2" })),
        ("tagged", json!({ "type": "Login", "password": "hunter2" })),
        ("tagged", json!({ "type": "Login", "password": NUMBER })),
        ("tagged", json!({ "password": "hunter2" })),
        ("tagged", json!({ "type": "Open", "password": "hunter2" })),
        ("tagged", json!("hunter2")),
        ("untagged", json!({ "password": "hunter2" })),
        ("untagged", json!({ "password": NUMBER })),
        ("untagged", json!("hunter2")),
        ("untagged", json!(NUMBER)),
        ("literal", json!("hunter2")),
        ("expression", json!(NUMBER)),
        ("items", json!([{ "name": "a", "token": "hunter2" }])),
        ("items", json!([{ "token": NUMBER }])),
        ("items", json!("hunter2")),
        ("items", json!(["hunter2"])),
        ("whole", json!({ "text": "hunter2", "kind": "Plain" })),
        ("whole", json!({ "text": NUMBER, "kind": "hunter2" })),
        ("whole", json!({ "text": "a", "kind": "hunter2" })),
        ("whole", json!({ "hunter2": "a" })),
        ("whole", json!("hunter2")),
        ("fixed", json!("hunter2")),
        ("level", json!("hunter2")),
        ("level", json!(NUMBER)),
    ]
}

/// A value as TOML has it within a line.
fn toml(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", "))
        }
        serde_json::Value::Object(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{key} = {}", toml(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        single => single.to_string(),
    }
}

/// As a variable, an argument or a file of one value has it.
fn bare(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The log, as far as it is of this topic.
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Collector;

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = record.args().to_string();
        if line.contains("expression") || SECRETS.iter().any(|secret| line.contains(secret)) {
            LOGGED.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    fn flush(&self) {}
}

fn start_to_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Collector).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

fn shown_of_error(error: &Error) -> String {
    let mut shown = format!("{error}\n{error:?}\n{error:#}\n{}\n", error.report().colored(true));
    shown += &serde_json::to_string(error).unwrap();
    shown += &format!("{:?}", error.report());
    for problem in error.problems() {
        shown += &format!("{problem} {problem:?} {:?} {:?}", problem.origin(), problem.also_set());
    }
    shown
}

fn keys() -> impl Iterator<Item = String> {
    let own = Planted::schema().fields().map(|field| field.key().to_string());
    let within = [
        "section",
        "list.0",
        "map.a",
        "kind.Key",
        "kind.Login",
        "kind.Login.password",
        "items.0",
        "items.0.token",
        "tagged.password",
        "untagged.password",
        "whole.text",
        "numbers.1",
    ];
    own.chain(within.into_iter().map(str::to_owned))
}

/// In the alternate form, as data, and by every method that gives something of the layers or of the declaration.
fn shown_of_explanation(explanation: &Explanation) -> String {
    let mut shown = format!("{explanation:#}\n{}\n", serde_json::to_string(explanation).unwrap());
    shown += &format!("{:?} {:?} {:?}", explanation.value(), explanation.origin(), explanation.over());
    shown +=
        &format!("{:?} {:?} {:?}", explanation.default(), explanation.type_name(), explanation.configured());
    shown +=
        &format!("{:?} {:?} {:?}", explanation.variant(), explanation.variant_origin(), explanation.rules());
    shown +=
        &format!("{:?} {:?} {:?}", explanation.env_names(), explanation.aliases(), explanation.example());
    shown += &format!("{:?} {:?}", explanation.deprecated(), explanation.suggestions());
    shown.extend(explanation.notes().chain(explanation.hidden()));
    shown.extend(explanation.variants());
    for key in explanation.keys() {
        shown += &format!("{key} {key:?} {:?} {:?} {:?}", key.key(), key.value(), key.origin());
    }
    shown
}

/// Everything of a store that can be printed, and what can be asked about this key and those within.
fn shown_of(cfg: &Hot<Planted>, about: &str) -> String {
    let status = cfg.status();
    let mut shown =
        format!("{cfg:?} {:?} {:?} {:?} {:?}", cfg.load(), cfg.snapshot(), cfg.reader(), cfg.downgrade());
    shown += &format!("{:?} {} {:?}", cfg.view(Planted::keys().section), cfg.values(), cfg.values());
    shown += &format!("{status:?} {:?} {}", cfg.subscribe(), serde_json::to_string(&status).unwrap());
    shown += &serde_json::to_string(&cfg.values()).unwrap();
    for pending in status.pending_restart() {
        shown += &format!("{pending:?} {:?} {:?}", pending.running(), pending.configured());
    }
    for warning in status.warnings() {
        shown += &format!("{warning} {warning:?}");
    }
    shown += &shown_of_explanation(&cfg.explain(""));
    for key in keys().filter(|key| key.starts_with(about)) {
        let explanation = cfg.explain(&key);
        shown += &format!("{explanation}\n{explanation:?}\n{:?}\n", cfg.get(&key));
        shown += &shown_of_explanation(&explanation);
        // Asked for as what it is not.
        shown += &cfg.get_as::<Level0>(&key).map_or_else(|error| shown_of_error(&error), |_| String::new());
    }
    shown
}

/// No value of the configuration is one of these.
#[derive(Debug, serde::Deserialize)]
enum Level0 {
    Nothing,
}

/// What was shown all the same.
#[derive(Default)]
struct Leaks(Vec<String>);

impl Leaks {
    fn look_at(&mut self, shown: &str, way: &str) {
        for secret in SECRETS {
            if let Some(at) = shown.find(secret) {
                let start = shown[..at].char_indices().rev().nth(120).map_or(0, |(start, _)| start);
                self.0.push(format!("{way}: …{}", &shown[start..at + secret.len()]));
            }
        }
    }

    fn build(&mut self, builder: Builder<Planted>, about: &str, way: &str) {
        self.look_at(&format!("{builder:?}"), way);
        match builder.build() {
            Ok(cfg) => self.look_at(&shown_of(&cfg, about), way),
            Err(error) => self.look_at(&shown_of_error(&error), way),
        }
    }

    #[track_caller]
    fn assert_none(mut self) {
        // That the log is heard at all shows in the line for a version that is made here.
        let cfg: Hot<Planted> = Hot::builder().build().unwrap();
        let _ = cfg.set("expression", "another").unwrap();
        let logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
        assert!(logged.contains("expression"), "the log is not heard");
        self.look_at(&logged, "the log");
        assert!(self.0.is_empty(), "{} leaks:\n{}", self.0.len(), self.0.join("\n"));
    }
}

#[test]
fn no_secret_of_any_source_is_shown() {
    start_to_log();
    let mut leaks = Leaks::default();
    for (key, value) in plantings() {
        let way = |source: &str| format!("{source} has {key} = {value}");
        let json = serde_json::json!({ key: value }).to_string();
        for format in [Format::Json, Format::Yaml] {
            leaks.build(Hot::builder().text(format, &*json), key, &way(&format!("{format:?}")));
        }
        let text = format!("{key} = {}", toml(&value));
        leaks.build(Hot::builder().text(Format::Toml, &*text), key, &way("TOML"));
        let below = Hot::builder().text(Format::Toml, text).text(Format::Toml, format!("{key} = true"));
        leaks.build(below, key, &way("a layer that another one wins over"));
        leaks.build(Hot::builder().provider(Serialized::default(key, value.clone())), key, &way("figment"));

        let bare = bare(&value);
        let name = format!("APP_{}", key.to_uppercase());
        let mut sandbox = Sandbox::new();
        sandbox.write("value", &bare);
        sandbox.write("secrets/key", "");
        sandbox.write(format!("secrets/{key}"), &bare);
        sandbox.write(".env", format!("{name}='{bare}'\n"));
        sandbox.var(&*name, &*bare);
        leaks.build(sandbox.builder().env("APP"), key, &way("a variable"));
        let file = sandbox.path("value").display().to_string();
        sandbox.remove_var(&name).var(format!("{name}_FILE"), file);
        leaks.build(sandbox.builder().env("APP"), key, &way("the file of a variable"));
        let builder = Hot::builder().env_from([]).env("APP").env_file(sandbox.path(".env"));
        leaks.build(builder, key, &way(".env"));
        leaks.build(Hot::builder().secrets_dir(sandbox.path("secrets")), key, &way("a folder of secrets"));
        leaks.build(Hot::builder().arg_overrides([format!("{key}={bare}")]), key, &way("an argument"));
    }
    leaks.assert_none();
}

#[test]
fn no_secret_of_a_change_is_shown() {
    start_to_log();
    let mut leaks = Leaks::default();
    for (key, value) in plantings() {
        let way = format!("a change to {key} = {value}");
        let mut sandbox = Sandbox::new();
        sandbox.var("APP_EXPRESSION", "another");
        sandbox.write("app.toml", "");
        let builder = || sandbox.builder::<Planted>().file(sandbox.path("app.toml")).env("APP");
        let cfg = builder().build().unwrap();
        let mut changes = cfg.subscribe();
        sandbox.write("app.toml", format!("{key} = {}", toml(&value)));
        let outcome = cfg.reload();
        let mut shown = format!("{outcome:?}");
        if let hotconf::Outcome::Applied(change) = outcome {
            shown += &format!("{change} {change:?} {:?} {:?}", change.old(), change.new());
            shown += &format!("{:?}", changes.next().unwrap());
        }
        if let hotconf::Outcome::Rejected(error) = cfg.reload() {
            shown += &shown_of_error(&error);
        }
        leaks.look_at(&(shown + &shown_of(&cfg, key)), &way);

        let cfg = builder_without_file(&sandbox);
        let mut shown = String::new();
        let value: Value = serde_value(&value);
        match cfg.set(key, value.clone()) {
            Ok(outcome) => shown += &format!("{outcome:?}"),
            Err(error) => shown += &shown_of_error(&error),
        }
        match cfg.update(|edit| {
            edit.set(key, value);
            edit.set("expression", "yet another");
            shown += &format!("{edit:?}");
        }) {
            Ok(outcome) => shown += &format!("{outcome:?}"),
            Err(error) => shown += &shown_of_error(&error),
        }
        leaks.look_at(&(shown + &shown_of(&cfg, key)), &format!("an override: {way}"));
    }
    leaks.assert_none();
}

fn builder_without_file(sandbox: &Sandbox) -> Hot<Planted> {
    sandbox.builder().env("APP").build().unwrap()
}

fn serde_value(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Integer(whole.into()),
            None => Value::Float(number.as_f64().unwrap()),
        },
        serde_json::Value::Array(items) => Value::List(items.iter().map(serde_value).collect()),
        serde_json::Value::Object(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), serde_value(value))).collect())
        }
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Null => Value::Null,
    }
}

#[test]
fn no_secret_beside_a_syntax_error_is_shown() {
    start_to_log();
    let mut leaks = Leaks::default();
    let broken = [
        (Format::Toml, "leaf = \"hunter2"),
        (Format::Toml, "leaf = hunter2"),
        (Format::Toml, "leaf = 'hunter2' 70707070707"),
        (Format::Toml, "leaf = 'a'\nleaf = 'hunter2'"),
        (Format::Toml, "leaf hunter2 = 1"),
        (Format::Toml, "[section\ntext = 'hunter2'"),
        (Format::Toml, "section = { text = 'hunter2', number = }"),
        (Format::Toml, "number = 70707070707e"),
        (Format::Yaml, "leaf: \"hunter2"),
        (Format::Yaml, "leaf: [hunter2"),
        (Format::Yaml, "leaf: &hunter2 a\noption: *hunter"),
        (Format::Yaml, "leaf: !hunter2 a: b"),
        (Format::Yaml, "section:\n  text: hunter2\n number: 1"),
        (Format::Yaml, "leaf: hunter2: 70707070707"),
        (Format::Yaml, "leaf: a\nleaf: hunter2"),
        (Format::Yaml, "- hunter2"),
        (Format::Yaml, "hunter2"),
        (Format::Json, "{\"leaf\": \"hunter2}"),
        (Format::Json, "{\"leaf\": hunter2}"),
        (Format::Json, "{\"leaf\": \"hunter2\" 70707070707}"),
        (Format::Json, "{\"leaf\": \"\\uhunter2\"}"),
        (Format::Json, "{\"leaf\": \"a\", \"leaf\": \"hunter2\"}"),
        (Format::Json, "[\"hunter2\"]"),
        (Format::Json, "\"hunter2\""),
    ];
    for (format, text) in broken {
        let error = Hot::<Planted>::builder().text(format, text).build().unwrap_err();
        leaks.look_at(&shown_of_error(&error), text);
    }
    let sandbox = Sandbox::new();
    for text in [
        "APP_LEAF=\"hunter2",
        "APP_LEAF='hunter2",
        "APP_LEAF=hunter2 70707070707 'x",
        "APP_LEAF=\"\\hunter2\"",
        "hunter2",
    ] {
        sandbox.write(".env", text);
        leaks.build(Hot::builder().env_from([]).env("APP").env_file(sandbox.path(".env")), "", text);
    }
    for argument in ["leaf:hunter2", "hunter2", "section={hunter2", "list=[hunter2", "kind={\"hunter2"] {
        leaks.build(Hot::builder().arg_overrides([argument]), "", argument);
    }
    for (key, value) in [("APP_SECTION", "{hunter2"), ("APP_MAP", "hunter2"), ("APP_LIST", "[\"hunter2]")] {
        leaks.build(Hot::builder().env_from([(key.to_owned(), value.to_owned())]).env("APP"), "", key);
    }
    leaks.assert_none();
}

#[test]
fn the_schema_tells_no_secret() {
    start_to_log();
    let mut leaks = Leaks::default();
    let mut shown = format!("{:?}", Planted::schema());
    for field in Planted::schema().fields() {
        shown += &format!(
            "{field:?} {:?} {} {:?}",
            field.default(),
            field.type_name(),
            field.variants().collect::<Vec<_>>()
        );
    }
    leaks.look_at(&shown, "the schema");
    leaks.assert_none();
}

#[test]
fn a_store_without_sources_tells_no_secret() {
    start_to_log();
    let mut leaks = Leaks::default();
    let cfg = Hot::fixed(Inner { text: "hunter2".to_owned(), number: 7 });
    let outcome = cfg.replace(Inner { text: "hunter2!".to_owned(), number: 8 });
    let explanation = cfg.explain("text");
    let shown =
        format!("{cfg:?} {outcome:?} {} {explanation} {explanation:?} {:?}", cfg.values(), cfg.status());
    leaks.look_at(&shown, "a fixed store");
    leaks.assert_none();
}
