//! Sections, lists, maps and enums: what stands beneath.

use hotconf::{Hot, HotConfig};

use super::{Level, Server, Shop, Store, Tls, Upstream, is_told, open};

#[test]
fn a_section_lists_its_keys_with_their_values() {
    let cfg = open(&["server: {port: 1}", "server: {host: a}"], &[("APP_SERVER_PORT", "9")]);
    is_told(
        &cfg.explain(Shop::keys().server),
        &[
            "server = { host = \"a\", port = 9 }",
            "  from environment",
            "  over { host = \"a\", port = 8000 } at embedded YAML:1:9",
            "  over { host = \"localhost\", port = 1 } at embedded YAML:1:9",
            "  type: section (Server)",
            "  variables: APP_SERVER, APP_SERVER_FILE",
            "  keys:",
            "    server.host = \"a\", at embedded YAML:1:16",
            "    server.port = 9, from APP_SERVER_PORT (environment)",
        ],
    );
}

#[test]
fn the_root_lists_everything() {
    let layer = "store: {type: disk, path: b}\nflags: {a: true}\nupstreams: [{url: u}]";
    let cfg = open(&[layer], &[("DATABASE_URL", "hunter2")]);
    let root = cfg.explain("");
    let lines = [
        "name = \"shop\", the default",
        "server.host = \"localhost\", the default",
        "server.port = 8000, the default",
        "tls is not set",
        "database_url = ***, from DATABASE_URL (environment)",
        "flags = { a = true }, at embedded YAML:2:8",
        "upstreams = [{ url = \"u\", weight = 1 }], at embedded YAML:3:12",
        "store = { path = \"b\", retries = 5, type = \"disk\" }, at embedded YAML:1:8",
        "level = \"info\", the default",
        "legacy = 1, the default",
    ];
    let told = |indented: &[&str]| {
        let lines = lines.iter().map(|line| format!("  {line}"));
        let all: Vec<String> = indented.iter().map(|line| (*line).to_owned()).chain(lines).collect();
        all.join("\n")
    };
    assert_eq!(root.to_string(), told(&["Shop, the whole configuration"]));
    assert_eq!(format!("{root:#}"), told(&["Shop, the whole configuration", "  A shop."]));
    assert!(root.is_known() && root.key().is_root() && root.origin().is_none());
    assert_eq!(root.value(), Some(&cfg.values()));
    let keys: Vec<_> = root.keys().iter().map(|key| key.key().as_str()).collect();
    assert_eq!(keys[..3], ["name", "server.host", "server.port"]);
}

#[test]
fn a_list_and_a_map_tell_their_items() {
    let layer = "flags: {a: true}\nupstreams: [{url: u}, {url: v, weight: 2}]";
    let cfg = open(&[layer], &[("APP_FLAGS__B", "false")]);
    is_told(
        &cfg.explain("upstreams"),
        &[
            "upstreams = [{ url = \"u\", weight = 1 }, { url = \"v\", weight = 2 }]",
            "  at embedded YAML:2:12",
            "  over [], the default",
            "  type: list of section (Upstream)",
            "  rules: at most 300 items",
            "  variables: APP_UPSTREAMS, APP_UPSTREAMS_FILE",
            "  keys:",
            "    upstreams.0 = { url = \"u\", weight = 1 }, at embedded YAML:2:13",
            "    upstreams.1 = { url = \"v\", weight = 2 }, at embedded YAML:2:23",
        ],
    );
    assert_eq!(cfg.explain("upstreams").max_items(), Some(300));
    is_told(
        &cfg.explain("flags"),
        &[
            "flags = { a = true, b = false }",
            "  from environment",
            "  over { a = true } at embedded YAML:1:8",
            "  over {}, the default",
            "  type: map of true or false",
            "  variables: APP_FLAGS, APP_FLAGS_FILE",
            "  keys:",
            "    flags.a = true, at embedded YAML:1:12",
            "    flags.b = false, from APP_FLAGS__B (environment)",
        ],
    );
    is_told(
        &cfg.explain("upstreams.1.weight"),
        &[
            "upstreams.1.weight = 2",
            "  at embedded YAML:2:40",
            "  over 1, the default",
            "  type: integer (u8)",
            "  variables: APP_UPSTREAMS__1__WEIGHT, APP_UPSTREAMS__1__WEIGHT_FILE",
        ],
    );
}

