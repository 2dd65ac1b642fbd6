//! Work that grows: nothing of it may have a cliff.

use std::fmt::Write as _;
use std::time::Instant;

use hotconf::{Format, Hot, HotConfig, Watch};

use crate::cases::written;
use crate::clock;
use crate::table::readable;
use crate::workload::{Large, Small, Texts};

#[derive(HotConfig)]
struct Named {
    #[hot(default)]
    limits: std::collections::BTreeMap<String, u64>,
}

pub(crate) fn measure() {
    println!("\n### What grows: processor time, and that of one more\n");
    println!("| what | how many | time | of each |\n|---|---|---|---|");
    for keys in [10_000, 100_000] {
        let text = Texts::large(keys).toml;
        row("keys in one TOML text, loaded", keys, || {
            drop(load::<Large>(Hot::builder().text(Format::Toml, text.as_str())));
        });
    }
    for entries in [1_000, 10_000] {
        let text = Texts::large(entries * 10).toml;
        let cfg = Hot::<Large>::builder().text(Format::Toml, text).watch(Watch::Off).build();
        let cfg = cfg.unwrap_or_else(|error| panic!("{error}"));
        let mut port = 10_000_u64;
        row("entries with sections, one key of one set", entries, || {
            port += 1;
            let outcome = cfg.set("routes.route00007.port", port);
            assert!(outcome.is_ok(), "{outcome:?}");
        });
    }
    for files in [100, 1_000] {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let texts = (0..files).map(|file| format!("[limits]\nkey{file} = {file}\n"));
        // Their names are in order already.
        written(&folder, texts);
        row("files in a folder, loaded", files, || {
            drop(load::<Named>(Hot::builder().dir(folder.path())));
        });
    }
    for stores in [10, 100] {
        row("stores in one process, built and read", stores, || {
            let text = Texts::small().toml;
            let stores: Vec<Hot<Small>> = (0..stores)
                .map(|_| Hot::builder().text(Format::Toml, text.as_str()).watch(Watch::Off).build())
                .map(|store| store.unwrap_or_else(|error| panic!("{error}")))
                .collect();
            for store in stores.iter().cycle().take(stores.len() * 10) {
                std::hint::black_box(store.load().server.port);
            }
        });
    }
    for subscriptions in [100, 1_000] {
        let cfg = Hot::<Small>::builder().text(Format::Toml, Texts::small().toml).watch(Watch::Off).build();
        let cfg = cfg.unwrap_or_else(|error| panic!("{error}"));
        let mut number = 0_u64;
        row("subscriptions that come, hear of a change and go", subscriptions, || {
            let mut all: Vec<_> = (0..subscriptions).map(|_| cfg.subscribe()).collect();
            number += 1;
            let outcome = cfg.set("limits.queue", number);
            assert!(outcome.is_ok(), "{outcome:?}");
            assert!(all.iter_mut().all(|subscription| subscription.try_next().is_some()));
        });
    }
    for keys in [1_000, 10_000] {
        let variables = (0..keys).fold(Vec::new(), |mut variables, key| {
            let mut name = String::from("GROWN_LIMITS__");
            let _ = write!(name, "KEY{key}");
            variables.push((name, key.to_string()));
            variables
        });
        row("variables of a map, loaded", keys, || {
            drop(load::<Named>(Hot::builder().env_from(variables.clone()).env("GROWN")));
        });
    }
}

fn load<T: HotConfig + Send + Sync>(builder: hotconf::Builder<T>) -> T {
    builder.load().unwrap_or_else(|error| panic!("{error}"))
}

/// Does the work for a fifth of a second at least, and prints what it took once.
fn row(what: &str, count: usize, mut work: impl FnMut()) {
    work();
    let (start, before) = (Instant::now(), clock::of_process());
    let mut times = 0;
    while times < 3 || start.elapsed().as_millis() < 200 {
        work();
        times += 1;
    }
    let took = (clock::of_process() - before) / f64::from(times);
    println!("| {what} | {count} | {} | {} |", readable(took), readable(took / count as f64));
}
