//! Lists that are made of those of all layers, where a configuration is kept: for a restart, for a rollback, for the next
//! start.

use std::collections::BTreeSet;

use hotconf::testing::{Memory, Sandbox};
use hotconf::{Format, Hot, HotConfig, Outcome, Watch};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default, merge = "append")]
    plugins: Vec<String>,
    #[hot(default, merge = "append")]
    ports: BTreeSet<u16>,
    #[hot(default, merge = "by-key(name)")]
    pools: Vec<Pool>,
}

#[derive(Debug, HotConfig)]
struct Pool {
    name: String,
    #[hot(default = 1)]
    size: u32,
}

/// A store of two texts, the weaker one first.
struct Two {
    base: Memory,
    over: Memory,
    cfg: Hot<App>,
}

impl Two {
    fn new(base: &str, over: &str) -> Self {
        let (weak, strong) = (Memory::new(), Memory::new());
        weak.set_text(Format::Yaml, base);
        strong.set_text(Format::Yaml, over);
        let builder = Hot::<App>::builder().source(weak.clone()).source(strong.clone()).shrink_guard(0.5);
        Self { base: weak, over: strong, cfg: builder.build().unwrap() }
    }

    fn say(&self, base: &str, over: &str) -> Outcome<App> {
        self.base.set_text(Format::Yaml, base);
        self.over.set_text(Format::Yaml, over);
        self.cfg.reload()
    }

