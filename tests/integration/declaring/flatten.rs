//! Fields whose keys stand beside those of the others.

use std::collections::BTreeMap;

use hotconf::testing::{Memory, check_defaults};
use hotconf::{Format, Hot, HotConfig, IntoValue, Outcome, Value};

use super::{loaded, told};

#[derive(Debug, PartialEq, HotConfig)]
struct Common {
    name: String,
    #[hot(default = 3)]
    #[serde(alias = "tries")]
    retries: u8,
    limits: Limits,
}

#[derive(Debug, PartialEq, HotConfig)]
struct Limits {
    #[hot(default = 10)]
    burst: u32,
}

#[derive(Debug, PartialEq, HotConfig)]
struct Tracing {
    endpoint: String,
    #[hot(default = 1)]
    sample: u8,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Backend {
    Memory,
    Disk { path: String },
}

#[derive(Debug, HotConfig)]
struct Service {
    #[serde(flatten)]
    common: Common,
    #[serde(flatten)]
    tracing: Option<Tracing>,
    #[serde(flatten)]
    backend: Backend,
    #[hot(default = 80)]
    port: u16,
}

#[derive(Debug, HotConfig)]
struct Open {
    #[hot(default = 80)]
    port: u16,
    #[serde(flatten)]
    common: Common,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Debug, HotConfig)]
struct Config {
    service: Option<Service>,
    open: Option<Open>,
}

#[test]
fn the_keys_of_a_flattened_section_stand_beside_the_others() {
    let cfg = loaded::<Config>(
        "[service]\nname = 'a'\nport = 8080\ntries = 5\ntype = 'disk'\npath = 'p'\n[service.limits]\nburst = 7",
    )
    .unwrap();
    let config = cfg.load();
    let service = config.service.as_ref().unwrap();
    assert_eq!(service.common, Common { name: "a".to_owned(), retries: 5, limits: Limits { burst: 7 } });
    assert_eq!(service.backend, Backend::Disk { path: "p".to_owned() });
    assert_eq!((service.port, &service.tracing), (8080, &None));

    let cfg = loaded::<Config>("[service]\nname = 'a'\ntype = 'memory'\nendpoint = 'e'").unwrap();
    let config = cfg.load();
    let service = config.service.as_ref().unwrap();
    assert_eq!(service.tracing, Some(Tracing { endpoint: "e".to_owned(), sample: 1 }));
    assert_eq!(service.backend, Backend::Memory);
}

#[test]
fn a_flattened_map_takes_the_keys_that_nobody_knows() {
    let cfg = loaded::<Config>("[open]\nname = 'a'\nx = 1\ny = 2\nretries = 9").unwrap();
    let config = cfg.load();
    let open = config.open.as_ref().unwrap();
    assert_eq!(open.rest, BTreeMap::from([("x".to_owned(), 1), ("y".to_owned(), 2)]));
    assert_eq!(open.common.retries, 9);
    assert_eq!(
        told::<Config>("[open]\nname = 'a'\nx = 300"),
        ["open.x: 300 is too large for u8 (at most 255) (line 3)"]
    );
}

#[test]
fn what_is_wrong_is_told_by_the_keys_that_sources_use() {
    let message = loaded::<Config>("[service]\ntype = 'disk'\nretris = 5\nlimits.burst = 'x'").unwrap_err();
    assert_eq!(
        message.to_string(),
        "4 problems in the configuration\n\
         service.name: is required, and set nowhere\n  at embedded TOML:1:2\n\
         service.path: is required by the variant `disk`, and set nowhere\n  at embedded TOML:1:2\n\
         service.retris: unknown key; did you mean `retries`?\n  at embedded TOML:3:1\n\
         service.limits.burst: expected a whole number (u32), found the text \"x\"\n  at embedded TOML:4:16"
    );
    assert_eq!(
        told::<Config>("[service]\nname = 'a'"),
        ["service.type: is required, and set nowhere; it says which of memory, disk is meant (line 1)"]
    );
    assert_eq!(
        told::<Config>("[service]\nname = 'a'\ntype = 'memory'\npath = 'p'"),
        ["service.path: unknown key of the variant `memory` (line 4)"]
    );
    assert_eq!(
        told::<Config>("[service]\nname = 'a'\ntype = 'memory'\nsample = 2"),
        ["service.endpoint: is required, and set nowhere (line 1)"]
    );
    assert_eq!(
        told::<Config>("[service]\nname = 'a'\ntype = 'memory'\nretries = 1\ntries = 2"),
        ["service.tries: is another name of `retries`, which is set here too; keep one of them (line 5)"]
    );
}

