//! Publication as programs use it, with the real locks and threads and nothing of the operating system beside them: no
//! files, no watching, no time to wait for. So an interpreter that knows undefined behaviour and data races can run it:
//! `MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance" cargo +nightly miri test -p hotconf --lib --no-default-features cell::tests`.

use std::sync::{Arc, Barrier, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::hot::{Hot, WeakHot};
use crate::snapshot::Snapshot;

/// Few under an interpreter, which tries other orders of the threads in each of its runs.
const CHANGES: u64 = if cfg!(miri) { 8 } else { 2_000 };

/// Where there are many stores or threads in each.
const ROUNDS: u64 = if cfg!(miri) { 3 } else { 50 };

/// Two fields that always agree, and memory that goes with them.
#[derive(crate::HotConfig)]
#[hot(crate = crate)]
struct Pair {
    left: u64,
    right: String,
}

impl Pair {
    fn of(number: u64) -> Self {
        Self { left: number, right: number.to_string() }
    }

    fn number(&self) -> u64 {
        assert_eq!(self.right, self.left.to_string(), "both fields belong to one version");
        self.left
    }
}

/// Nobody waits for longer.
const DEADLINE: Duration = Duration::from_secs(if cfg!(miri) { 1_800 } else { 60 });

fn until(mut is_over: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_over() {
        assert!(Instant::now() < deadline, "the last is never seen");
        thread::yield_now();
    }
}

/// Asserts that what a thread sees only rises, and tells whether it is the last already.
fn rises(seen: &mut u64, number: u64) -> bool {
    assert!(number >= *seen, "{number} was seen after {seen}");
    *seen = number;
    number == 2 * CHANGES
}

/// Two writers put numbers in place that rise, while threads read in every way.
#[test]
fn two_writers_meet_readers_of_every_kind() {
    let cfg = Hot::fixed(Pair::of(0));
    let started = Barrier::new(6);
    let ways: [fn(&Hot<Pair>, &mut u64) -> bool; 3] = [
        |cfg, seen| rises(seen, cfg.load().number()),
        |cfg, seen| cfg.read(|outer| rises(seen, outer.number()) | rises(seen, cfg.read(Pair::number))),
        |cfg, seen| rises(seen, cfg.snapshot().number()),
    ];
    let newest = Mutex::new(0);
    thread::scope(|scope| {
        let mut readers = Vec::new();
        for way in &ways {
            readers.push(scope.spawn(|| {
                let mut seen = 0;
                started.wait();
                until(|| way(&cfg, &mut seen));
            }));
        }
        readers.push(scope.spawn(|| {
            let (mut seen, mut reader) = (0, cfg.reader());
            started.wait();
            until(|| rises(&mut seen, reader.load().number()));
        }));
        for _ in 0..2 {
            scope.spawn(|| {
                started.wait();
                for _ in 0..CHANGES {
                    let mut newest = newest.lock().unwrap();
                    *newest += 1;
                    let outcome = cfg.replace(Pair::of(*newest));
                    assert_eq!(outcome.change().unwrap().version(), *newest + 1);
                }
            });
        }
        // A join waits for the locals of a thread, and the end of the scope does not.
        readers.into_iter().for_each(|reader| reader.join().unwrap());
    });
    assert_eq!((cfg.load().number(), cfg.version()), (2 * CHANGES, 2 * CHANGES + 1));
    assert_eq!(cfg.status().live_snapshots(), 1, "the threads have ended, and their slots with them");
}

/// Without a turn of their own either, each replacement of two writers is a version.
#[test]
fn versions_of_two_writers_are_never_the_same() {
    let cfg = Hot::fixed(Pair::of(0));
    let versions = thread::scope(|scope| {
        let write = || {
            let version = |number| cfg.replace(Pair::of(number)).change().unwrap().version();
            (0..CHANGES).map(version).collect::<Vec<_>>()
        };
        let writers = [scope.spawn(write), scope.spawn(write)];
        let mut versions: Vec<u64> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
        versions.sort_unstable();
        versions
    });
    assert!(versions.into_iter().eq(2..=2 * CHANGES + 1));
}

/// What a thread holds, and its slot, outlives the store on that thread and on others.
#[test]
fn what_was_read_outlives_the_store_and_the_thread() {
    let cfg = Hot::fixed(Pair::of(0));
    let (give, given) = mpsc::channel::<Snapshot<Pair>>();
    let (has_read, all_have_read) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let reader = {
        let (cfg, has_read, all_have_read) = (cfg.clone(), has_read.clone(), all_have_read.clone());
        thread::spawn(move || {
            let (guard, mut reader) = (cfg.load(), cfg.reader());
            give.send(cfg.snapshot()).unwrap();
            drop(cfg);
            has_read.wait();
            all_have_read.wait();
            (guard.number(), reader.load().number())
        })
    };
    has_read.wait();
    let _ = cfg.replace(Pair::of(1));
    assert_eq!(cfg.load().number(), 1);
    drop(cfg);
    all_have_read.wait();
    assert_eq!(reader.join().unwrap(), (0, 1));
    assert_eq!(given.recv().unwrap().number(), 0);
}

/// Whoever waits for a change hears of the newest, and loads it.
#[test]
fn those_who_wait_hear_of_the_last() {
    let cfg = Hot::fixed(Pair::of(0));
    let (tell, told) = mpsc::channel();
    let listener = cfg.on_change(move |change| tell.send(change.new().number()).unwrap());
    thread::scope(|scope| {
        let mut changes = cfg.subscribe();
        let cfg = &cfg;
        scope.spawn(move || {
            let mut seen = 0;
            until(|| {
                let number = changes.next_timeout(DEADLINE).unwrap().new().number();
                assert!(cfg.load().number() >= number, "what is told of can be loaded");
                rises(&mut seen, number)
            });
        });
        (1..=2 * CHANGES).for_each(|number| _ = cfg.replace(Pair::of(number)));
    });
    until(|| told.recv_timeout(DEADLINE).unwrap() == 2 * CHANGES);
    drop(listener);
}

/// More stores than a slot holds, in one thread, with guards held over their changes and past their ends.
#[test]
fn stores_push_each_other_out() {
    let mut stores: Vec<_> = (0..2 * super::STORES_PER_SLOT).map(|_| Hot::fixed(Pair::of(0))).collect();
    let mut held = Vec::new();
    for number in 1..=ROUNDS {
        for cfg in &stores {
            held.push((number - 1, cfg.load()));
            let _ = cfg.replace(Pair::of(number));
            assert_eq!((cfg.load().number(), cfg.read(Pair::number)), (number, number));
        }
        held.drain(..held.len() / 2);
        assert!(held.iter().all(|(number, guard)| guard.number() == *number));
    }
    stores.truncate(1);
    assert!(held.iter().all(|(number, guard)| guard.number() == *number));
    assert_eq!(stores[0].load().number(), ROUNDS);
}

/// A configuration whose end reads the store that it was in.
#[derive(crate::HotConfig)]
#[hot(crate = crate)]
struct Reading {
    #[hot(leaf)]
    inner: ReadsAtItsEnd,
}

struct ReadsAtItsEnd(u64);

impl<'de> serde::Deserialize<'de> for ReadsAtItsEnd {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self)
    }
}

