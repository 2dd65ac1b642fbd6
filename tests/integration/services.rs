//! The configuration of well-known services, in the shapes that their own serde structs have: what those structs need is
//! one more derive. A service is a module with its structs, and a folder in `tests/services` with the same configuration
//! in three formats, one file with mistakes in it (`bad.*`) and what is said of them (`bad.txt`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use hotconf::{Builder, EnvTable, Format, Hot, HotConfig, KeyTable, Template, Watch};
use hotconf_tests::{DEADLINE, Sandbox};
use serde::de::DeserializeOwned;

/// Hands `module: the name of the prefix of its variables` of every service to a macro, for tests of all of them.
macro_rules! for_each_service {
    ($test:ident) => {
        $test! {
            apollo_router: "ROUTER",
            garage: "GARAGE",
            greptimedb: "GREPTIMEDB",
            linkerd: "LINKERD",
            qdrant: "QDRANT",
            quickwit: "QW",
            reth: "RETH",
            tuwunel: "TUWUNEL",
            vector: "VECTOR",
        }
    };
}

/// The module of each service has its structs in the face of a user; its root is `Config`.
macro_rules! modules {
    ($($service:ident: $prefix:literal,)*) => {
        $(mod $service;)*
    };
}

for_each_service!(modules);

/// What is true of every service.
macro_rules! of_every_service {
    ($($service:ident: $prefix:literal,)*) => {$(
        mod $service {
            use crate::services::$service::Config;

            const NAME: &str = stringify!($service);

            #[test]
            fn its_defaults_are_sound() {
                hotconf::testing::check_defaults::<Config>();
            }

            #[test]
            fn three_formats_say_the_same() {
                crate::services::three_formats_say_the_same::<Config>(NAME);
            }

            #[test]
            fn its_templates_and_tables_are_whole() {
                crate::services::templates_and_tables_are_whole::<Config>(NAME, $prefix);
            }

            #[test]
            fn no_variable_sets_two_keys() {
                crate::services::no_variable_sets_two_keys::<Config>($prefix);
            }

            #[test]
            fn every_mistake_of_the_bad_file_is_told() {
                crate::services::every_mistake_is_told::<Config>(NAME);
            }
        }
    )*};
}

mod all {
    for_each_service!(of_every_service);
}

const FORMATS: [&str; 3] = ["toml", "yaml", "json"];

/// The path of a file of the service, relative to the folder where tests run: texts of errors and explanations say it.
fn path(service: &str, file: &str) -> PathBuf {
    Path::new("services").join(service).join(file)
}

