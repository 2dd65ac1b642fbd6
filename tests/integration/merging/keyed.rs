//! Lists that are made of those of all layers: items that are one by their key.

use std::collections::BTreeMap;

use hotconf::testing::{Memory, Sandbox};
use hotconf::{Error, Format, Hot, HotConfig, Outcome};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default, merge = "by-key(name)", max_items = 4)]
    upstreams: Vec<Upstream>,
    #[hot(merge = "by-key(port)")]
    listeners: Option<Box<[Listener]>>,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    #[serde(alias = "id")]
    name: String,
    #[hot(default = 1)]
    weight: u32,
    #[serde(alias = "href")]
    url: Option<String>,
    #[hot(secret)]
    token: Option<String>,
    #[hot(default, merge = "append")]
    tags: Vec<String>,
    tls: Option<Tls>,
}

#[derive(Debug, HotConfig)]
struct Tls {
    cert: String,
    #[hot(default = true)]
    verify: bool,
}

#[derive(Debug, HotConfig)]
struct Listener {
    #[hot(default = 80)]
    port: u16,
    #[hot(default)]
    name: String,
}

fn open(layers: &[&str]) -> Result<Hot<Config>, Error> {
    layers.iter().fold(Hot::builder(), |builder, text| builder.text(Format::Yaml, *text)).build()
}

