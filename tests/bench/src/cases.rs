//! What is counted and gated: the paths that every program takes.

use std::hint::black_box;
use std::path::PathBuf;

use hotconf::{Format, Hot, HotConfig, Watch};

use crate::workload::{Large, Small, Texts, over_small, ten_routes};

/// A case by its name, which does its work so often.
pub(crate) type Case = (&'static str, u64, fn(u64));

/// The cases, each with how often it is done when it is counted.
pub(crate) const CASES: [Case; 10] = [
    ("load", 100_000, load),
    ("reader", 100_000, reader),
    ("snapshot", 100_000, snapshot),
    ("toml, 40 keys", 50, |times| text::<Small>(times, Format::Toml, &Texts::small().toml)),
    ("json, 40 keys", 50, |times| text::<Small>(times, Format::Json, &Texts::small().json)),
    ("yaml, 40 keys", 50, |times| text::<Small>(times, Format::Yaml, &Texts::small().yaml)),
    ("toml, 1,000 keys", 20, |times| text::<Large>(times, Format::Toml, &Texts::large(1_000).toml)),
    ("json, 1,000 keys", 20, |times| text::<Large>(times, Format::Json, &Texts::large(1_000).json)),
    ("three layers and variables", 50, layers),
    ("reload of one layer of ten", 50, reload),
];

fn small() -> Hot<Small> {
    let builder = Hot::builder().text(Format::Toml, Texts::small().toml).watch(Watch::Off);
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

fn load(times: u64) {
    let cfg = small();
    for _ in 0..times {
        black_box(black_box(&cfg).load().server.port);
    }
}

fn reader(times: u64) {
    let cfg = small();
    let mut reader = cfg.reader();
    for _ in 0..times {
        black_box(black_box(&mut reader).load().server.port);
    }
}

fn snapshot(times: u64) {
    let cfg = small();
    for _ in 0..times {
        black_box(black_box(&cfg).snapshot().server.port);
    }
}

fn text<T: HotConfig + Send + Sync>(times: u64, format: Format, text: &str) {
    for _ in 0..times {
        let loaded = Hot::<T>::builder().text(format, text).load();
        drop(black_box(loaded.unwrap_or_else(|error| panic!("{error}"))));
    }
}

fn layers(times: u64) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let [production, local] = over_small();
    let paths = written(&folder, [Texts::small().toml, production, local]);
    let variables = [("BENCH_SERVER_PORT".to_owned(), "9001".to_owned())];
    for _ in 0..times {
        let builder = paths.iter().fold(Hot::<Small>::builder(), hotconf::Builder::file);
        let loaded = builder.env_from(variables.clone()).env("BENCH").load();
        drop(black_box(loaded.unwrap_or_else(|error| panic!("{error}"))));
    }
}

fn reload(times: u64) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let over = (0..9).map(|layer| ten_routes(layer, 8000));
    let paths = written(&folder, std::iter::once(Texts::large(1_000).toml).chain(over));
    let builder = paths.iter().fold(Hot::<Large>::builder(), hotconf::Builder::file);
    let cfg = builder.watch(Watch::Off).build().unwrap_or_else(|error| panic!("{error}"));
    for turn in 0..times as usize {
        std::fs::write(&paths[5], ten_routes(4, 9000 + turn)).expect("the folder can be written to");
        let outcome = cfg.reload();
        assert!(outcome.change().is_some(), "{outcome:?}");
    }
}

/// Files in a folder, one for each text.
pub(crate) fn written(folder: &tempfile::TempDir, texts: impl IntoIterator<Item = String>) -> Vec<PathBuf> {
    let files = texts.into_iter().enumerate().map(|(number, text)| {
        let path = folder.path().join(format!("{number:02}.toml"));
        std::fs::write(&path, text).expect("the folder can be written to");
        path
    });
    files.collect()
}