#[derive(Debug, HotConfig)]
struct Root {
    #[serde(flatten)]
    common: Common,
    #[hot(default = false)]
    debug: bool,
    #[serde(flatten)]
    backend: Option<Backend>,
}

fn root(text: &'static str) -> Hot<Root> {
    loaded(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn keys_and_questions_step_over_what_is_flattened() {
    let cfg = root("name = 'a'\ntries = 4\nlimits.burst = 7\ntype = 'disk'\npath = 'p'");
    let keys = Root::keys();
    assert_eq!(keys.common.retries.path(), "retries");
    assert_eq!(keys.common.limits.burst.path(), "limits.burst");
    assert_eq!(*keys.common.limits.burst.get(&cfg.load()), 7);
    assert_eq!(cfg.get("retries"), Some(Value::Integer(4)));
    assert_eq!(cfg.get("limits.burst"), Some(Value::Integer(7)));
    assert_eq!(cfg.get("path"), Some(Value::String("p".to_owned())));
    assert_eq!(cfg.get("common"), None);
    assert_eq!(
        cfg.values().to_string(),
        "{ debug = false, limits = { burst = 7 }, name = \"a\", path = \"p\", retries = 4, type = \"disk\" }"
    );
    assert_eq!(cfg.explain("tries").to_string(), "tries = 4\n  at embedded TOML:2:9\n  over 3, the default");
    let listed: Vec<_> = Root::schema().fields().map(|field| field.key().to_string()).collect();
    assert_eq!(listed, ["name", "retries", "limits.burst", "debug", ""]);
    check_defaults::<Root>();
}

#[test]
fn changes_name_the_keys_that_sources_use() {
    let memory = Memory::new();
    memory.set("name", "a");
    let cfg: Hot<Root> = Hot::builder().source(memory.clone()).build().unwrap();
    let mut changes = cfg.subscribe();
    memory.set("limits.burst", 9);
    assert_eq!(changes.next().unwrap().keys(), ["limits.burst"]);
    memory.set_text(Format::Toml, "name = 'b'\nlimits.burst = 9\ntype = 'disk'\npath = 'p'");
    let change = changes.next().unwrap();
    assert_eq!(change.keys(), ["name", "path", "type"]);
    assert_eq!(change.of(Root::keys().common.name), Some((&"a".to_owned(), &"b".to_owned())));
    let _ = cfg.set(Root::keys().common.retries, 7).unwrap();
    assert_eq!(cfg.load().common.retries, 7);
    let _ = cfg.unset("retries").unwrap();
    assert_eq!(cfg.load().common.retries, 3);
}

#[test]
fn variables_and_arguments_reach_what_is_flattened() {
    let variables = [
        ("APP_NAME", "a"),
        ("APP_LIMITS_BURST", "8"),
        ("APP_RETRIES", "6"),
        ("APP_TYPE", "disk"),
        ("APP_PATH", "00123"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let cfg: Hot<Root> =
        Hot::builder().env_from(variables).env("APP").arg_overrides(["limits.burst=9"]).build().unwrap();
    let config = cfg.load();
    assert_eq!(config.common, Common { name: "a".to_owned(), retries: 6, limits: Limits { burst: 9 } });
    assert_eq!(config.backend, Some(Backend::Disk { path: "00123".to_owned() }));
    assert!(cfg.status().warnings().is_empty(), "{:?}", cfg.status().warnings());
}

#[derive(Debug, HotConfig)]
struct Labelled {
    #[hot(default = 1)]
    port: u16,
    #[serde(flatten)]
    labels: BTreeMap<String, String>,
}

#[test]
fn the_entries_of_a_flattened_map_are_keys_of_their_own() {
    let memory = Memory::new();
    memory.set("zone", "a");
    let variables = [("APP__TEAM", "007")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let cfg: Hot<Labelled> =
        Hot::builder().source(memory.clone()).env_from(variables).env("APP").build().unwrap();
    assert_eq!(cfg.load().labels["team"], "007");
    assert_eq!(cfg.get("zone"), Some(Value::String("a".to_owned())));
    assert_eq!(cfg.get("nothing"), None);
    let mut changes = cfg.subscribe();
    memory.set("zone", "b");
    assert_eq!(changes.next().unwrap().keys(), ["zone"]);
    let _ = cfg.set("rack", "12").unwrap();
    assert_eq!(cfg.load().labels["rack"], "12");
}

#[test]
fn a_flattened_map_is_empty_where_its_section_is_absent() {
    #[derive(Debug, HotConfig)]
    struct Config {
        labelled: Labelled,
        #[serde(flatten)]
        whole: Whole,
    }
    #[derive(Debug, HotConfig)]
    struct Whole {
        #[serde(flatten)]
        #[hot(leaf)]
        rest: serde_json::Map<String, serde_json::Value>,
    }
    let cfg: Hot<Config> = Hot::builder().build().unwrap();
    assert!(cfg.load().labelled.labels.is_empty() && cfg.load().whole.rest.is_empty());
    check_defaults::<Config>();
}

mod marks {
    use super::*;

    #[derive(Debug, HotConfig)]
    struct Credentials {
        user: String,
        #[hot(default = "none")]
        password: String,
    }

    #[derive(Debug, HotConfig)]
    struct Listen {
        #[hot(default = 80)]
        port: u16,
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        #[hot(secret)]
        #[serde(flatten)]
        credentials: Credentials,
        #[hot(restart)]
        #[serde(flatten)]
        listen: Listen,
        #[hot(default = 1)]
        workers: u8,
    }

    #[test]
    fn secrets_and_restarts_hold_for_all_keys_of_a_flattened_section() {
        let memory = Memory::new();
        memory.set_text(Format::Toml, "user = 'hunter1'\npassword = 'hunter2'");
        let cfg: Hot<Config> = Hot::builder().source(memory.clone()).build().unwrap();
        assert_eq!(cfg.values().to_string(), "{ password = ***, port = 80, user = ***, workers = 1 }");
        assert!(!cfg.explain("password").to_string().contains("hunter"));
        memory.set_text(Format::Toml, "user = 'hunter1'\npassword = 'hunter2'\nport = 8080\nworkers = 2");
        assert!(matches!(cfg.reload(), Outcome::Applied(_)));
        assert_eq!((cfg.load().listen.port, cfg.load().workers), (80, 2));
        assert_eq!(cfg.status().pending_restart()[0].key().to_string(), "port");
    }
}

mod clashes {
    use super::*;

    #[derive(Debug, HotConfig)]
    struct Inner {
        #[hot(default = 1)]
        port: u16,
    }

    #[derive(Debug, HotConfig)]
    struct Outer {
        #[hot(default = 1)]
        port: u16,
        #[serde(flatten)]
        inner: Inner,
    }

    #[test]
    fn one_name_for_two_fields_is_refused_with_both() {
        let error = Hot::<Outer>::builder().build().unwrap_err();
        assert_eq!(
            error.to_string(),
            "1 problem in the configuration\n\
             port: is the name of two fields, for one is flattened into `Outer`; rename one of them"
        );
    }
}

mod pointers {
    use super::*;

    #[derive(Debug, HotConfig)]
    struct Config {
        #[serde(flatten)]
        limits: Box<Limits>,
        #[serde(flatten)]
        #[hot(leaf)]
        rest: serde_json::Map<String, serde_json::Value>,
    }

    #[test]
    fn what_is_boxed_or_read_whole_may_be_flattened() {
        let cfg = loaded::<Config>("burst = 5\nother = { deep = [1] }").unwrap();
        assert_eq!(cfg.load().limits.burst, 5);
        assert_eq!(serde_json::to_string(&cfg.load().rest).unwrap(), r#"{"other":{"deep":[1]}}"#);
        assert_eq!(cfg.values().to_string(), "{ burst = 5, other = { deep = [1] } }");
    }
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "kind", content = "params", rename_all = "lowercase")]
enum Origin {
    Topic {
        name: String,
        #[hot(secret, default = "p")]
        password: String,
    },
    File(String),
    Void,
}

#[derive(Debug, HotConfig)]
struct Fed {
    id: u8,
    #[serde(flatten)]
    origin: Origin,
}

#[test]
fn a_flattened_enum_has_a_tag_and_a_content() {
    let cfg = loaded::<Fed>("id = 1\nkind = 'topic'\nparams = { name = 'a', password = 'tulip' }").unwrap();
    assert_eq!(cfg.load().origin, Origin::Topic { name: "a".to_owned(), password: "tulip".to_owned() });
    assert_eq!(
        cfg.values().to_string(),
        "{ id = 1, kind = \"topic\", params = { name = \"a\", password = *** } }"
    );
    assert_eq!(cfg.get("params.name").unwrap().to_string(), "\"a\"");
    assert_eq!(cfg.get("params.password"), Some(Value::Secret));
    assert_eq!(cfg.explain("params.name").to_string(), "params.name = \"a\"\n  at embedded TOML:3:19");
    assert_eq!(loaded::<Fed>("id = 1\nkind = 'void'").unwrap().load().origin, Origin::Void);
    let outcome = cfg.set("params", Value::Map([("name".to_owned(), "b".into_value())].into())).unwrap();
    assert_eq!(outcome.change().unwrap().keys(), ["params"]);

    assert_eq!(
        told::<Fed>("id = 1\nkind = 'topic'\nparam = {}\nparams = { nam = 'a' }"),
        [
            "param: unknown key (line 3)".to_owned(),
            "params.name: is required by the variant `topic`, and set nowhere (line 4)".to_owned(),
            "params.nam: unknown key of the variant `topic` (line 4)".to_owned(),
        ]
    );
    assert_eq!(
        told::<Fed>("id = 1\nkind = 'void'\nparams = 'a'"),
        ["params: unknown key of the variant `void` (line 3)"]
    );
    assert_eq!(
        told::<Fed>("id = 1\nkind = 'topics'\nparams = 'a'"),
        ["kind: \"topics\" is not one of topic, file, void (line 2)"]
    );
}

#[test]
fn keys_of_a_variant_that_is_no_more_are_no_keys() {
    let cfg = root("name = 'a'\ntype = 'disk'\npath = 'p'");
    assert_eq!(cfg.get("path").unwrap().to_string(), "\"p\"");
    assert!(cfg.set("type", "memory").unwrap().change().is_some());
    assert_eq!(cfg.load().backend, Some(Backend::Memory));
    assert_eq!((cfg.get("path"), cfg.get("type").unwrap().to_string()), (None, "\"memory\"".to_owned()));
    assert_eq!(cfg.get("name").unwrap().to_string(), "\"a\"");
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Sorted {
    Labels(BTreeMap<String, u8>),
    Fixed { port: u8 },
}

#[derive(Debug, HotConfig)]
struct MaybeSorted {
    id: u8,
    #[serde(flatten)]
    kind: Option<Sorted>,
}

#[test]
fn a_flattened_enum_that_takes_all_keys_is_there_with_its_tag() {
    let kind = |text: &'static str| loaded::<MaybeSorted>(text).map(|cfg| format!("{:?}", cfg.load().kind));
    assert_eq!(kind("id = 1").unwrap(), "None");
    assert_eq!(kind("id = 1\ntype = 'labels'\na = 2").unwrap(), "Some(Labels({\"a\": 2}))");
    assert_eq!(kind("id = 1\ntype = 'labels'").unwrap(), "Some(Labels({}))");
    assert_eq!(kind("id = 1\ntype = 'fixed'\nport = 2").unwrap(), "Some(Fixed { port: 2 })");
    let told = |text: &'static str| {
        let error = kind(text).unwrap_err();
        error.problems().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let problems = told("id = 1\na = 2");
    assert!(problems.len() == 1 && problems[0].starts_with("a: unknown key"), "{problems:?}");
    let problems = told("id = 1\nport = 2");
    assert!(problems.len() == 1 && problems[0].starts_with("type: is required"), "{problems:?}");
    let problems = told("id = 1\ntype = 'fixed'\nport = 2\nx = 3");
    assert!(problems.len() == 1 && problems[0].starts_with("x: unknown key of the variant"), "{problems:?}");

    let cfg = loaded::<MaybeSorted>("id = 1\ntype = 'labels'\na = 2").unwrap();
    assert_eq!((cfg.get("a"), cfg.get("type")), (Some(Value::Integer(2)), Some("labels".into_value())));
    let outcome = cfg.set("b", 3).unwrap();
    assert_eq!(outcome.change().unwrap().keys(), ["b"]);
    assert_eq!(cfg.explain("b").value(), Some(&Value::Integer(3)));
}
