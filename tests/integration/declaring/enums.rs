//! Enums whose variants hold something, in each way of naming the variant.

use std::collections::BTreeMap;

use hotconf::testing::{Memory, check_defaults};
use hotconf::{Format, Hot, HotConfig, IntoValue, Value};

use super::{loaded, told};

#[derive(Debug, Clone, PartialEq, HotConfig)]
#[serde(rename_all = "snake_case", rename_all_fields = "kebab-case")]
enum Store {
    Memory,
    /// A folder.
    Folder(String),
    Range(u8, u8),
    S3 {
        bucket_name: String,
        #[hot(default = "eu-1")]
        region: String,
    },
    #[serde(alias = "gcs")]
    Google(Google),
}

#[derive(Debug, Clone, PartialEq, HotConfig, IntoValue)]
struct Google {
    project: String,
    #[hot(default = 3)]
    retries: u8,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Backend {
    None,
    File {
        path: String,
        #[hot(default)]
        sync: bool,
    },
    Cloud(Google),
    Labels(BTreeMap<String, u8>),
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "kind", content = "with", rename_all = "lowercase")]
enum Step {
    Stop,
    Wait(std::time::Duration),
    Go(u8, u8),
    Call { url: String },
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(untagged)]
enum Size {
    Bytes(u64),
    Text(String),
    Both { width: u8, height: u8 },
    Many(Vec<Size>),
}

#[derive(Debug, HotConfig)]
struct Config {
    store: Option<Store>,
    backend: Option<Backend>,
    #[hot(default)]
    steps: Vec<Step>,
    size: Option<Size>,
    #[hot(default)]
    stores: BTreeMap<String, Store>,
    #[hot(default)]
    levels: Vec<Store>,
}

fn store(text: &'static str) -> Store {
    loaded::<Config>(text).unwrap().load().store.clone().unwrap()
}

#[test]
fn a_variant_is_named_by_the_one_key_of_a_map() {
    assert_eq!(store("store = 'memory'"), Store::Memory);
    assert_eq!(store("store.folder = '/srv'"), Store::Folder("/srv".to_owned()));
    assert_eq!(store("store.range = [1, 2]"), Store::Range(1, 2));
    let s3 = |region: &str| Store::S3 { bucket_name: "b".to_owned(), region: region.to_owned() };
    assert_eq!(store("[store.s3]\nbucket-name = 'b'"), s3("eu-1"));
    assert_eq!(store("[store.s3]\nbucket-name = 'b'\nregion = 'us'"), s3("us"));
    let google = Store::Google(Google { project: "p".to_owned(), retries: 3 });
    assert_eq!(store("store.google.project = 'p'"), google);
    assert_eq!(store("store.gcs.project = 'p'"), google);
}

#[test]
fn a_variant_is_named_beside_its_fields() {
    let backend = |text| {
        let cfg = loaded::<Config>(text).unwrap();
        format!("{:?}", cfg.load().backend.as_ref().unwrap())
    };
    assert_eq!(backend("backend.type = 'none'"), "None");
    assert_eq!(backend("[backend]\ntype = 'file'\npath = 'a'"), "File { path: \"a\", sync: false }");
    assert_eq!(
        backend("[backend]\ntype = 'cloud'\nproject = 'p'\nretries = 9"),
        "Cloud(Google { project: \"p\", retries: 9 })"
    );
    assert_eq!(backend("[backend]\ntype = 'labels'\na = 1\nb = 2"), "Labels({\"a\": 1, \"b\": 2})");
}

#[test]
fn a_variant_is_named_beside_its_content() {
    let text = "
        steps = [
            { kind = 'stop' },
            { kind = 'wait', with = '5s' },
            { with = [1, 2], kind = 'go' },
            { kind = 'call', with = { url = 'u' } },
        ]";
    let cfg = loaded::<Config>(text).unwrap();
    let steps = [
        Step::Stop,
        Step::Wait(std::time::Duration::from_secs(5)),
        Step::Go(1, 2),
        Step::Call { url: "u".to_owned() },
    ];
    assert_eq!(cfg.load().steps, steps);
}

