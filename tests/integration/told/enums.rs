//! An enum without a tag: every mistake of the variant that came furthest, and in a note why it is none of the others.

use hotconf::{Builder, Format, Hot, HotConfig, Value};

use super::{SECRET, told, variables};

#[derive(Debug, HotConfig)]
struct Config {
    limit: Option<Limit>,
    #[hot(default)]
    stores: Vec<Store>,
    ports: Option<OneOrMany>,
    label: Option<Label>,
    login: Option<Login>,
    queue: Option<Queue>,
    deep: Option<Deep>,
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Limit {
    Number(u8),
    Range { from: u8, to: u8 },
    Steps { from: u8, step: u8 },
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Store {
    File { path: String, mode: u8 },
    Bucket { bucket: String, size: u8, retry: Option<Retry> },
    Name(String),
}

#[derive(Debug, HotConfig)]
struct Retry {
    #[hot(default = 1)]
    times: u8,
    #[hot(default = "1s")]
    wait: std::time::Duration,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(untagged)]
enum OneOrMany {
    One(u16),
    Many(Vec<u16>),
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(untagged)]
enum Label {
    Text(String),
    Texts(Vec<String>),
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Login {
    Token(u64),
    User {
        name: String,
        #[hot(secret)]
        password: u64,
    },
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "t", content = "c", rename_all = "lowercase")]
enum Queue {
    Memory { size: u8 },
    Disk { path: String },
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Deep {
    Flag(bool),
    Limits { limits: Vec<Limit> },
}

fn toml(text: &str) -> Builder<Config> {
    Hot::builder().text(Format::Toml, text)
}

#[test]
fn every_mistake_of_the_nearest_variant_is_told_at_its_own_place() {
    let problems = told(toml(
        "[[stores]]\nbucket = 1\nsize = 256\nretry = {times = 'x', wiat = 1}\n[[stores]]\npath = '/'\nmode = 'x'\n\
         [[stores]]\nbuckt = 'a'\nsize = 1\n",
    ));
    assert_eq!(
        problems,
        [
            "stores.0.bucket: expected a text, found the number 1; put it in quotes (read as `Bucket` of `Store`; as \
             `File`, `path`: is required, and set nowhere, `mode`: is required, and set nowhere, `bucket`: unknown key, \
             …; as `Name`, expected a text, found a section)\n  at embedded TOML:2:10",
            "stores.0.size: 256 is too large for u8 (at most 255)\n  at embedded TOML:3:8",
            "stores.0.retry.times: expected a whole number (u8), found the text \"x\"\n  at embedded TOML:4:18",
            "stores.0.retry.wiat: unknown key; did you mean `wait`?\n  at embedded TOML:4:23",
            "stores.1.mode: expected a whole number (u8), found the text \"x\" (read as `File` of `Store`; as `Bucket`, \
             `bucket`: is required, and set nowhere, `size`: is required, and set nowhere, `mode`: unknown key, …; as \
             `Name`, expected a text, found a section)\n  at embedded TOML:7:8",
            "stores.2.bucket: is required, and set nowhere (read as `Bucket` of `Store`; as `File`, `path`: is required, \
             and set nowhere, `mode`: is required, and set nowhere, `buckt`: unknown key, …; as `Name`, expected a \
             text, found a section)\n  at embedded TOML:8:1",
            "stores.2.buckt: unknown key; did you mean `bucket`?\n  at embedded TOML:9:1",
        ]
    );
}

#[test]
fn where_no_variant_is_nearer_the_reasons_of_each_are_one_problem() {
    let problems = told(toml("limit = {from = 1}\nports = 'x'\n"));
    assert_eq!(
        problems,
        [
            "limit: a section fits no variant of `Limit`: as `Number`, expected a whole number (u8), found a section; as \
             `Range`, `to`: is required, and set nowhere; as `Steps`, `step`: is required, and set nowhere\n  at \
             embedded TOML:1:9",
            "ports: the text \"x\" fits no variant of `OneOrMany`: as `One`, expected a whole number (u16), found the \
             text \"x\"; as `Many`, expected a list, found the text \"x\"; write [\"x\"]\n  at embedded TOML:2:9",
        ]
    );
}

#[test]
fn an_enum_within_another_tells_its_own_mistakes() {
    let problems = told(toml("deep = {limits = [1, {from = 'a', to = 2}, {from = 1}, 'x']}\n"));
    let starts: Vec<_> =
        problems.iter().map(|problem| problem.split_once(" (read").unwrap_or((problem, "")).0).collect();
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert_eq!(starts[0], "deep.limits.1.from: expected a whole number (u8), found the text \"a\"");
    assert!(problems[0].contains("(read as `Range` of `Limit`; as `Number`, "), "{problems:#?}");
    assert!(
        problems[0].contains("(read as `Limits` of `Deep`; as `Flag`, expected true or false, "),
        "{problems:#?}"
    );
    assert!(starts[1].starts_with("deep.limits.2: a section fits no variant of `Limit`: "), "{problems:#?}");
    assert!(
        starts[2].starts_with("deep.limits.3: the text \"x\" fits no variant of `Limit`: "),
        "{problems:#?}"
    );
}

#[test]
fn a_secret_of_one_variant_is_shown_by_none() {
    for text in [
        format!("login = '{SECRET}'"),
        format!("login = {{name = '{SECRET}', password = '{SECRET}'}}"),
        format!("login = {{name = 1, password = '{SECRET}'}}"),
        format!("login = {{nam = '{SECRET}', password = 1}}"),
        format!("login = ['{SECRET}']"),
    ] {
        assert!(!told(toml(&text)).is_empty());
    }
    let problems = told(toml(&format!("login = {{name = 'a', password = '{SECRET}'}}")));
    assert_eq!(
        problems,
        [
            "login.password: expected a whole number (u64), found a text (read as `User` of `Login`; as `Token`, expected \
          a whole number (u64), found a section)\n  at embedded TOML:1:33"
        ]
    );
}

#[test]
fn a_list_in_a_variable_reaches_the_variant_that_is_a_list() {
    let with =
        |name: &str, text: &str| Hot::<Config>::builder().env_from(variables([(name, text)])).env("APP");
    let ports = |text| {
        with("APP_PORTS", text).build().unwrap().load().ports.as_ref().map(|ports| format!("{ports:?}"))
    };
    assert_eq!(ports("80").unwrap(), "One(80)");
    assert_eq!(ports("80, 81").unwrap(), "Many([80, 81])");
    assert_eq!(ports("[80]").unwrap(), "Many([80])");
    let label = with("APP_LABEL", "a,b").build().unwrap();
    assert_eq!(label.load().label, Some(Label::Text("a,b".to_owned())), "the first that fits");
    assert_eq!(
        told(with("APP_PORTS", "80,x")),
        [
            "ports.1: expected a whole number (u16), found the text \"x\" (read as `Many` of `OneOrMany`; as `One`, \
          expected a whole number (u16), found a list)\n  from APP_PORTS (environment)"
        ]
    );
}

#[test]
fn the_content_may_stand_before_the_tag() {
    let text = "{\"queue\": {\"c\": {\"path\": \"/\"}, \"t\": \"disk\"}}";
    let disk = Some(Queue::Disk { path: "/".to_owned() });
    let cfg = Hot::<Config>::builder().text(Format::Json, text).build().unwrap();
    assert_eq!(cfg.load().queue, disk);
    let text = "queue:\n  c:\n    path: /\n  t: disk\n";
    assert_eq!(Hot::<Config>::builder().text(Format::Yaml, text).build().unwrap().load().queue, disk);
    let set = variables([("APP_QUEUE", "{\"c\": {\"path\": \"/\"}, \"t\": \"disk\"}")]);
    assert_eq!(Hot::<Config>::builder().env_from(set).env("APP").build().unwrap().load().queue, disk);
    let cfg = toml("queue = {c = {size = 1}, t = 'memory'}")
        .env_from(variables([("APP_QUEUE_T", "disk"), ("APP_QUEUE_C", "{\"path\": \"/\"}")]))
        .env("APP")
        .build()
        .unwrap();
    assert_eq!(cfg.load().queue, disk);
    assert_eq!(cfg.get("queue.t"), Some(Value::String("disk".to_owned())));
    let problems = told(
        Hot::<Config>::builder()
            .text(Format::Json, "{\"queue\": {\"c\": {\"pth\": \"/\"}, \"t\": \"disk\"}}"),
    );
    assert_eq!(
        problems,
        [
            "queue.c.path: is required by the variant `disk`, and set nowhere\n  at embedded JSON:1:12",
            "queue.c.pth: unknown key of the variant `disk`; did you mean `path`?\n  at embedded JSON:1:18",
        ]
    );
}
