//! What a change costs when many listen.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use hotconf::{Hot, HotConfig};

use crate::clock;
use crate::table::Table;

#[derive(HotConfig)]
struct Config {
    #[hot(default)]
    limits: BTreeMap<String, u64>,
    #[hot(default)]
    other: u64,
}

const KEYS: usize = 1_000;
/// How many listen to each key.
const EACH: [(usize, &str); 4] = [(0, ""), (1, ""), (10, ""), (100, "")];

pub(crate) fn measure() {
    let mut table = Table::new(format!("a change of one of {KEYS} keys, all of them listened to"), 21);
    let count = Arc::new(AtomicU64::new(0));
    let called = count.clone();
    table.timed_peer("ten closures, called directly", move |times| {
        let closures: Vec<Box<dyn Fn()>> = (0..10)
            .map(|_| {
                let called = called.clone();
                Box::new(move || _ = called.fetch_add(1, Ordering::Relaxed)) as Box<dyn Fn()>
            })
            .collect();
        let before = clock::of_process();
        (0..times).for_each(|_| black_box(&closures).iter().for_each(|closure| closure()));
        clock::of_process() - before
    });
    for (each, target) in EACH {
        let (listened, idle) = (Changed::new(each), Changed::new(each));
        let all = each * KEYS;
        table.timed(&format!("cfg.set(…), {all} listeners, {each} of the key"), target, move |times| {
            listened.change("limits.key0500", times)
        });
        table.timed(
            &format!("cfg.set(…), {all} listeners, none of the key"),
            "as without any",
            move |times| idle.change("other", times),
        );
    }
    table.print();
}

/// A store whose keys are listened to.
struct Changed {
    cfg: Hot<Config>,
    heard: Arc<AtomicU64>,
    each: u64,
    number: AtomicU64,
}

impl Changed {
    fn new(each: usize) -> Self {
        let keys = (0..KEYS).map(|key| format!("limits.key{key:04}"));
        let keys: Vec<String> = keys.collect();
        let arguments = keys.iter().map(|key| format!("{key}=1"));
        let cfg = Hot::<Config>::builder().arg_overrides(arguments).build();
        let cfg = cfg.unwrap_or_else(|error| panic!("{error}"));
        let heard = Arc::new(AtomicU64::new(0));
        for key in keys.iter().flat_map(|key| std::iter::repeat_n(key, each)) {
            let heard = heard.clone();
            let entry = Config::keys().limits.entry(key.trim_start_matches("limits."));
            cfg.on(entry, move |_, _| _ = heard.fetch_add(1, Ordering::Relaxed)).forever();
        }
        Self { cfg, heard, each: each as u64, number: AtomicU64::new(1) }
    }

    /// The processor time of so many changes, each until all who listen to the key have heard of it.
    fn change(&self, key: &str, times: u64) -> f64 {
        let hears = if key == "other" { 0 } else { self.each };
        let before = clock::of_process();
        for _ in 0..times {
            let expected = self.heard.load(Ordering::Relaxed) + hears;
            let outcome = self.cfg.set(key, self.number.fetch_add(1, Ordering::Relaxed) + 1);
            assert!(outcome.is_ok_and(|outcome| outcome.change().is_some()), "nothing changed");
            let deadline = Instant::now() + std::time::Duration::from_secs(10);
            while self.heard.load(Ordering::Relaxed) < expected {
                assert!(Instant::now() < deadline, "the listeners were not called");
                std::thread::yield_now();
            }
        }
        clock::of_process() - before
    }
}
