//! A start from the last good configuration, where the sources are bad.

mod bad;
mod healing;
mod secrets;
mod writing;

use std::collections::BTreeMap;
use std::path::PathBuf;

use hotconf::testing::Memory;
use hotconf::{Builder, Format, Hot, HotConfig, Value, Watch};
use hotconf_tests::Sandbox;

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 8000)]
    port: u16,
    #[hot(default = "shop", restart)]
    name: String,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default)]
    limits: Limits,
    cache: Option<Cache>,
}

#[derive(Debug, Default, HotConfig)]
struct Limits {
    #[hot(default)]
    rate: f64,
    #[hot(default)]
    most: u64,
    #[hot(default)]
    since: String,
    #[hot(default)]
    hosts: Vec<String>,
}

#[derive(Debug, HotConfig)]
struct Cache {
    #[hot(default = 1)]
    size: u32,
}

/// A folder with `app.toml` and a place for what is kept.
struct Place {
    sandbox: Sandbox,
}

impl Place {
    fn new(text: &str) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", text);
        Self { sandbox }
    }

    fn kept(&self) -> PathBuf {
        self.sandbox.at("last-good.json")
    }

    fn builder<T: HotConfig + Send + Sync>(&self) -> Builder<T> {
        Hot::builder().watch(Watch::Off).file(self.sandbox.at("app.toml")).last_good(self.kept())
    }

    /// Begins well once and ends, so that something is kept.
    fn begin(&self) {
        drop(self.builder::<App>().build().unwrap());
        assert!(self.kept().exists());
    }
}

/// Every key with its value and its origin.
fn told<T: HotConfig + Send + Sync>(cfg: &Hot<T>) -> String {
    cfg.explain("").to_string()
}

#[test]
fn nothing_is_kept_unasked_and_nothing_is_told_of_a_good_start() {
    let place = Place::new("port = 1");
    let cfg: Hot<App> = Hot::builder().file(place.sandbox.at("app.toml")).build().unwrap();
    drop(cfg);
    assert!(!place.kept().exists());
    let cfg = place.builder::<App>().build().unwrap();
    let status = cfg.status();
    assert_eq!((status.started_from_last_good(), status.last_error()), (None, None));
    assert!(status.warnings().is_empty(), "{:?}", status.warnings());
}

#[test]
fn what_was_kept_has_the_same_values_from_the_same_places() {
    let texts = [
        (
            "app.toml",
            "port = 80\nname = '''a \"b\"\\\n'''\n[limits]\nrate = 0.1\nmost = 18446744073709551615\n\
             since = 1979-05-27T07:32:00Z\nhosts = ['a', 'b']\n[flags]\n\"dark mode\" = true\n\"a.b\" = false\n[cache]\n",
        ),
        (
            "app.yaml",
            "port: 80\nname: 00123\nlimits: {rate: 1e300, most: 18446744073709551615, hosts: [a, b]}\nflags:\ncache: {}\n",
        ),
        (
            "app.json",
            "{\"port\": 80, \"limits\": {\"rate\": 0.1, \"hosts\": []}, \"cache\": null, \"flags\": {\"ü\": true}}",
        ),
    ];
    for (name, text) in texts {
        let place = Place::new("");
        place.sandbox.write(name, text);
        let builder = || {
            Hot::<App>::builder()
                .watch(Watch::Off)
                .text(Format::Toml, "cache.size = 3\nflags.below = true")
                .file(place.sandbox.at(name))
                .last_good(place.kept())
        };
        let good = builder().build().unwrap();
        let (values, origins) = (good.values(), told(&good));
        drop(good);
        place.sandbox.write(name, "!");
        let again = builder().build().unwrap();
        assert_eq!(again.values(), values);
        assert_eq!(again.version(), 1);
        assert!(told(&again).contains(":1:"), "{}", told(&again));
        assert_eq!(told(&again).replace(" (last good)", ""), origins);
        let origin = again.explain("port").origin().unwrap().clone();
        assert!(origin.is_last_good());
        assert!(origin.to_string().ends_with(&format!(
            "{name}:{}:{} (last good)",
            origin.line().unwrap(),
            origin.column().unwrap()
        )));
    }
}

#[test]
fn values_that_were_never_text_are_kept() {
    let sandbox = Sandbox::new();
    let memory = Memory::new();
    let builder = || Hot::<App>::builder().source(memory.clone()).last_good(sandbox.at("kept"));
    memory.set("limits.rate", -0.25);
    memory.set("limits.hosts", ["a", "b"]);
    memory.set("flags.\"x.y\"", true);
    memory.set("cache", Value::Null);
    let good = builder().build().unwrap();
    let (values, origins) = (good.values(), told(&good));
    drop(good);
    memory.fail("the server is away");
    let again = builder().build().unwrap();
    assert_eq!(again.values(), values);
    assert_eq!(told(&again).replace(" (last good)", ""), origins);
    assert_eq!(again.explain("limits.rate").origin().unwrap().to_string(), "memory (last good)");
}

#[test]
fn values_that_are_read_whole_are_kept() {
    #[derive(HotConfig)]
    struct Any {
        #[hot(leaf)]
        inner: toml::Value,
    }
    let place = Place::new("inner = [inf, -inf, 1.0, -7, 1979-05-27, { a = 'x', \"b c\" = [[true]] }, {}]");
    let good = place.builder::<Any>().load().unwrap().inner;
    assert_eq!(good[0].as_float(), Some(f64::INFINITY));
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<Any>().load().unwrap().inner, good);
}