#[track_caller]
fn read(service: &str, file: &str) -> String {
    let path = path(service, file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A store of the service's file in this format, which looks when it is told to.
fn from_file<T: HotConfig + Send + Sync>(service: &str, extension: &str) -> Builder<T> {
    Hot::builder().file(path(service, &format!("config.{extension}"))).watch(Watch::Off)
}

#[track_caller]
fn loaded<T: HotConfig + Send + Sync>(service: &str) -> Hot<T> {
    from_file(service, "toml").build().unwrap()
}

#[track_caller]
fn three_formats_say_the_same<T: HotConfig + Send + Sync + Debug + PartialEq>(service: &str) {
    let [toml, yaml, json] = FORMATS.map(|extension| from_file::<T>(service, extension).build().unwrap());
    assert_eq!(*toml.load(), *yaml.load());
    assert_eq!(*toml.load(), *json.load());
    assert_eq!(toml.values(), yaml.values());
    assert_eq!(toml.values(), json.values());
    assert!(toml.status().warnings().is_empty(), "{:?}", toml.status().warnings());
}

/// What plain serde reads from the three files is what hotconf reads.
#[track_caller]
fn serde_reads_the_same<T: HotConfig + Send + Sync + Debug + PartialEq + DeserializeOwned>(service: &str) {
    let ours = loaded::<T>(service);
    assert_eq!(*ours.load(), toml::from_str(&read(service, "config.toml")).unwrap());
    assert_eq!(*ours.load(), serde_saphyr::from_str(&read(service, "config.yaml")).unwrap());
    assert_eq!(*ours.load(), serde_json::from_str(&read(service, "config.json")).unwrap());
}

#[track_caller]
fn no_variable_sets_two_keys<T: HotConfig>(prefix: &str) {
    let mut keys = BTreeMap::new();
    for field in T::schema().fields() {
        for name in field.env_names(prefix) {
            let other = keys.insert(name.clone(), field.key().to_string());
            assert_eq!(other, None, "{name} sets {} as well", field.key());
        }
    }
    assert!(keys.len() >= 10, "{keys:?}");
}

/// The variables of these keys are these.
#[track_caller]
fn variables_are<T: HotConfig>(prefix: &str, expected: &[(&str, &[&str])]) {
    for (key, names) in expected {
        let field = T::schema().fields().find(|field| field.key() == *key);
        let field = field.unwrap_or_else(|| panic!("{key} is no key of {:?}", keys::<T>()));
        assert_eq!(field.env_names(prefix), *names);
    }
}

fn keys<T: HotConfig>() -> BTreeSet<String> {
    T::schema().fields().map(|field| field.key().to_string()).collect()
}

#[track_caller]
fn every_mistake_is_told<T: HotConfig + Send + Sync>(service: &str) {
    let bad = FORMATS.map(|extension| path(service, &format!("bad.{extension}")));
    let bad = bad.iter().find(|path| path.exists()).expect("a file with mistakes");
    let told = Hot::<T>::builder().file(bad).watch(Watch::Off).build().unwrap_err().to_string();
    let expected = read(service, "bad.txt");
    // What stands for a secret in these files has this word in it.
    assert!(!told.contains("tulip"), "{told}");
    assert!(told == expected.trim_end(), "{} is told of as\n{told}\n\nexpected\n{expected}", bad.display());
}

/// Beneath the service's file a template changes nothing, with its defaults commented out or written; and written over it
/// with the values that are in place, it says the same again.
#[track_caller]
fn templates_and_tables_are_whole<T: HotConfig + Send + Sync>(service: &str, prefix: &str) {
    let values = loaded::<T>(service).values();
    let with = |below: String, above: String, format: Format| {
        let builder = Hot::<T>::builder().text(format, below).file(path(service, "config.toml"));
        let cfg = builder.text(format, above).watch(Watch::Off).build();
        cfg.unwrap_or_else(|error| panic!("{service}, {format:?}: {error:#}")).values()
    };
    for format in [Format::Toml, Format::Yaml, Format::Json] {
        let template = Template::of::<T>(format).env(prefix);
        let nothing = if format == Format::Json { "{}" } else { "" };
        assert_eq!(with(template.to_string(), nothing.to_owned(), format), values, "{service}, {format:?}");
        let written = template.clone().written().to_string();
        assert_eq!(with(written, nothing.to_owned(), format), values, "{service}, {format:?}");
        let again = template.values(&values).to_string();
        assert_eq!(with(nothing.to_owned(), again, format), values, "{service}, {format:?}");
    }
    let (keys, variables) = (KeyTable::of::<T>().to_string(), EnvTable::of::<T>(prefix).to_string());
    for field in T::schema().fields().filter(|field| !field.is_flattened()) {
        assert!(keys.contains(field.key().as_str()), "{} is not in the table of keys", field.key());
        for name in field.env_names(prefix) {
            assert!(variables.contains(&name), "{name} is not in the table of variables");
        }
    }
}

/// A store with more layers over the service's file: an override file, variables, and arguments.
#[track_caller]
fn layered<T: HotConfig + Send + Sync>(
    service: &str,
    overrides: &'static str,
    (prefix, variables): (&str, &[(&str, &str)]),
    arguments: &[&str],
) -> Hot<T> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let sandbox = Sandbox::new();
    sandbox.write("override.yaml", overrides);
    let built = from_file(service, "toml")
        .file(sandbox.at("override.yaml"))
        .env_from(variables)
        .env(prefix)
        .arg_overrides(arguments)
        .build();
    let cfg = built.unwrap();
    assert!(cfg.status().warnings().is_empty(), "{:?}", cfg.status().warnings());
    cfg
}

/// What is said of a key, one line after the other, from the file in this format.
#[track_caller]
fn explained<T: HotConfig + Send + Sync>(service: &str, extension: &str, key: &str) -> Vec<String> {
    let cfg: Hot<T> = from_file(service, extension).build().unwrap();
    cfg.explain(key).to_string().lines().map(|line| line.trim().to_owned()).collect()
}

/// An edit of a watched file is heard of: in each format one text is replaced by another, and the change has this key
/// and no other.
#[track_caller]
fn an_edit_is_heard_of<T: HotConfig + Send + Sync>(service: &str, key: &str, edits: [(&str, &str); 3]) {
    for (extension, (before, after)) in FORMATS.into_iter().zip(edits) {
        let text = read(service, &format!("config.{extension}"));
        assert_eq!(text.matches(before).count(), 1, "{before} stands once in config.{extension}");
        let sandbox = Sandbox::new();
        let name = format!("config.{extension}");
        sandbox.write(&name, &text);
        let cfg: Hot<T> = Hot::builder().file(sandbox.at(&name)).build().unwrap();
        let mut changes = cfg.subscribe();
        sandbox.replace(&name, text.replace(before, after));
        let change = changes.next_timeout(DEADLINE).unwrap();
        assert_eq!(change.keys(), [key], "in {name}");
    }
}