#[test]
fn without_a_name_the_first_variant_that_fits_is_meant() {
    let size = |text| {
        let cfg = loaded::<Config>(text).unwrap();
        format!("{:?}", cfg.load().size.as_ref().unwrap())
    };
    assert_eq!(size("size = 5"), "Bytes(5)");
    assert_eq!(size("size = '5k'"), "Text(\"5k\")");
    assert_eq!(size("size = { width = 1, height = 2 }"), "Both { width: 1, height: 2 }");
    assert_eq!(size("size = [1, 'a', [2]]"), "Many([Bytes(1), Text(\"a\"), Many([Bytes(2)])])");
}

#[test]
fn what_is_wrong_in_a_variant_is_told_with_its_place() {
    assert_eq!(
        told::<Config>("[store.s3]\nbucket-nam = 'b'\nregion = 5"),
        [
            "store.s3.bucket-name: is required, and set nowhere (line 1)",
            "store.s3.bucket-nam: unknown key (line 2)",
            "store.s3.region: expected a text, found the number 5; put it in quotes (line 3)",
        ]
    );
    assert_eq!(
        told::<Config>("\nstore = 'memry'"),
        ["store: \"memry\" is not one of memory, folder, range, s3, google (line 2)"]
    );
    assert_eq!(
        told::<Config>("[store.s4]\nbucket = 'b'"),
        ["store.s4: \"s4\" is not one of memory, folder, range, s3, google (line 1)"]
    );
    assert_eq!(
        told::<Config>("[store]\nfolder = 'a'\nrange = [1, 2]"),
        ["store.range: `folder` stands here already, and only one variant can; keep one of them (line 3)"]
    );
    assert_eq!(
        told::<Config>("store = {}"),
        ["store: expected one of memory, folder, range, s3, google as its key, found a section (line 1)"]
    );
    assert_eq!(
        told::<Config>("store.range = [1]"),
        ["store.range: expected a list of 2 items, found a list; this one has 1 (line 1)"]
    );
    assert_eq!(
        told::<Config>("store.memory = 5"),
        [
            "store.memory: expected nothing, for the variant `memory` has no content, found the number 5 (line 1)"
        ]
    );
}

#[test]
fn what_is_wrong_beside_a_tag_names_the_variant() {
    assert_eq!(
        told::<Config>("[backend]\ntype = 'file'\npaht = 'a'"),
        [
            "backend.path: is required by the variant `file`, and set nowhere (line 1)",
            "backend.paht: unknown key of the variant `file` (line 3)",
        ]
    );
    assert_eq!(
        told::<Config>("[backend]\npath = 'a'"),
        [
            "backend.type: is required, and set nowhere; it says which of none, file, cloud, labels is meant (line 1)"
        ]
    );
    assert_eq!(
        told::<Config>("[backend]\ntype = 'fil'"),
        ["backend.type: \"fil\" is not one of none, file, cloud, labels (line 2)"]
    );
    assert_eq!(
        told::<Config>("[backend]\ntype = 5"),
        ["backend.type: expected one of none, file, cloud, labels, found the number 5 (line 2)"]
    );
    assert_eq!(
        told::<Config>("backend = 'file'"),
        [
            "backend: expected a section whose key `type` is one of none, file, cloud, labels, found the text \"file\" (line 1)"
        ]
    );
    assert_eq!(
        told::<Config>("[backend]\ntype = 'none'\npath = 'a'"),
        ["backend.path: unknown key of the variant `none` (line 3)"]
    );
    assert_eq!(
        told::<Config>("[[steps]]\nkind = 'call'\nwit = 5"),
        [
            "steps.0.with.url: is required by the variant `call`, and set nowhere (line 1)",
            "steps.0.wit: unknown key of the variant `call` (line 3)",
        ]
    );
}

#[test]
fn where_no_variant_fits_each_says_why() {
    assert_eq!(
        told::<Config>("\nsize = { width = 1, height = 300 }"),
        ["size.height: 300 is too large for u8 (at most 255) (read as `Both` of `Size`; \
          as `Bytes`, expected a whole number (u64), found a section; \
          as `Text`, expected a text, found a section; \
          as `Many`, expected a list, found a section; write a list, with this in it as an item) (line 2)"]
    );
}

