//! What a store keeps in memory: `cargo run --release -p hotconf-bench --bin memory`.
//!
//! A program of its own, because an allocator that counts slows down what allocates.

#[path = "../workload.rs"]
#[allow(dead_code)] // other programs need the rest
mod workload;

use std::alloc::System;

use hotconf::{Hot, Watch};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use workload::{Large, Texts, ten_routes};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const RELOADS: usize = 100_000;

fn main() {
    println!("### What a store keeps, in bytes\n");
    println!(
        "| keys | text | typed value | store | of text and value | of the text |\n|---|---|---|---|---|---|"
    );
    for keys in [1_000, 10_000, 50_000] {
        let text = Texts::large(keys).toml;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("large.toml");
        std::fs::write(&file, &text).expect("the folder can be written to");
        let build = || Hot::<Large>::builder().file(&file).watch(Watch::Off);
        let (_value, value) = kept_by(|| build().load().unwrap_or_else(|error| panic!("{error}")));
        let (_store, store) = kept_by(|| build().build().unwrap_or_else(|error| panic!("{error}")));
        let share = store as f64 / (value + text.len()) as f64;
        let of_text = store as f64 / text.len() as f64;
        println!("| {keys} | {} | {value} | {store} | {share:.2} | {of_text:.2} |", text.len());
    }
    reloads();
}

/// How many bytes are allocated now.
fn allocated() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// What is kept for good by what this makes.
fn kept_by<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let before = allocated();
    let made = make();
    (made, allocated() - before)
}

/// Memory over many reloads, with readers that come and go.
fn reloads() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (base, over) = (folder.path().join("base.toml"), folder.path().join("over.toml"));
    std::fs::write(&base, Texts::large(1_000).toml).expect("the folder can be written to");
    std::fs::write(&over, ten_routes(0, 8000)).expect("the folder can be written to");
    let cfg = Hot::<Large>::builder().file(&base).file(&over).watch(Watch::Off).build();
    let cfg = cfg.unwrap_or_else(|error| panic!("{error}"));
    println!(
        "\n### {RELOADS} reloads, 1,000 keys, readers that come and go\n\n| reloads | bytes |\n|---|---|"
    );
    for reload in 0..=RELOADS {
        if reload % (RELOADS / 5) == 0 {
            println!("| {reload} | {} |", allocated());
        }
        std::fs::write(&over, ten_routes(0, 9000 + reload % 50_000)).expect("the folder can be written to");
        assert!(cfg.reload().change().is_some(), "nothing changed");
        if reload % 100 == 0 {
            let cfg = cfg.clone();
            std::thread::scope(|scope| _ = scope.spawn(move || cfg.load().routes.len()));
        }
        if reload % 10 == 0 {
            let mut reader = cfg.reader();
            std::hint::black_box(reader.load().rules.len());
        }
    }
}