static STORE: OnceLock<WeakHot<Reading>> = OnceLock::new();

impl Drop for ReadsAtItsEnd {
    fn drop(&mut self) {
        if let Some(cfg) = STORE.get().and_then(WeakHot::upgrade) {
            assert!(cfg.load().inner.0 >= self.0 && cfg.reader().load().inner.0 >= self.0);
        }
    }
}

/// It ends in a writer, in a reader's load and with a thread and its slot, wherever it was held last.
#[test]
fn a_configuration_may_read_at_its_end() {
    let cfg = Hot::fixed(Reading { inner: ReadsAtItsEnd(0) });
    STORE.set(cfg.downgrade()).unwrap();
    for number in 1..=ROUNDS {
        thread::scope(|scope| {
            let readers = [
                scope.spawn(|| assert!(cfg.load().inner.0 + 1 >= number)),
                scope.spawn(|| assert!(cfg.read(|reading| reading.inner.0) + 1 >= number)),
            ];
            let _ = cfg.replace(Reading { inner: ReadsAtItsEnd(number) });
            assert_eq!(cfg.load().inner.0, number);
            readers.into_iter().for_each(|reader| reader.join().unwrap());
        });
    }
    assert_eq!(cfg.status().live_snapshots(), 1, "only the newest is left");
}