#[test]
fn a_stronger_layer_that_names_another_variant_replaces_what_the_first_one_holds() {
    let layered = |below: &'static str, above: &'static str| {
        let cfg: Result<Hot<Config>, _> =
            Hot::builder().text(Format::Toml, below).text(Format::Toml, above).build();
        cfg.unwrap_or_else(|error| panic!("{error}"))
    };
    let cfg = layered("store.s3.bucket-name = 'b'", "store.folder = '/srv'");
    assert_eq!(cfg.load().store, Some(Store::Folder("/srv".to_owned())));
    let cfg = layered("store.s3.bucket-name = 'b'", "store.s3.region = 'us'");
    assert_eq!(cfg.load().store, Some(Store::S3 { bucket_name: "b".to_owned(), region: "us".to_owned() }));
    let cfg = layered("[backend]\ntype = 'file'\npath = 'a'", "[backend]\ntype = 'cloud'\nproject = 'p'");
    assert_eq!(cfg.load().backend, Some(Backend::Cloud(Google { project: "p".to_owned(), retries: 3 })));
    let cfg = layered("[backend]\ntype = 'file'\npath = 'a'", "[backend]\nsync = true");
    assert_eq!(cfg.load().backend, Some(Backend::File { path: "a".to_owned(), sync: true }));
    assert_eq!(
        cfg.explain("backend.sync").to_string(),
        "backend.sync = true\n  at embedded TOML:2:8\n  over false, the default"
    );
}