#[test]
fn a_long_list_is_cut_with_a_count() {
    let items = vec!["{url: u}"; 203].join(", ");
    let cfg = open(&[&format!("upstreams: [{items}]")], &[]);
    let upstreams = cfg.explain("upstreams");
    assert_eq!((upstreams.keys().len(), upstreams.keys_left_out()), (200, 3));
    assert!(format!("{upstreams:#}").ends_with("\n    … and 3 more"));
    let root = cfg.explain("").to_string();
    let line = root.lines().find(|line| line.starts_with("  upstreams")).unwrap();
    assert!(line.contains("…, at embedded YAML:1:12") && line.chars().count() < 150, "{line}");
}

#[test]
fn an_enum_tells_which_variant_stands_there() {
    let cfg = open(&["store: {type: disk, path: b}\nlevel: debug"], &[]);
    let store = cfg.explain("store");
    is_told(
        &store,
        &[
            "store = { path = \"b\", retries = 5, type = \"disk\" }",
            "  at embedded YAML:1:8",
            "  type: one of memory, disk (section)",
            "    memory: Gone with the process.",
            "  variant: disk, at embedded YAML:1:15",
            "  variables: APP_STORE, APP_STORE_FILE",
            "  keys:",
            "    store.path = \"b\", at embedded YAML:1:27",
            "    store.retries = 5, the default",
        ],
    );
    assert_eq!((store.variant(), store.variant_origin().unwrap().column()), (Some("disk"), Some(15)));
    assert_eq!(store.variants().collect::<Vec<_>>(), ["memory", "disk"]);
    is_told(
        &cfg.explain("level"),
        &[
            "level = \"debug\"",
            "  at embedded YAML:2:8",
            "  over \"info\", the default",
            "  type: one of info, debug",
            "    debug: Everything.",
            "  variables: APP_LEVEL, APP_LEVEL_FILE",
        ],
    );
    // By its name as a key, and by its name alone.
    #[derive(HotConfig)]
    struct Named {
        one: External,
        other: External,
    }
    #[derive(HotConfig)]
    enum External {
        Off,
        On { level: u8 },
    }
    let text = "one: {On: {level: 3}}\nother: Off";
    let cfg: Hot<Named> = Hot::builder().text(hotconf::Format::Yaml, text).build().unwrap();
    let one = cfg.explain("one");
    assert_eq!(
        (one.variant(), one.variant_origin().unwrap().to_string()),
        (Some("On"), "embedded YAML:1:7".into())
    );
    assert_eq!(one.keys()[0].to_string(), "one.On.level = 3, at embedded YAML:1:19");
    let other = cfg.explain("other");
    assert_eq!((other.variant(), other.variant_origin().unwrap().line()), (Some("Off"), Some(2)));
}

#[test]
fn a_store_of_a_value_tells_what_the_schema_knows() {
    let shop = Shop {
        name: "a".to_owned(),
        server: Server { host: "b".to_owned(), port: 1 },
        tls: Some(Tls { cert: "c".to_owned(), version: 1 }),
        database_url: Some("hunter2".to_owned()),
        flags: Default::default(),
        upstreams: vec![Upstream { url: "u".to_owned(), weight: 1 }],
        store: Some(Store::Disk { path: "p".to_owned(), retries: 1 }),
        level: Level::Debug,
        legacy: 1,
    };
    let cfg = Hot::fixed(shop);
    is_told(
        &cfg.explain("server.port"),
        &[
            "server.port is set in code",
            "  Where it listens.",
            "  type: integer (u16)",
            "  rules: range(min = 1)",
            "  a change waits for a restart",
            "  set by `Hot::fixed` or `Hot::replace`, and by nothing else",
        ],
    );
    let server = cfg.explain("server");
    let keys: Vec<_> = server.keys().iter().map(ToString::to_string).collect();
    assert_eq!(keys, ["server.host is set in code", "server.port is set in code"]);
    let root = cfg.explain("");
    assert!(root.is_known() && root.is_in_code() && root.keys().len() > 8);
    assert_eq!(cfg.explain("sever.port").suggestions(), ["server.port"]);
}