    fn refusal(&self, base: &str, over: &str) -> String {
        match self.say(base, over) {
            Outcome::Rejected(error) => error.problems()[0].message().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    fn value(&self, key: &str) -> String {
        self.cfg.get(key).unwrap().to_string()
    }
}

#[test]
fn what_a_merged_list_loses_is_counted_in_all_layers() {
    let two = Two::new("plugins: [a, b]", "plugins: [c, d]");
    let told = "would lose 3 of 4 entries, more than the shrink guard of 50 % allows";
    assert!(two.refusal("plugins: [a]", "plugins: []").starts_with(told));
    assert!(two.refusal("plugins: [a, b]", "plugins: null").starts_with("would lose 4 of 4 entries"));
    // What one layer loses another may have.
    assert!(matches!(two.say("plugins: []", "plugins: [a, b, c]"), Outcome::Applied(_)));

    // What several layers have counts once, where it is one.
    let two = Two::new("ports: [1, 2]\npools: [{name: a}, {name: b}]", "ports: [1, 2]\npools: [{name: b}]");
    assert!(two.refusal("ports: []", "pools: [{name: a}]").starts_with("would lose 2 of 2 entries"));
    let fewer = two.say("ports: [1]\npools: []", "ports: [1]\npools: [{name: b}]");
    assert!(matches!(fewer, Outcome::Applied(_)), "{fewer:?}");
}

#[test]
fn a_rollback_brings_the_merged_list_back() {
    let two =
        Two::new("plugins: [a]\npools: [{name: a, size: 2}]", "plugins: [b]\npools: [{name: a}, {name: b}]");
    assert!(matches!(
        two.say("plugins: [c]\npools: [{name: b, size: 3}]", "\nplugins: [b]\npools: [{name: c}, {name: b}]"),
        Outcome::Applied(_)
    ));
    assert_eq!(two.value("plugins"), r#"["c", "b"]"#);
    let history = two.cfg.history();
    let changes: Vec<_> = history[1].changes().iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        [
            "plugins: [\"a\", \"b\"] -> [\"c\", \"b\"], from memory:2:10",
            "pools: [{ name = \"a\", size = 2 }, { name = \"b\", size = 1 }] -> \
             [{ name = \"b\", size = 3 }, { name = \"c\", size = 1 }], from memory:3:8"
        ]
    );
    assert!(matches!(two.cfg.rollback(1), Ok(Outcome::Applied(_))));
    assert_eq!(
        (two.value("plugins"), two.value("pools.0.size")),
        (r#"["a", "b"]"#.to_owned(), "2".to_owned())
    );
    let second = two.cfg.explain("plugins.1");
    let origin = second.origin().unwrap();
    assert_eq!((origin.line(), origin.column()), (Some(1), Some(11)));
}

#[test]
fn a_plan_has_the_merged_list() {
    let two = Two::new("plugins: [a]", "plugins: [b]");
    two.base.set_text(Format::Yaml, "plugins: [a, c]");
    assert_eq!(
        two.cfg.plan().to_string(),
        "the configuration is good\nof version 1 1 key would change:\n  \
         plugins: [\"a\", \"b\"] -> [\"a\", \"c\", \"b\"], from memory:1:10"
    );
    assert_eq!(two.value("plugins"), r#"["a", "b"]"#);
}

#[test]
fn a_start_from_what_was_kept_has_every_item_from_its_place() {
    let sandbox = Sandbox::new();
    sandbox.write("base.toml", "plugins = ['a', 'b']\npools = [{name = 'x', size = 2}]\n");
    sandbox.write("over.yaml", "plugins: [c]\npools: [{name: y}, {name: x, size: 3}]\nports: null\n");
    let build = || {
        let builder = Hot::<App>::builder().watch(Watch::Off);
        let builder = builder.file(sandbox.path("base.toml")).file(sandbox.path("over.yaml"));
        builder.last_good(sandbox.path("good.json")).build().unwrap()
    };
    let told = |cfg: &Hot<App>| {
        let keys = ["plugins", "plugins.0", "plugins.2", "pools", "pools.0.size", "pools.1.name", "ports"];
        let told = keys.map(|key| format!("{:#}", cfg.explain(key)));
        format!("{}\n{}", cfg.values(), told.join("\n"))
    };
    let good = build();
    let before = told(&good);
    drop(good);
    sandbox.write("base.toml", "plugins = ");
    let cfg = build();
    assert!(cfg.status().started_from_last_good().is_some());
    assert_eq!(told(&cfg).replace(" (last good)", ""), before);
    assert_eq!(
        (&*cfg.load().plugins, cfg.load().pools[0].size),
        (&["a", "b", "c"].map(str::to_owned)[..], 3)
    );
    // Its sources say again what it is once they are good.
    sandbox.write("base.toml", "plugins = ['d']\n");
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert_eq!(cfg.load().plugins, ["d", "c"]);
}

#[derive(Debug, HotConfig)]
struct Waiting {
    #[hot(restart)]
    inner: Internal,
    #[hot(restart)]
    outer: External,
    #[hot(restart)]
    beside: Adjacent,
    #[hot(restart)]
    loose: Untagged,
    #[hot(restart)]
    part: Option<Part>,
    #[hot(default)]
    other: u8,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Internal {
    Few {
        few: u8,
    },
    Many {
        #[hot(merge = "append")]
        many: Vec<u8>,
    },
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum External {
    Few {
        few: u8,
    },
    #[serde(alias = "lots")]
    Many {
        #[hot(merge = "append")]
        many: Vec<u8>,
    },
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type", content = "with", rename_all = "lowercase")]
enum Adjacent {
    Few {
        few: u8,
    },
    Many {
        #[hot(merge = "append")]
        many: Vec<u8>,
    },
}

#[derive(Debug, HotConfig)]
#[serde(untagged)]
enum Untagged {
    Few {
        few: u8,
    },
    Many {
        #[hot(merge = "append")]
        many: Vec<u8>,
    },
}

#[derive(Debug, HotConfig)]
struct Part {
    name: String,
    #[hot(default, merge = "append")]
    tags: Vec<u8>,
    #[serde(flatten)]
    kind: Internal,
}

#[test]
fn the_lists_of_a_variant_are_kept_merged() {
    let layers = [
        // What says another variant has no part in it.
        "inner: {type: few, few: 1}\nouter: {few: {few: 1}}\nbeside: {type: few, with: {few: 1}}\n\
         loose: {many: [0]}\npart: {type: few, few: 1, name: low, tags: [0]}",
        "inner: {type: many, many: [1, 2]}\nouter: {lots: {many: [1, 2]}}\n\
         beside: {type: many, with: {many: [1, 2]}}\nloose: {many: [1, 2]}\npart: {type: many, many: [1, 2]}",
        "inner: {type: many, many: [3]}\nouter: {many: {many: [3]}}\nbeside: {type: many, with: {many: [3]}}\n\
         loose: {many: [3]}\npart: {type: many, many: [3], name: high, tags: [9]}",
        // A key with nothing behind it takes nothing away.
        "inner:\n  many:",
    ];
    let memories = layers.map(|_| Memory::new());
    let say = |layers: [&str; 4]| {
        memories.iter().zip(layers).for_each(|(memory, text)| memory.set_text(Format::Yaml, text));
    };
    say(layers);
    let builder = memories.iter().fold(Hot::<Waiting>::builder(), |builder, one| builder.source(one.clone()));
    let cfg = builder.build().unwrap();
    let told = || {
        let keys = [
            "inner",
            "inner.many.0",
            "inner.many.2",
            "outer",
            "outer.many.many.1",
            "beside",
            "beside.with.many.0",
            "loose",
            "part",
            "part.many.0",
            "part.many.2",
        ];
        keys.map(|key| {
            let explanation = cfg.explain(key);
            let origin = explanation.origin().map(|origin| (origin.line(), origin.column()));
            format!("{key} = {:?} {origin:?}", explanation.value().map(ToString::to_string))
        })
    };
    let before = told();
    assert_eq!(before[2], "inner.many.2 = Some(\"3\") Some((Some(1), Some(28)))");
    assert_eq!(before[10], "part.many.2 = Some(\"3\") Some((Some(5), Some(27)))");
    for (key, many) in
        [("inner.many", "[1, 2, 3]"), ("loose.many", "[0, 1, 2, 3]"), ("part.many", "[1, 2, 3]")]
    {
        assert_eq!(cfg.get(key).unwrap().to_string(), many, "{key}");
    }
    say([
        "inner: {type: many, many: [4]}",
        "inner: {many: [5]}\nouter: {few: {few: 1}}\nbeside: {type: few, with: {few: 1}}\nloose: {few: 1}",
        "other: 1",
        "{}",
    ]);
    let outcome = cfg.reload();
    let Outcome::Applied(change) = outcome else { panic!("{outcome:?}") };
    assert_eq!(change.keys(), ["other"]);
    assert_eq!(told(), before);
    let config = cfg.load();
    let Internal::Many { many: inner } = &config.inner else { panic!("{config:?}") };
    let External::Many { many: outer } = &config.outer else { panic!("{config:?}") };
    let Adjacent::Many { many: beside } = &config.beside else { panic!("{config:?}") };
    let Untagged::Many { many: loose } = &config.loose else { panic!("{config:?}") };
    let Some(Part { kind: Internal::Many { many: part }, name, tags }) = &config.part else {
        panic!("{config:?}")
    };
    for many in [inner, outer, beside, part] {
        assert_eq!(*many, [1, 2, 3]);
    }
    assert_eq!((&**loose, name.as_str(), &**tags), (&[0, 1, 2, 3][..], "high", &[0, 9][..]));
    let status = cfg.status();
    let pending = status.pending_restart().iter().find(|pending| *pending.key() == "inner").unwrap();
    assert_eq!(pending.configured().unwrap().to_string(), r#"{ many = [4, 5], type = "many" }"#);
    assert_eq!(pending.running().unwrap().to_string(), r#"{ many = [1, 2, 3], type = "many" }"#);
    say(layers);
    assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    assert!(cfg.status().pending_restart().is_empty());
}