#[test]
fn a_stronger_layer_discards_the_keys_of_a_variant_without_a_name() {
    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(untagged)]
    enum Quota {
        PerUser { per_user: u8 },
        InAll { in_all: u8 },
    }

    #[derive(Debug, HotConfig)]
    struct Limits {
        quota: Quota,
    }

    let layered = |above: &'static str| -> Result<Hot<Limits>, hotconf::Error> {
        let below = "quota.per_user = 1";
        Hot::builder().text(Format::Toml, below).text(Format::Json, above).build()
    };
    let cfg = layered(r#"{"quota": {"in_all": 2, "per_user": null}}"#).unwrap();
    assert_eq!(cfg.load().quota, Quota::InAll { in_all: 2 });
    assert_eq!(cfg.values().to_string(), "{ quota = { in_all = 2 } }");
    let error = layered(r#"{"quota": {"in_all": 2}}"#).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    // A null that discards nothing is an unknown key as any other is.
    let error = layered(r#"{"quota": {"in_al": null}}"#).unwrap_err();
    assert!(error.to_string().contains("`in_al`: unknown key"), "{error}");
}

#[test]
fn values_and_explanations_know_the_variant() {
    let cfg = loaded::<Config>("[backend]\ntype = 'file'\npath = 'a'\n[store.gcs]\nproject = 'p'").unwrap();
    assert_eq!(cfg.get("backend").unwrap().to_string(), "{ path = \"a\", sync = false, type = \"file\" }");
    assert_eq!(cfg.get("backend.path"), Some(Value::String("a".to_owned())));
    assert_eq!(cfg.get("store").unwrap().to_string(), "{ google = { project = \"p\", retries = 3 } }");
    assert_eq!(cfg.get_as::<String>("store.gcs.project").unwrap(), "p");
    assert_eq!(cfg.explain("backend.type").to_string(), "backend.type = \"file\"\n  at embedded TOML:2:8");
}

#[test]
fn an_enum_is_one_key_of_a_change() {
    let memory = Memory::new();
    let cfg: Hot<Config> = Hot::builder().source(memory.clone()).build().unwrap();
    let mut changes = cfg.subscribe();
    memory.set("store.s3.bucket-name", "b");
    let change = changes.next().unwrap();
    assert_eq!(change.keys(), ["store"]);
    memory.set("store.s3.region", "us");
    let change = changes.next().unwrap();
    assert_eq!(change.keys(), ["store"]);
    let (old, new) = change.of(Config::keys().store).unwrap();
    assert_ne!(old, new);
    let _ = cfg.set(Config::keys().store, Store::Folder("x".to_owned())).unwrap();
    assert_eq!(cfg.load().store, Some(Store::Folder("x".to_owned())));
}

#[test]
fn variables_name_a_variant_or_hold_it_as_json() {
    let with = |name: &str, value: &str| {
        let cfg: Result<Hot<Config>, _> =
            Hot::builder().env_from([(name.to_owned(), value.to_owned())]).env("APP").build();
        cfg.unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(with("APP_STORE", "memory").load().store, Some(Store::Memory));
    assert_eq!(
        with("APP_STORE", r#"{"folder": "00123"}"#).load().store,
        Some(Store::Folder("00123".to_owned()))
    );
    assert_eq!(with("APP_LEVELS", "memory, memory").load().levels, [Store::Memory, Store::Memory]);
    let levels = with("APP_LEVELS", r#"["memory", {"folder": "f"}]"#).load().levels.clone();
    assert_eq!(levels, [Store::Memory, Store::Folder("f".to_owned())]);
    assert_eq!(with("APP_SIZE", "12").load().size, Some(Size::Bytes(12)));
    assert_eq!(with("APP_SIZE", "12k").load().size, Some(Size::Text("12k".to_owned())));
    assert_eq!(with("APP_STORES__MAIN", "memory").load().stores["main"], Store::Memory);
}

#[test]
fn a_value_of_an_enum_is_written_as_it_is_read() {
    for (value, text) in [
        (Store::Memory.into_value(), "\"memory\""),
        (Store::Range(1, 2).into_value(), "{ range = [1, 2] }"),
        (
            Store::S3 { bucket_name: "b".to_owned(), region: "r".to_owned() }.into_value(),
            "{ s3 = { bucket-name = \"b\", region = \"r\" } }",
        ),
    ] {
        assert_eq!(value.to_string(), text);
    }
}

mod others {
    use super::*;

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        Low,
        #[serde(other)]
        Custom,
    }

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Plugin {
        Known {
            a: u8,
        },
        #[serde(other)]
        Foreign,
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        level: Level,
        #[serde(default)]
        plugins: Vec<Plugin>,
    }

    #[derive(Debug, HotConfig)]
    struct Levels {
        level: Level,
        other: Level,
    }

    #[test]
    fn any_other_name_means_the_variant_for_others() {
        let cfg = loaded::<Levels>("level = 'low'\nother = 'strange'").unwrap();
        assert_eq!((&cfg.load().level, &cfg.load().other), (&Level::Low, &Level::Custom));
    }
}

mod secrets {
    use super::*;

    #[derive(Debug, HotConfig)]
    #[serde(rename_all = "lowercase")]
    enum Login {
        Anonymous,
        Token(#[hot(secret)] String),
        Password {
            user: String,
            #[hot(secret)]
            password: String,
        },
    }

    #[derive(Debug, HotConfig)]
    #[serde(untagged)]
    enum Either {
        Number(u8),
        Key {
            #[hot(secret)]
            key: String,
        },
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        login: Option<Login>,
        either: Option<Either>,
    }

    #[test]
    fn no_secret_of_a_variant_is_shown() {
        for text in [
            "login.token = 'hunter2'",
            "login = { password = { user = 'u', password = 'hunter2' } }",
            "either.key = 'hunter2'",
        ] {
            let cfg = loaded::<Config>(text).unwrap();
            let shown = format!(
                "{} {} {} {:?} {:?}",
                cfg.values(),
                cfg.explain("login"),
                cfg.explain("either"),
                cfg.get("login.token"),
                cfg.get("either.key")
            );
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        for text in [
            "login = 'hunter2'",
            "login.password = 'hunter2'",
            "login.token = ['hunter2']",
            "login = ['hunter2']",
            "either = 'hunter2'",
            "either = ['hunter2']",
            "either.key = ['hunter2']",
        ] {
            let error = loaded::<Config>(text).unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        let cfg = loaded::<Config>("login = { password = { user = 'u', password = 'hunter2' } }").unwrap();
        assert_eq!(cfg.values().to_string(), "{ login = { password = { password = ***, user = \"u\" } } }");
        assert_eq!(cfg.get_as::<String>("login.password.password").unwrap(), "hunter2");
    }
}

mod recursive {
    use super::*;

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(rename_all = "lowercase")]
    enum Rule {
        Any(Vec<Rule>),
        Not(Box<Rule>),
        Path(String),
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        rule: Rule,
    }

    #[test]
    fn an_enum_may_hold_itself() {
        let cfg = loaded::<Config>("[[rule.any]]\npath = '/a'\n[[rule.any]]\nnot.path = '/b'").unwrap();
        let not = Rule::Not(Box::new(Rule::Path("/b".to_owned())));
        assert_eq!(cfg.load().rule, Rule::Any(vec![Rule::Path("/a".to_owned()), not]));
        assert_eq!(
            told::<Config>("[[rule.any]]\nnot.path = 5"),
            ["rule.any.0.not.path: expected a text, found the number 5; put it in quotes (line 2)"]
        );
        let types: Vec<_> = Config::schema().fields().map(|field| field.type_name()).collect();
        assert_eq!(types, ["one of any (list), not (Rule), path (text)"]);
        check_defaults::<Config>();
    }
}

mod generic {
    use super::*;

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Either<T, const N: usize = 2> {
        Plain { value: T },
        Twice { values: [T; N] },
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        a: Either<u8>,
        b: Either<String, 1>,
    }

    #[test]
    fn an_enum_may_have_parameters() {
        let cfg =
            loaded::<Config>("a = { type = 'plain', value = 5 }\nb = { type = 'twice', values = ['x'] }")
                .unwrap();
        assert_eq!(cfg.load().a, Either::Plain { value: 5 });
        assert_eq!(cfg.load().b, Either::Twice { values: ["x".to_owned()] });
    }
}

mod defaults {
    use super::*;

    #[derive(Debug, Default, PartialEq, HotConfig)]
    #[serde(rename_all = "lowercase")]
    enum Mode {
        #[default]
        Off,
        On {
            level: u8,
        },
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        #[hot(default)]
        a: Mode,
        #[hot(default = "off")]
        b: Mode,
        #[hot(default = Mode::On { level: 3 })]
        c: Mode,
    }

    // Under its own name the derive would refuse the default.
    type Address = std::net::IpAddr;

    #[derive(Debug, HotConfig)]
    #[serde(tag = "type")]
    enum Bad {
        Unused {
            name: String,
            #[hot(default = "no address")]
            address: Address,
        },
    }

    #[derive(Debug, HotConfig)]
    struct WithBad {
        bad: Option<Bad>,
        #[hot(default)]
        many: Vec<Bad>,
    }

    #[test]
    #[should_panic(expected = "many.0.address: \"no address\" is not an IP address")]
    fn a_bad_default_in_a_variant_is_found() {
        check_defaults::<WithBad>();
    }

    #[test]
    fn an_enum_may_have_defaults() {
        let cfg: Hot<Config> = Hot::builder().build().unwrap();
        assert_eq!((&cfg.load().a, &cfg.load().b), (&Mode::Off, &Mode::Off));
        assert_eq!(cfg.load().c, Mode::On { level: 3 });
        assert_eq!(cfg.values().to_string(), "{ a = \"off\", b = \"off\", c = { on = { level = 3 } } }");
        check_defaults::<Config>();
    }
}

mod restart {
    use super::*;

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Store {
        File { path: Option<String> },
        Cloud { bucket: String },
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        #[hot(restart)]
        store: Store,
    }

    #[test]
    fn an_enum_that_waits_for_a_restart_is_kept_whole() {
        for after in ["[store]\ntype = 'cloud'\nbucket = 'b'", "[store]\ntype = 'file'\npath = 'a'"] {
            let memory = Memory::new();
            memory.set_text(Format::Toml, "[store]\ntype = 'file'");
            let cfg: Hot<Config> = Hot::builder().source(memory.clone()).build().unwrap();
            memory.set_text(Format::Toml, after);
            let outcome = cfg.reload();
            assert!(!matches!(outcome, hotconf::Outcome::Rejected(_)), "{outcome:?}");
            assert_eq!(cfg.load().store, Store::File { path: None }, "{after}");
            assert_eq!(cfg.status().pending_restart().len(), 1);
        }
    }
}