#[test]
fn deep_values_are_kept_as_far_as_they_are_read() {
    #[derive(HotConfig)]
    struct Deep {
        #[hot(leaf)]
        inner: serde_json::Value,
    }
    let place = Place::new("");
    let text = format!("inner = {}1{}", "[".repeat(62), "]".repeat(62));
    place.sandbox.write("app.toml", &text);
    let good = place.builder::<Deep>().load().unwrap().inner;
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<Deep>().load().unwrap().inner, good);
}

#[test]
fn enums_and_flattened_sections_are_kept() {
    #[derive(Debug, HotConfig)]
    struct Whole {
        #[serde(flatten)]
        common: Common,
        store: Store,
        #[serde(flatten)]
        rest: BTreeMap<String, u32>,
    }
    #[derive(Debug, HotConfig)]
    struct Common {
        #[serde(alias = "threads")]
        workers: u32,
    }
    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Store {
        Disk { path: String },
        Memory,
    }
    let place = Place::new("threads = 3\nother = 4\n[store]\ntype = 'disk'\npath = '/x'\n");
    let good = place.builder::<Whole>().load().unwrap();
    place.sandbox.write("app.toml", "!");
    let again = place.builder::<Whole>().load().unwrap();
    assert_eq!(format!("{again:?}"), format!("{good:?}"));
}

#[test]
fn variables_arguments_and_texts_are_those_of_the_present() {
    let place = Place::new("port = 1\n[flags]\n\"Dark-Mode\" = false\n");
    let builder = |variables: &[(&str, &str)], arguments: &[&str], text: &str| {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let variables: Vec<_> = variables.collect();
        let builder = Hot::<App>::builder().watch(Watch::Off).text(Format::Toml, text);
        let builder = builder.file(place.sandbox.at("app.toml")).last_good(place.kept());
        builder.env_from(variables).env("APP").arg_overrides(arguments)
    };
    let good = builder(&[("APP_PORT", "2")], &["name=old"], "limits.most = 1").load().unwrap();
    assert_eq!((good.port, &*good.name, good.limits.most), (2, "old", 1));
    let kept = place.sandbox.read("last-good.json");
    assert!(!kept.contains("old"), "{kept}");

    place.sandbox.write("app.toml", "!");
    let present = [("APP_LIMITS_RATE", "0.5"), ("APP_FLAGS__DARK_MODE", "on")];
    let cfg = builder(&present, &["limits.hosts=a,b"], "limits.most = 7").build().unwrap();
    let now = cfg.load();
    assert_eq!((now.port, &*now.name, now.limits.most, now.limits.rate), (1, "shop", 7, 0.5));
    assert_eq!(now.limits.hosts, ["a", "b"]);
    assert_eq!(now.flags, BTreeMap::from([("Dark-Mode".to_owned(), true)]), "as the kept file spells it");
    assert!(!cfg.explain("limits.rate").origin().unwrap().is_last_good());

    // What is wrong with them is not healed by what was kept.
    let error = builder(&[], &["limits.rate"], "").load().unwrap_err();
    let last = error.problems().last().unwrap();
    assert!(last.message().contains("arguments cannot be read"), "{error}");
    let error = builder(&[("APP_PORT", "x")], &[], "").load().unwrap_err();
    assert_eq!(error.problems().last().unwrap().key().unwrap().as_str(), "port", "{error}");
}

#[test]
fn overrides_end_with_the_program_and_what_waits_for_a_restart_is_there_after_it() {
    let place = Place::new("port = 1\nname = 'first'\n");
    let cfg = place.builder::<App>().build().unwrap();
    let _ = cfg.set("port", 2).unwrap();
    place.sandbox.write("app.toml", "port = 3\nname = 'second'\n");
    let _ = cfg.reload();
    assert_eq!((cfg.load().port, &*cfg.load().name), (2, "first"));
    drop(cfg);
    place.sandbox.write("app.toml", "!");
    let config = place.builder::<App>().load().unwrap();
    assert_eq!((config.port, &*config.name), (3, "second"));
}

#[test]
fn a_version_that_was_gone_back_to_is_not_kept() {
    let place = Place::new("port = 1\n");
    let cfg = place.builder::<App>().build().unwrap();
    place.sandbox.write("app.toml", "port = 2\n");
    assert!(cfg.reload().error().is_none());
    let _ = cfg.rollback(1).unwrap();
    assert_eq!(cfg.load().port, 1);
    drop(cfg);
    place.sandbox.write("app.toml", "!");
    assert_eq!(place.builder::<App>().load().unwrap().port, 2);
}

#[test]
fn a_folder_of_files_is_kept_file_by_file() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/10.toml", "port = 1\nname = 'a'");
    sandbox.write("conf.d/20.toml", "port = 2");
    let builder =
        || Hot::<App>::builder().watch(Watch::Off).dir(sandbox.at("conf.d")).last_good(sandbox.at("kept"));
    drop(builder().build().unwrap());
    sandbox.write("conf.d/15.toml", "!");
    sandbox.remove("conf.d/20.toml");
    let cfg = builder().build().unwrap();
    assert_eq!((cfg.load().port, &*cfg.load().name), (2, "a"));
    let why = cfg.explain("port").to_string();
    assert!(why.contains("20.toml:1:8 (last good)") && why.contains("over 1 at"), "{why}");
}
