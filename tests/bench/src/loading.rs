//! From text to typed value, and through several layers.

use std::hint::black_box;

use figment::Figment;
use figment::providers::Format as _;
use hotconf::{Format, Hot, HotConfig};
use serde::de::DeserializeOwned;

use crate::table::Table;
use crate::workload::{Large, Small, Texts, for_confique, over_small, variables};

pub(crate) fn measure() {
    of_size::<Small>("40 keys", &Texts::small(), 41, ["at most 1.7 of toml", "at most 1.3 of serde-saphyr"]);
    of_size::<Large>(
        "1,000 keys",
        &Texts::large(1_000),
        31,
        ["at most 1.4 of toml", "at most 1.3 of serde-saphyr"],
    );
    of_size::<Large>(
        "50,000 keys",
        &Texts::large(50_000),
        9,
        ["at most 1.5 of toml", "at most 1.3 of serde-saphyr"],
    );
    layers();
}

fn of_size<T: HotConfig + DeserializeOwned + Send + Sync>(
    size: &str,
    texts: &Texts,
    turns: usize,
    targets: [&'static str; 2],
) {
    toml::<T>(size, &texts.toml, turns, targets[0]);
    json::<T>(size, &texts.json, turns);
    yaml::<T>(size, &texts.yaml, turns, targets[1]);
}

fn hotconf<T: HotConfig + Send + Sync>(format: Format, text: &str) -> T {
    match Hot::<T>::builder().text(format, text).load() {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

fn figment<T: DeserializeOwned>(figment: Figment) -> T {
    figment.extract().expect("the text is right")
}

fn config_rs<T: DeserializeOwned>(format: config::FileFormat, text: &str) -> T {
    let source = config::File::from_str(text, format);
    let config = config::Config::builder().add_source(source).build().expect("the text is right");
    config.try_deserialize().expect("the text is right")
}

fn toml<T: HotConfig + DeserializeOwned + Send + Sync>(
    size: &str,
    text: &str,
    turns: usize,
    target: &'static str,
) {
    let mut table = Table::new(format!("TOML, {size}: text to typed value"), turns);
    table.peer("toml", || drop(black_box(toml::from_str::<T>(text).expect("the text is right"))));
    table.peer("figment", || {
        let provider = figment::providers::Toml::string(text);
        drop(black_box(figment::<T>(Figment::from(provider))));
    });
    table.peer("config-rs", || drop(black_box(config_rs::<T>(config::FileFormat::Toml, text))));
    table.case("hotconf", target, || drop(black_box(hotconf::<T>(Format::Toml, text))));
    table.print();
}

fn json<T: HotConfig + DeserializeOwned + Send + Sync>(size: &str, text: &str, turns: usize) {
    let mut table = Table::new(format!("JSON, {size}: text to typed value"), turns);
    table.peer("serde_json", || drop(black_box(serde_json::from_str::<T>(text).expect("the text is right"))));
    table.peer("figment", || {
        let provider = figment::providers::Json::string(text);
        drop(black_box(figment::<T>(Figment::from(provider))));
    });
    table.peer("config-rs", || drop(black_box(config_rs::<T>(config::FileFormat::Json, text))));
    table.case("hotconf", "at most 0.5 of figment", || drop(black_box(hotconf::<T>(Format::Json, text))));
    table.print();
}

fn yaml<T: HotConfig + DeserializeOwned + Send + Sync>(
    size: &str,
    text: &str,
    turns: usize,
    target: &'static str,
) {
    let options = serde_saphyr::options! { budget: None };
    let mut table = Table::new(format!("YAML, {size}: text to typed value"), turns);
    table.peer("serde-saphyr", || {
        let value = serde_saphyr::from_str_with_options::<T>(text, options.clone());
        drop(black_box(value.expect("the text is right")));
    });
    table.peer("figment", || {
        let provider = figment::providers::Yaml::string(text);
        drop(black_box(figment::<T>(Figment::from(provider))));
    });
    table.peer("config-rs", || drop(black_box(config_rs::<T>(config::FileFormat::Yaml, text))));
    table.case("hotconf", target, || drop(black_box(hotconf::<T>(Format::Yaml, text))));
    table.print();
}

/// Three files and the environment. The peers read the variables of the process, as they always do; hotconf reads as
/// many from a list that was made before, of which it makes a copy each time.
fn layers() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let [production, local] = over_small();
    let paths = [Texts::small().toml, production, local].into_iter().enumerate().map(|(number, text)| {
        let path = folder.path().join(format!("{number}.toml"));
        std::fs::write(&path, text).expect("the folder can be written to");
        path
    });
    let paths: Vec<_> = paths.collect();
    let mut table = Table::new("three TOML layers and the environment, 40 keys", 41);
    table.peer("figment", || {
        let mut layered = Figment::new();
        for path in &paths {
            layered = layered.merge(figment::providers::Toml::file_exact(path));
        }
        let layered = layered.merge(figment::providers::Env::prefixed("BENCH_").split("_"));
        drop(black_box(figment::<Small>(layered)));
    });
    table.peer("confique", || {
        use confique::Config as _;
        let mut builder = for_confique::Small::builder().env();
        for path in paths.iter().rev() {
            builder = builder.file(path);
        }
        drop(black_box(builder.load().expect("the files are right")));
    });
    table.case("hotconf, variables of the process", "at most 0.5 of figment", || {
        let mut builder = Hot::<Small>::builder();
        for path in &paths {
            builder = builder.file(path);
        }
        drop(black_box(builder.env("BENCH").load().expect("the files are right")));
    });
    table.case("hotconf, variables from a list", "", || {
        let mut builder = Hot::<Small>::builder();
        for path in &paths {
            builder = builder.file(path);
        }
        let builder = builder.env_from(variables()).env("BENCH");
        drop(black_box(builder.load().expect("the files are right")));
    });
    table.print();
}
