//! What is allocated: `cargo run --release -p hotconf-bench --bin allocations`.
//!
//! A program of its own, because an allocator that counts slows down what allocates. It counts those of all threads, so
//! that a reload is counted whole, and is run in one.

#[path = "../workload.rs"]
#[allow(dead_code)] // other programs need the rest
mod workload;

use std::alloc::System;
use std::hint::black_box;
use std::path::PathBuf;

use arc_swap::ArcSwap;
use figment::Figment;
use figment::providers::{Env, Format as _, Json, Toml, Yaml};
use hotconf::{Format, Hot, HotConfig, Watch};
use serde::de::DeserializeOwned;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use workload::{Large, Small, Texts, for_confique, over_small, ten_routes};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often each case is counted; the least is told, because other threads may still be tidying up.
const TIMES: usize = 5;

/// How often something was allocated or grown, and how many bytes that came to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    calls: usize,
    bytes: usize,
}

fn main() {
    println!("### How often one read allocates\n\n| through | allocations |\n|---|---|");
    reads();
    println!("\n### How often one load allocates, and how many KiB\n");
    println!("| | hotconf | the parser and serde | figment | confique |\n|---|---|---|---|---|");
    of_texts::<Small>("40 keys", &Texts::small());
    of_texts::<Large>("1,000 keys", &Texts::large(1_000));
    layers();
    reload();
}

/// What one turn of this work takes, of a few.
fn counted(mut work: impl FnMut()) -> Count {
    // What is made once in a process, or in a thread, and kept.
    work();
    let once = || {
        let region = Region::new(ALLOCATOR);
        work();
        since(&region)
    };
    std::iter::repeat_with(once).take(TIMES).min().expect("it was counted")
}

fn since(region: &Region<'_, System>) -> Count {
    let change = region.change();
    Count { calls: change.allocations + change.reallocations, bytes: change.bytes_allocated }
}

fn row(what: &str, counts: [Option<Count>; 4]) {
    print!("| {what} |");
    for count in counts {
        match count {
            Some(Count { calls, bytes }) => print!(" {calls}, {:.1} KiB |", bytes as f64 / 1024.0),
            None => print!(" |"),
        }
    }
    println!();
}

fn reads() {
    let row = |name: &str, count: Count| println!("| {name} | {} |", count.calls);
    let swap = ArcSwap::from_pointee(());
    row("`ArcSwap::load`", counted(|| _ = black_box(&*swap.load())));
    let cfg = Hot::<Small>::builder().text(Format::Toml, Texts::small().toml).watch(Watch::Off).build();
    let cfg = cfg.unwrap_or_else(|error| panic!("{error}"));
    row("`cfg.load()`", counted(|| _ = black_box(cfg.load().server.port)));
    row("`cfg.read(…)`", counted(|| _ = black_box(cfg.read(|config| config.server.port))));
    let mut reader = cfg.reader();
    row("`cfg.reader().load()`", counted(|| _ = black_box(reader.load().server.port)));
    row("`cfg.snapshot()`", counted(|| _ = black_box(cfg.snapshot().server.port)));
    let after_a_change = |number: usize| {
        let _ = cfg.set("server.port", 9_000 + number).unwrap_or_else(|error| panic!("{error}"));
        let region = Region::new(ALLOCATOR);
        black_box(cfg.load().server.port);
        since(&region)
    };
    let first = (0..TIMES).map(after_a_change).min().expect("it was counted");
    row("the first of these in a thread after a change", first);
}