fn value(layers: &[&str], key: &str) -> String {
    open(layers).unwrap().get(key).map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn error(layers: &[&str]) -> String {
    open(layers).unwrap_err().to_string()
}

#[test]
fn items_of_one_key_are_one_and_merge_deeply() {
    let cfg = open(&[
        "upstreams: [{name: a, weight: 2, tls: {cert: one, verify: false}, tags: [x]}, {name: b}]",
        "upstreams: [{name: c}, {name: a, url: up, tls: {cert: two}, tags: [y]}]",
    ])
    .unwrap();
    let config = cfg.load();
    let names: Vec<_> = config.upstreams.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let first = &config.upstreams[0];
    assert_eq!((first.weight, first.url.as_deref()), (2, Some("up")));
    let tls = first.tls.as_ref().unwrap();
    assert_eq!((tls.cert.as_str(), tls.verify), ("two", false));
    assert_eq!(first.tags, ["x", "y"]);
    assert_eq!(cfg.get("upstreams.0.weight").unwrap().to_string(), "2");
    assert_eq!(cfg.get("upstreams.2.name").unwrap().to_string(), r#""c""#);
}

#[test]
fn explanations_follow_an_item_through_the_layers() {
    let cfg = open(&[
        "upstreams:\n- {name: b}\n- {name: a, weight: 2, tls: {cert: one}, tags: [x]}",
        "\n\nupstreams: [{name: c, weight: 7}, {name: a, weight: 3, tls: {cert: two}, tags: [y]}]",
        "\n\n\n\nupstreams: [{name: a, tls: null}]",
    ])
    .unwrap();
    assert_eq!(
        cfg.explain("upstreams.1.weight").to_string(),
        "upstreams.1.weight = 3\n  at embedded YAML:3:53\n  over 2 at embedded YAML:3:21\n  over 1, the default"
    );
    assert_eq!(
        cfg.explain("upstreams.1.tags").to_string(),
        "upstreams.1.tags = [\"x\", \"y\"]\n  [\"y\"] at embedded YAML:3:80\n  \
         with [\"x\"] at embedded YAML:3:48\n  over [], the default"
    );
    assert_eq!(
        cfg.explain("upstreams.1.tags.1").to_string(),
        "upstreams.1.tags.1 = \"y\"\n  at embedded YAML:3:81"
    );
    let hidden = format!("{:#}", cfg.explain("upstreams.1.tls"));
    assert!(
        hidden.contains("what stands at embedded YAML:3:61 is hidden by null at embedded YAML:5:28"),
        "{hidden}"
    );
    let whole = format!("{:#}", cfg.explain("upstreams"));
    assert!(whole.contains("items of all sources are merged by `name`"), "{whole}");
    assert!(whole.contains("\n  with [{ name = \"b\", tags = [], weight = 1 }, "), "{whole}");
    assert_eq!(cfg.explain("upstreams.1").over().len(), 2);
    assert_eq!(cfg.explain("upstreams.3").origin(), None);
}

#[test]
fn null_takes_a_field_or_the_whole_list_away() {
    assert_eq!(
        value(&["upstreams: [{name: a, url: x}]", "upstreams: [{name: a, url: null}]"], "upstreams.0.url"),
        "-"
    );
    assert_eq!(
        value(&["upstreams: [{name: a}]", "upstreams: null", "upstreams: [{name: b}]"], "upstreams.0.name"),
        r#""b""#
    );
    assert_eq!(value(&["upstreams: [{name: a}]", "upstreams: []"], "upstreams.0.name"), r#""a""#);
}

#[test]
fn keys_are_compared_as_their_type_reads_them() {
    let sandbox = Sandbox::new();
    sandbox.write("base.toml", "[[listeners]]\nport = 8000\nname = 'low'\n");
    let cfg: Hot<Config> = Hot::builder()
        .file(sandbox.path("base.toml"))
        .env_from(
            [("APP_LISTENERS__0__PORT", "8000"), ("APP_LISTENERS__0__NAME", "high")]
                .map(|(a, b)| (a.to_owned(), b.to_owned())),
        )
        .env("APP")
        .build()
        .unwrap();
    let listeners = &cfg.load().listeners;
    let listeners: Vec<_> = listeners.iter().flatten().map(|one| (one.port, one.name.as_str())).collect();
    assert_eq!(listeners, [(8000, "high")]);
    assert_eq!(
        cfg.explain("listeners.0.name").to_string().replace(sandbox.root().to_str().unwrap(), ""),
        "listeners.0.name = \"high\"\n  from APP_LISTENERS__0__NAME (environment)\n  \
         over \"low\" at /base.toml:3:8\n  over \"\", the default"
    );
}

#[test]
fn names_that_differ_in_case_are_two_items() {
    let layers = ["upstreams: [{name: a, weight: 2}]", "upstreams: [{name: A}]"];
    assert_eq!(
        (value(&layers, "upstreams.0.weight"), value(&layers, "upstreams.1.name")),
        ("2".into(), r#""A""#.into())
    );
}

#[test]
fn two_items_of_one_key_in_one_layer_are_told_with_both_places() {
    assert_eq!(
        error(&["upstreams: [{name: a}]", "upstreams:\n  - name: b\n  - name: a\n  - id: b\n    weight: x"]),
        "2 problems in the configuration\n\
         upstreams.2.id: \"b\" is the `name` of another item of this source too, at embedded YAML:2:11; keep one of \
         them\n  at embedded YAML:4:9\n\
         upstreams.2.weight: expected a whole number (u32), found the text \"x\"\n  at embedded YAML:5:13"
    );
    // Also where a weaker layer has that item too.
    assert_eq!(
        error(&["upstreams: [{name: a}]", "\nupstreams: [{name: a}, {name: a}]"]),
        "1 problem in the configuration\n\
         upstreams.1.name: \"a\" is the `name` of another item of this source too, at embedded YAML:2:20; keep one \
         of them\n  at embedded YAML:2:31"
    );
}

#[test]
fn an_item_without_its_key_is_told_at_its_place() {
    let head = "1 problem in the configuration\n";
    assert_eq!(
        error(&["upstreams: [{name: a}]", "upstreams:\n  - name: b\n  - weight: 2"]),
        format!("{head}upstreams.2.name: is required, and set nowhere\n  at embedded YAML:3:3")
    );
    assert_eq!(
        error(&["listeners: [{port: 1}]", "listeners:\n  - port: 1\n  - name: x"]),
        format!(
            "{head}listeners.1.port: is required, though it has a default, because it says which item of the list this \
             is\n  at embedded YAML:3:3"
        )
    );
    // What is no section has no key, and is told of as such.
    assert_eq!(
        error(&["upstreams: [{name: a}]", "upstreams: [a, {name: 1}]"]),
        "2 problems in the configuration\n\
         upstreams.1: expected a section (keys with values), found a text\n  at embedded YAML:1:13\n\
         upstreams.2.name: expected a text, found the number 1; put it in quotes\n  at embedded YAML:1:23"
    );
}

#[test]
fn problems_name_the_place_that_is_wrong() {
    let sandbox = Sandbox::new();
    sandbox.write("base.toml", "[[upstreams]]\nname = 'a'\nweight = 'heavy'\n\n[[upstreams]]\nname = 'b'\n");
    sandbox.write("over.yaml", "upstreams:\n  - name: c\n    wieght: 2\n  - name: a\n    weight: 3\n  - id: b\n    weight: -1\n    tls: {}\n");
    let built =
        Hot::<Config>::builder().file(sandbox.path("base.toml")).file(sandbox.path("over.yaml")).build();
    let told = built.unwrap_err().to_string().replace(sandbox.root().to_str().unwrap(), "");
    assert_eq!(
        told,
        "3 problems in the configuration\n\
         upstreams.2.wieght: unknown key; did you mean `weight`?\n  at /over.yaml:3:5\n\
         upstreams.1.weight: -1 is too small for u32 (at least 0)\n  at /over.yaml:7:13\n\
         upstreams.1.tls.cert: is required, and set nowhere\n  at /over.yaml:8:5"
    );
}

#[test]
fn a_problem_has_the_name_that_its_layer_uses() {
    assert_eq!(
        error(&["upstreams: [{name: b}, {id: a, href: 1}]", "\nupstreams: [{name: a, weight: 2}]"]),
        "1 problem in the configuration\n\
         upstreams.1.href: expected a text, found the number 1; put it in quotes\n  at embedded YAML:1:38"
    );
}

#[test]
fn a_bad_value_names_the_other_layers_that_set_it() {
    let layers = [
        "upstreams: [{name: a}, {name: b, weight: 2}]",
        "upstreams: [{name: a, weight: 9}]",
        "\nupstreams: [{name: b, weight: -1}]",
    ];
    let error = open(&layers).unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    assert_eq!(
        problem.to_string(),
        "upstreams.1.weight: -1 is too small for u32 (at least 0)\n  at embedded YAML:2:31"
    );
    let also: Vec<_> = problem.also_set().iter().map(ToString::to_string).collect();
    assert_eq!(also, ["embedded YAML:1:42"]);
}

#[test]
fn the_most_items_are_those_that_are_left() {
    let layers =
        ["upstreams: [{name: a}, {name: b}, {name: c}]", "upstreams: [{name: c}, {name: b}, {name: d}]"];
    assert_eq!(open(&layers).unwrap().load().upstreams.len(), 4);
    let more = [layers[0], layers[1], "upstreams: [{name: e}]"];
    assert_eq!(
        error(&more),
        "1 problem in the configuration\nupstreams: has 5 items, and at most 4 are allowed\n  at embedded YAML:1:1"
    );
}

#[test]
fn secrets_within_items_are_shown_nowhere() {
    #[derive(Debug, HotConfig)]
    struct Vault {
        #[hot(merge = "by-key(code)")]
        doors: Vec<Door>,
    }
    #[derive(Debug, HotConfig)]
    struct Door {
        #[hot(secret)]
        code: String,
        #[hot(secret)]
        pin: Option<String>,
        #[hot(default)]
        open: bool,
    }
    let cfg = open(&["upstreams: [{name: a, token: hush}]", "upstreams: [{name: a, token: quiet}]"]).unwrap();
    let all =
        format!("{} {:#} {:#}", cfg.values(), cfg.explain("upstreams"), cfg.explain("upstreams.0.token"));
    assert!(!all.contains("hush") && !all.contains("quiet") && all.contains("over *** at"), "{all}");
    let stray = error(&["upstreams: hush", "upstreams: [{name: a}]"]);
    assert!(!stray.contains("hush") && stray.contains("stronger layers add to it"), "{stray}");
    assert_eq!(cfg.load().upstreams[0].token.as_deref(), Some("quiet"));
    let build = |texts: [&str; 2]| {
        let builder =
            texts.iter().fold(Hot::<Vault>::builder(), |builder, text| builder.text(Format::Yaml, *text));
        builder.build()
    };
    let vault = build(["doors: [{code: sesame, pin: x}]", "doors: [{code: sesame, open: true}]"]).unwrap();
    assert_eq!((vault.load().doors.len(), vault.load().doors[0].open), (1, true));
    let error = build(["doors: []", "doors: [{code: sesame}, {code: sesame}]"]).unwrap_err();
    let told = format!("{error} {error:?} {}", error.report());
    assert!(!told.contains("sesame") && told.contains("is the `code` of another item"), "{told}");
}

#[test]
fn a_list_is_one_key_of_a_change_whatever_layer_an_item_is_in() {
    let (base, over) = (Memory::new(), Memory::new());
    base.set_text(Format::Yaml, "upstreams: [{name: a, weight: 2}, {name: b}]");
    over.set_text(Format::Yaml, "upstreams: [{name: a, url: x}]");
    let cfg: Hot<Config> = Hot::builder().source(base.clone()).source(over.clone()).build().unwrap();
    base.set_text(Format::Yaml, "upstreams: [{name: a, url: x}, {name: b}]");
    over.set_text(Format::Yaml, "upstreams: [{name: a, weight: 2}]");
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    over.set_text(Format::Yaml, "upstreams: [{name: b, weight: 5}, {name: a, weight: 2}]");
    let Outcome::Applied(change) = cfg.reload() else { panic!("not applied") };
    assert_eq!(change.keys(), ["upstreams"]);
    let weight = |index| {
        let upstream = change.of(Config::keys().upstreams.at(index)).unwrap();
        [upstream.0, upstream.1].map(|one| one.map(|one| one.weight))
    };
    assert_eq!(weight(1), [Some(1), Some(5)]);
    assert_eq!(cfg.explain("upstreams.1.weight").origin().unwrap().column(), Some(31));
}

#[test]
fn marks_within_items_hold_the_whole_list() {
    #[derive(Debug, HotConfig)]
    struct Waiting {
        #[hot(merge = "by-key(name)")]
        pools: Vec<Pool>,
    }
    #[derive(Debug, HotConfig)]
    struct Pool {
        name: String,
        #[hot(restart, default = 1)]
        size: u32,
        #[hot(default, merge = "append")]
        hosts: Vec<String>,
    }
    let (base, over) = (Memory::new(), Memory::new());
    base.set_text(Format::Toml, "pools = [{name = 'a', hosts = ['x']}, {name = 'b'}]");
    over.set_text(Format::Toml, "pools = [{name = 'a', size = 3, hosts = ['y']}]");
    let cfg: Hot<Waiting> = Hot::builder().source(base.clone()).source(over.clone()).build().unwrap();
    base.set_text(Format::Toml, "pools = [{name = 'c'}, {name = 'b'}]");
    assert!(!matches!(cfg.reload(), Outcome::Rejected(_)));
    let pools = |cfg: &Hot<Waiting>| {
        cfg.load().pools.iter().map(|pool| (pool.name.clone(), pool.size)).collect::<Vec<_>>()
    };
    assert_eq!(pools(&cfg), [("a".to_owned(), 3), ("b".to_owned(), 1)]);
    assert_eq!(cfg.status().pending_restart()[0].key(), "pools");
    assert_eq!(cfg.load().pools[0].hosts, ["x", "y"]);
    assert_eq!(cfg.explain("pools.0.size").value().unwrap().to_string(), "3");
}

#[test]
fn long_keyed_lists_are_told_of_in_time() {
    let items = |weight: &str| {
        let items = (0..2_000).map(|number| format!("{{name: n{number}, weight: {weight}}}"));
        format!("upstreams: [{}]", items.collect::<Vec<_>>().join(", "))
    };
    // Each problem would have all items looked through.
    let error = open(&[&items("1"), &items("x")]).unwrap_err();
    assert!(error.problems().len() > 1000);
    assert!(error.problems()[1].also_set().is_empty());
}

#[test]
fn keyed_lists_stand_within_keyed_lists_maps_and_variants() {
    #[derive(Debug, HotConfig)]
    struct Deep {
        #[hot(default)]
        zones: BTreeMap<String, Zone>,
        kind: Kind,
    }
    #[derive(Debug, HotConfig)]
    struct Zone {
        #[hot(default, merge = "by-key(id)")]
        hosts: Vec<Host>,
    }
    #[derive(Debug, HotConfig)]
    struct Host {
        id: u8,
        #[hot(default, merge = "by-key(port)")]
        listeners: Vec<Listener>,
    }
    #[derive(Debug, HotConfig)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Kind {
        Plain {
            #[hot(merge = "append")]
            words: Vec<String>,
        },
    }
    let layers = [
        "zones: {x: {hosts: [{id: 1, listeners: [{port: 1}, {port: 2, name: low}]}]}}\nkind: {type: plain, words: [a]}",
        "zones: {x: {hosts: [{id: 2}, {id: 1, listeners: [{port: 2, name: high}]}]}}\nkind: {type: plain, words: [ b]}",
        "kind: {words: [c]}",
    ];
    let builder =
        layers.iter().fold(Hot::<Deep>::builder(), |builder, text| builder.text(Format::Yaml, *text));
    let cfg = builder.build().unwrap();
    assert_eq!(
        cfg.explain("zones.x.hosts.0.listeners.1.name").to_string(),
        "zones.x.hosts.0.listeners.1.name = \"high\"\n  at embedded YAML:1:66\n  \
         over \"low\" at embedded YAML:1:68\n  over \"\", the default"
    );
    let Kind::Plain { words } = &cfg.load().kind;
    assert_eq!(*words, ["a", "b", "c"]);
    assert_eq!(cfg.load().zones["x"].hosts[0].listeners[1].name, "high");
    assert_eq!(cfg.get("kind.words.1").unwrap().to_string(), r#""b""#);
    assert_eq!(cfg.explain("kind.words.1").to_string(), "kind.words.1 = \"b\"\n  at embedded YAML:2:30");
    assert_eq!(cfg.explain("kind.words.0").to_string(), "kind.words.0 = \"a\"\n  at embedded YAML:2:29");
}

#[test]
fn items_of_a_flattened_enum_have_the_layer_that_they_are_from() {
    #[derive(Debug, HotConfig)]
    struct Flat {
        #[serde(flatten)]
        side: Side,
    }
    #[derive(Debug, HotConfig)]
    #[serde(tag = "mode", content = "with", rename_all = "lowercase")]
    enum Side {
        Lots {
            #[hot(merge = "append")]
            lots: Vec<u8>,
        },
    }
    let layers = ["mode: lots\nwith: {lots: [1, 2]}", "with: {lots: [3]}"];
    let builder =
        layers.iter().fold(Hot::<Flat>::builder(), |builder, text| builder.text(Format::Yaml, *text));
    let cfg = builder.build().unwrap();
    assert_eq!(cfg.explain("with.lots.1").to_string(), "with.lots.1 = 2\n  at embedded YAML:2:18");
    // The layer that adds to it does not say which variant it is.
    assert_eq!(cfg.explain("with.lots.2").to_string(), "with.lots.2 = 3\n  at embedded YAML:1:15");
}

#[test]
fn a_key_that_the_items_do_not_have_is_told_of_before_anything_is_read() {
    #[derive(Debug, HotConfig)]
    struct Hidden {
        #[hot(default, merge = "by-key(nmae)")]
        pools: Pools,
    }
    #[derive(Debug, Default, HotConfig)]
    #[serde(transparent)]
    struct Pools(Vec<Listener>);
    let error = Hot::<Hidden>::builder().build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 problem in the configuration\n\
         pools: cannot be merged by `nmae`, which is no field of its items that is one value of each"
    );
    #[derive(Debug, HotConfig)]
    struct Outer {
        #[hot(default)]
        inner: BTreeMap<String, Hidden>,
        kind: Option<Kind>,
    }
    #[derive(Debug, HotConfig)]
    enum Kind {
        Hidden(Hidden),
    }
    #[derive(Debug, HotConfig)]
    struct OfKind {
        kind: Option<Kind>,
    }
    for error in [Hot::<Outer>::builder().build().unwrap_err(), Hot::<OfKind>::builder().build().unwrap_err()]
    {
        assert!(error.to_string().contains("pools: cannot be merged by `nmae`"), "{error}");
    }
}
