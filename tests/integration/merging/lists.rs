//! Lists that are made of those of all layers: items that are appended.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use hotconf::testing::{Memory, Sandbox};
use hotconf::{Error, Format, Hot, HotConfig, Merge, Outcome};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default = ["std"], merge = "append")]
    plugins: Vec<String>,
    #[hot(merge = "append")]
    ports: Option<BTreeSet<u16>>,
    #[hot(default, merge = "append")]
    #[serde(alias = "aka")]
    names: HashSet<String>,
    #[hot(default, merge = "append")]
    shared: Arc<[String]>,
    #[hot(default, merge = "append", max_items = 3)]
    few: Arc<Vec<u8>>,
    #[hot(default, merge = "append")]
    steps: Vec<Step>,
    #[hot(default, merge = "replace")]
    replaced: Vec<String>,
}

#[derive(Debug, HotConfig)]
struct Step {
    run: String,
    #[hot(secret)]
    token: Option<String>,
    #[hot(default, merge = "append")]
    tags: Vec<String>,
}

fn open(format: Format, layers: &[&str]) -> Result<Hot<Config>, Error> {
    layers.iter().fold(Hot::builder(), |builder, text| builder.text(format, *text)).build()
}

fn value(layers: &[&str], key: &str) -> String {
    let cfg = open(Format::Yaml, layers).unwrap();
    cfg.get(key).map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn error(layers: &[&str]) -> String {
    open(Format::Yaml, layers).unwrap_err().to_string()
}

#[test]
fn the_items_of_all_layers_come_one_after_the_other() {
    let cfg = open(
        Format::Toml,
        &["plugins = ['a', 'b']\nports = [2]", "names = ['x']", "plugins = ['a', 'c']\nports = [1, 2]"],
    )
    .unwrap();
    assert_eq!(cfg.load().plugins, ["a", "b", "a", "c"]);
    assert_eq!(cfg.load().ports, Some(BTreeSet::from([1, 2])));
    assert_eq!(cfg.get("plugins").unwrap().to_string(), r#"["a", "b", "a", "c"]"#);
    assert_eq!(cfg.get("plugins.3").unwrap().to_string(), r#""c""#);
    assert_eq!(cfg.get("ports").unwrap().to_string(), "[1, 2]");
    assert_eq!(cfg.get("plugins.4"), None);
    let values = cfg.values().to_string();
    assert!(values.contains(r#"plugins = ["a", "b", "a", "c"]"#), "{values}");
}

#[test]
fn every_kind_of_list_can_be_appended_to() {
    let cfg = open(
        Format::Toml,
        &["names = ['x']\nshared = ['a']\nfew = [1]", "names = ['y', 'x']\nshared = ['b']\nfew = [2]"],
    )
    .unwrap();
    let config = cfg.load();
    assert_eq!(config.names, HashSet::from(["x".to_owned(), "y".to_owned()]));
    assert_eq!(&*config.shared, ["a", "b"]);
    assert_eq!(*config.few, [1, 2]);
    assert_eq!((config.ports.is_none(), &*config.plugins), (true, &["std".to_owned()][..]));
}

#[test]
fn null_discards_and_empty_adds_nothing() {
    assert_eq!(value(&["plugins: [a]", "plugins: []"], "plugins"), r#"["a"]"#);
    assert_eq!(value(&["plugins: []"], "plugins"), "[]");
    assert_eq!(value(&["plugins: [a]", "plugins: null", "plugins: [b]"], "plugins"), r#"["b"]"#);
    assert_eq!(value(&["plugins: [a]", "plugins: null", "plugins: []"], "plugins"), "[]");
    // What is left of nothing is the default, which is no layer that could be added to.
    assert_eq!(value(&["plugins: [a]", "plugins: null"], "plugins"), r#"["std"]"#);
    assert_eq!(value(&["ports: [1]", "ports: null"], "ports"), "-");
    assert_eq!(value(&["plugins: [a]"], "plugins"), r#"["a"]"#);
    // A key with nothing behind it is absent.
    assert_eq!(value(&["plugins: [a]", "plugins:", "plugins: [b]"], "plugins"), r#"["a", "b"]"#);
    assert_eq!(value(&["plugins:", "plugins: [a]"], "plugins"), r#"["a"]"#);
    assert_eq!(value(&["plugins: [a]", "plugins: [b]", "plugins:"], "plugins.1"), r#""b""#);
    assert_eq!(value(&["replaced: [a]", "replaced:"], "replaced.0"), r#""a""#);
    assert_eq!(value(&["replaced: [a]", "replaced: [b]"], "replaced"), r#"["b"]"#);
}

#[test]
fn layers_add_to_a_list_by_any_of_its_names() {
    let layers = ["names: [a]", "aka: [b]", "names: [c]"];
    assert_eq!(value(&layers, "names"), r#"["a", "b", "c"]"#);
    assert_eq!(open(Format::Yaml, &layers).unwrap().load().names.len(), 3);
}

#[test]
fn lists_within_items_are_those_of_their_item() {
    let layers = ["steps: [{run: a, tags: [x]}]", "steps: [{run: a, tags: [y]}]"];
    assert_eq!(value(&layers, "steps.0.tags"), r#"["x"]"#);
    assert_eq!(value(&layers, "steps.1.tags"), r#"["y"]"#);
}

#[test]
fn the_most_items_are_those_of_all_layers() {
    assert_eq!(
        error(&["few: [1, 2]", "few: [3, 4]"]),
        "1 problem in the configuration\nfew: has 4 items, and at most 3 are allowed\n  at embedded YAML:1:1"
    );
}

#[test]
fn a_wrong_item_is_told_at_its_place() {
    let sandbox = Sandbox::new();
    sandbox.write("base.toml", "few = [1]\n\n[[steps]]\nrun = 'a'\n");
    sandbox.write("over.yaml", "few:\n  - 2\n  - 300\nsteps:\n  - run: b\n  - token: hush\n    tags: [1]\n");
    let built =
        Hot::<Config>::builder().file(sandbox.path("base.toml")).file(sandbox.path("over.yaml")).build();
    let told = built.unwrap_err().to_string().replace(sandbox.root().to_str().unwrap(), "");
    assert_eq!(
        told,
        "3 problems in the configuration\n\
         few.2: 300 is too large for u8 (at most 255)\n  at /over.yaml:3:5\n\
         steps.2.run: is required, and set nowhere\n  at /over.yaml:6:3\n\
         steps.2.tags.0: expected a text, found the number 1; put it in quotes\n  at /over.yaml:7:12"
    );
}

#[test]
fn what_is_no_list_is_told_of_above_and_beneath() {
    let told = "1 problem in the configuration\nfew: expected a list, found the number 2";
    assert_eq!(error(&["few: [1]", "few: 2"]), format!("{told}\n  at embedded YAML:1:6"));
    // It would be lost without a word, where those above it add to it.
    assert_eq!(
        error(&["few: 2", "\nfew: [1]"]),
        format!("{told}; stronger layers add to it\n  at embedded YAML:1:6")
    );
}

#[test]
fn explanations_say_what_comes_from_where() {
    let texts = ["plugins: [z]", "plugins: null", "plugins: [a, b]", "names: [x]", "plugins:\n- c"];
    let cfg = open(Format::Yaml, &texts).unwrap();
    assert_eq!(
        cfg.explain("plugins").to_string(),
        "plugins = [\"a\", \"b\", \"c\"]\n  \
         [\"c\"] at embedded YAML:2:3\n  \
         with [\"a\", \"b\"] at embedded YAML:1:10\n  \
         over null at embedded YAML:1:10\n  \
         over [\"z\"] at embedded YAML:1:10\n  \
         over [\"std\"], the default"
    );
    let known = format!("{:#}", cfg.explain("plugins"));
    for line in [
        "what stands at embedded YAML:1:10 is hidden by null at embedded YAML:1:10",
        "items of all sources are appended",
        "plugins.2 = \"c\", at embedded YAML:2:3",
    ] {
        assert!(known.contains(line), "{line}\n{known}");
    }
    // An item is from one layer, and nothing that others have at its number is beneath it.
    assert_eq!(cfg.explain("plugins.2").to_string(), "plugins.2 = \"c\"\n  at embedded YAML:2:3");
    assert_eq!(cfg.explain("plugins.0").to_string(), "plugins.0 = \"a\"\n  at embedded YAML:1:11");
    assert!(!format!("{:#}", cfg.explain("plugins.0")).contains("hidden"));
    assert_eq!(cfg.explain("names").to_string().lines().count(), 3, "one part alone needs no words");
    assert_eq!(cfg.explain("plugins").merge(), Merge::Append);
}

#[test]
fn variables_arguments_and_overrides_take_part() {
    let variables = [("APP_PLUGINS", "c,d"), ("APP_STEPS__0__RUN", "variable")];
    let cfg: Hot<Config> = Hot::builder()
        .text(Format::Toml, "plugins = ['a', 'b']\nsteps = [{run = 'file'}]")
        .env_from(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .env("APP")
        .arg_overrides(["plugins=e"])
        .build()
        .unwrap();
    assert_eq!(cfg.load().plugins, ["a", "b", "c", "d", "e"]);
    assert_eq!(cfg.get("steps.1.run").unwrap().to_string(), r#""variable""#);
    assert!(matches!(cfg.set("plugins", vec!["f"]), Ok(Outcome::Applied(_))));
    assert_eq!(cfg.load().plugins, ["a", "b", "c", "d", "e", "f"]);
    assert!(matches!(cfg.unset("plugins"), Ok(Outcome::Applied(_))));
    assert_eq!(cfg.load().plugins, ["a", "b", "c", "d", "e"]);
    let refused = cfg.set("plugins.1", "x").unwrap_err().to_string();
    let remedy =
        "plugins: expected a list, found a section; an item has no key of its own; set the whole list";
    assert!(refused.contains(remedy), "{refused}");
}

#[test]
fn a_list_is_one_key_of_a_change() {
    let (base, over) = (Memory::new(), Memory::new());
    base.set_text(Format::Toml, "plugins = ['a']\nports = [1]\nreplaced = ['x']");
    over.set_text(Format::Toml, "plugins = ['b']\nports = [2]\nreplaced = ['y']");
    let cfg: Hot<Config> = Hot::builder().source(base.clone()).source(over.clone()).build().unwrap();
    base.set_text(Format::Toml, "plugins = ['c', 'd']\nports = [1, 2]\nreplaced = ['z']");
    let Outcome::Applied(change) = cfg.reload() else { panic!("not applied") };
    assert_eq!(change.keys(), ["plugins"]);
    let second = change.of(Config::keys().plugins.at(1));
    assert_eq!(
        second.map(|(old, new)| (old.cloned(), new.cloned())),
        Some((Some("b".to_owned()), Some("d".to_owned())))
    );
    // An item that moves from one layer to the next is none.
    base.set_text(Format::Toml, "plugins = ['c']\nports = [1]\nreplaced = []");
    over.set_text(Format::Toml, "plugins = ['d', 'b']\nports = [2, 1]\nreplaced = ['y']");
    assert!(matches!(cfg.reload(), Outcome::Unchanged));
    assert_eq!(cfg.explain("plugins.1").origin().unwrap().line(), Some(1));
    // A layer that had none of it adds to it.
    base.set_text(Format::Toml, "replaced = []");
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    base.set_text(Format::Toml, "replaced = []\nplugins = ['a']");
    let Outcome::Applied(change) = cfg.reload() else { panic!("not applied") };
    assert_eq!(change.keys(), ["plugins"]);
    assert_eq!(cfg.load().plugins, ["a", "d", "b"]);
}

#[test]
fn a_list_that_waits_for_a_restart_is_kept_as_it_runs() {
    #[derive(Debug, HotConfig)]
    struct Waiting {
        #[hot(restart, merge = "append")]
        plugins: Vec<String>,
        #[hot(default)]
        other: u8,
    }
    let (base, over) = (Memory::new(), Memory::new());
    base.set_text(Format::Toml, "plugins = ['a']");
    over.set_text(Format::Toml, "plugins = ['b']");
    let cfg: Hot<Waiting> = Hot::builder().source(base.clone()).source(over.clone()).build().unwrap();
    base.set_text(Format::Toml, "plugins = ['a', 'c']\nother = 1");
    let Outcome::Applied(change) = cfg.reload() else { panic!("not applied") };
    assert_eq!(change.keys(), ["other"]);
    assert_eq!(cfg.load().plugins, ["a", "b"]);
    assert_eq!(cfg.get("plugins").unwrap().to_string(), r#"["a", "b"]"#);
    let status = cfg.status();
    let [pending] = status.pending_restart() else { panic!("{status:?}") };
    assert_eq!(pending.running().unwrap().to_string(), r#"["a", "b"]"#);
    assert_eq!(pending.configured().unwrap().to_string(), r#"["a", "c", "b"]"#);
    assert!(!cfg.explain("plugins").to_string().contains(" with "), "{}", cfg.explain("plugins"));
    // What is added while it waits, waits as well.
    over.set_text(Format::Toml, "plugins = ['d']");
    assert!(!matches!(cfg.reload(), Outcome::Rejected(_)));
    assert_eq!(cfg.load().plugins, ["a", "b"]);
    base.set_text(Format::Toml, "plugins = ['a']\nother = 1");
    over.set_text(Format::Toml, "plugins = ['b']");
    assert!(!matches!(cfg.reload(), Outcome::Rejected(_)));
    assert!(cfg.status().pending_restart().is_empty());
}

#[test]
fn a_key_with_nothing_behind_it_is_no_part_of_what_is_kept() {
    #[derive(Debug, HotConfig)]
    struct Waiting {
        #[hot(restart, default, merge = "append")]
        plugins: Vec<String>,
        #[hot(restart, default)]
        hosts: Vec<String>,
        #[hot(default, merge = "append")]
        free: Vec<String>,
    }
    let (base, over) = (Memory::new(), Memory::new());
    base.set_text(Format::Yaml, "plugins: [a]\nhosts: [x]\nfree: [p]");
    over.set_text(Format::Yaml, "plugins:\nhosts:\nfree: [q]");
    let cfg: Hot<Waiting> = Hot::builder().source(base.clone()).source(over).build().unwrap();
    base.set_text(Format::Yaml, "plugins: [b]\nhosts: [y]\nfree: [p]");
    assert!(!matches!(cfg.reload(), Outcome::Rejected(_)));
    assert_eq!((&*cfg.load().plugins, &*cfg.load().hosts), (&["a".to_owned()][..], &["x".to_owned()][..]));
    assert_eq!(cfg.status().pending_restart().len(), 2);
    // What waits is told as one, and what does not is told as what it is made of.
    assert!(!cfg.explain("plugins").to_string().contains(" with "), "{}", cfg.explain("plugins"));
    assert!(cfg.explain("free").to_string().contains("\n  with [\"p\"]"), "{}", cfg.explain("free"));
}

#[test]
fn a_source_of_secrets_makes_the_whole_list_a_secret() {
    let sandbox = Sandbox::new();
    sandbox.write("secrets/plugins", "hush,quiet");
    let cfg: Hot<Config> = Hot::builder()
        .text(Format::Toml, "plugins = ['a']")
        .secrets_dir(sandbox.path("secrets"))
        .build()
        .unwrap();
    assert_eq!(cfg.load().plugins, ["a", "hush", "quiet"]);
    let told = format!("{} {:#} {:#}", cfg.values(), cfg.explain("plugins"), cfg.explain("plugins.1"));
    assert!(!told.contains("hush") && !told.contains("quiet"), "{told}");
}

#[test]
fn the_schema_says_the_rule() {
    let rules = Config::schema().fields().map(|field| (field.key().to_string(), field.merge()));
    let rules: Vec<_> = rules.filter(|(_, rule)| *rule != Merge::Append).collect();
    assert_eq!(rules, [("replaced".to_owned(), Merge::Replace)]);
    let table = hotconf::KeyTable::of::<Config>().to_string();
    assert!(
        table.contains("| `plugins` | list of text | `[\"std\"]` |  | items of all sources are appended |"),
        "{table}"
    );
    let template = hotconf::Template::of::<Config>(Format::Toml).to_string();
    assert!(template.contains("Items of all sources are appended."), "{template}");
}