fn of_texts<T: HotConfig + DeserializeOwned + Send + Sync>(size: &str, texts: &Texts) {
    let Texts { toml, json, yaml } = texts;
    let hotconf = |format: Format, text: &str| {
        let loaded = Hot::<T>::builder().text(format, text).load();
        drop(black_box(loaded.unwrap_or_else(|error| panic!("{error}"))));
    };
    let figment = |figment: Figment| drop(black_box(figment.extract::<T>().expect("the text is right")));
    let counts = [
        counted(|| hotconf(Format::Toml, toml)),
        counted(|| drop(black_box(toml::from_str::<T>(toml).expect("the text is right")))),
        counted(|| figment(Figment::from(Toml::string(toml)))),
    ];
    row(&format!("TOML, {size}"), one_less(counts));
    let counts = [
        counted(|| hotconf(Format::Json, json)),
        counted(|| drop(black_box(serde_json::from_str::<T>(json).expect("the text is right")))),
        counted(|| figment(Figment::from(Json::string(json)))),
    ];
    row(&format!("JSON, {size}"), one_less(counts));
    let options = serde_saphyr::options! { budget: None };
    let plain = || serde_saphyr::from_str_with_options::<T>(yaml, options.clone());
    let counts = [
        counted(|| hotconf(Format::Yaml, yaml)),
        counted(|| drop(black_box(plain().expect("the text is right")))),
        counted(|| figment(Figment::from(Yaml::string(yaml)))),
    ];
    row(&format!("YAML, {size}"), one_less(counts));
}

fn one_less([hotconf, plain, figment]: [Count; 3]) -> [Option<Count>; 4] {
    [Some(hotconf), Some(plain), Some(figment), None]
}

/// Three files and the variables of the process, for all of them.
fn layers() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let [production, local] = over_small();
    let paths = written(&folder, [Texts::small().toml, production, local]);
    let hotconf = counted(|| {
        let builder = paths.iter().fold(Hot::<Small>::builder(), hotconf::Builder::file);
        drop(black_box(builder.env("BENCH").load().unwrap_or_else(|error| panic!("{error}"))));
    });
    let figment = counted(|| {
        let variables = Env::prefixed("BENCH_").split("_");
        drop(black_box(merged(&paths).merge(variables).extract::<Small>().expect("the files are right")));
    });
    let confique = counted(|| {
        use confique::Config as _;
        let builder = for_confique::Small::builder().env();
        let builder = paths.iter().rev().fold(builder, confique::Builder::file);
        drop(black_box(builder.load().expect("the files are right")));
    });
    row("three TOML files and variables, 40 keys", [Some(hotconf), None, Some(figment), Some(confique)]);
}

/// One small layer of ten has changed.
fn reload() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let over = (0..9).map(|layer| ten_routes(layer, 8000));
    let paths = written(&folder, std::iter::once(Texts::large(1_000).toml).chain(over));
    let builder = paths.iter().fold(Hot::<Large>::builder(), hotconf::Builder::file);
    let cfg = builder.watch(Watch::Off).build().unwrap_or_else(|error| panic!("{error}"));
    let after_an_edit = |number: usize| {
        std::fs::write(&paths[5], ten_routes(4, 9_000 + number)).expect("the folder can be written to");
        let region = Region::new(ALLOCATOR);
        let outcome = cfg.reload();
        assert!(outcome.change().is_some(), "{outcome:?}");
        drop(outcome);
        since(&region)
    };
    let hotconf = (0..TIMES).map(after_an_edit).min().expect("it was counted");
    let figment =
        counted(|| drop(black_box(merged(&paths).extract::<Large>().expect("the files are right"))));
    row("a reload, 1,000 keys, one of ten files changed", [Some(hotconf), None, Some(figment), None]);
}

fn merged(paths: &[PathBuf]) -> Figment {
    paths.iter().fold(Figment::new(), |figment, path| figment.merge(Toml::file_exact(path)))
}

/// Files in a folder, one for each text.
fn written(folder: &tempfile::TempDir, texts: impl IntoIterator<Item = String>) -> Vec<PathBuf> {
    let files = texts.into_iter().enumerate().map(|(number, text)| {
        let path = folder.path().join(format!("{number:02}.toml"));
        std::fs::write(&path, text).expect("the folder can be written to");
        path
    });
    files.collect()
}
