//! The publication protocol under the model checker, which tries every order of steps and every value that a load may
//! see: `RUSTFLAGS="--cfg loom" cargo test -p hotconf --lib --release loom`.
//!
//! Every model holds its threads to the same rules, by way of [`Witness`]. A snapshot here is only a version, because
//! its fields are behind one `Arc` and cannot be torn; what can be torn is the pair of a stamp and a snapshot. What is
//! kept, and until when, is in a room of its own.

mod kept;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use loom::sync::atomic::{AtomicBool, AtomicU64 as LoomU64, Ordering};
use loom::thread;

use super::{Cached, Cell, Slot};
use crate::snapshot::{Alive, Snapshot};

/// A model with more than a few threads has too many orders to try them all. Hardly any fault needs more preemptions.
const PREEMPTIONS: usize = 5;

fn model(run: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    // `LOOM_MAX_PREEMPTIONS` goes deeper.
    builder.preemption_bound.get_or_insert(PREEMPTIONS);
    builder.check(run);
}

/// One store with what is known about its publications. The lock is a real one: no step of a model lies within it.
struct Store<T = ()> {
    cell: Cell<T>,
    /// Shared, so that it can be asked when the store is gone.
    alive: Arc<Alive>,
    versions: Mutex<HashMap<u64, u64>>,
}

impl<T> Store<T> {
    fn new(value: T) -> Self {
        let alive = Arc::new(Alive::default());
        let cell = Cell::new(Snapshot::new(value, 1, Vec::new(), &alive));
        let store = Self { cell, alive, versions: Mutex::default() };
        let (stamp, snapshot) = store.cell.fetch_stamped();
        store.note(stamp, snapshot.version());
        store
    }

    fn publish(&self, value: T, version: u64) {
        self.cell.store(Snapshot::new(value, version, Vec::new(), &self.alive));
    }

    /// A stamp is one publication: whoever has a snapshot with it has that of everybody else.
    fn note(&self, stamp: u64, version: u64) {
        let known = *self.versions.lock().unwrap().entry(stamp).or_insert(version);
        assert_eq!(known, version, "a stamp belongs to one snapshot");
    }
}

/// A thread that reads one store, and what it has seen.
struct Witness {
    store: Arc<Store>,
    newest_seen: u64,
}

impl Witness {
    fn new(store: &Arc<Store>) -> Self {
        Self { store: store.clone(), newest_seen: 1 }
    }

    fn saw(&mut self, version: u64) -> u64 {
        assert!(version >= self.newest_seen, "{version} after {}", self.newest_seen);
        self.newest_seen = version;
        version
    }

    fn load(&mut self, slot: &Slot<()>) -> u64 {
        let version = self.store.cell.load_with(slot).version();
        for seen in slot.seen.borrow().iter().flatten().filter(|seen| seen.cell == self.store.cell.name) {
            self.store.note(seen.stamp, seen.snapshot.version());
        }
        self.saw(version)
    }

    fn fetch(&mut self) -> u64 {
        let version = self.store.cell.fetch().version();
        self.saw(version)
    }

    fn refresh(&mut self, cached: &mut Cached<()>) -> u64 {
        let version = cached.refreshed(&self.store.cell).version();
        self.store.note(cached.stamp, cached.snapshot.version());
        self.saw(version)
    }
}

fn publish_in_a_thread(
    store: &Arc<Store>,
    versions: impl Iterator<Item = u64> + 'static,
) -> thread::JoinHandle<()> {
    let store = store.clone();
    thread::spawn(move || versions.for_each(|version| store.publish((), version)))
}

#[test]
fn loom_a_publication_meets_loads() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let writer = publish_in_a_thread(&store, 2..=2);
        let (slot, mut witness) = (Slot::new(), Witness::new(&store));
        witness.load(&slot);
        witness.load(&slot);
        writer.join().unwrap();
        assert_eq!(witness.load(&slot), 2);
    });
}

#[test]
fn loom_two_publications_meet_loads() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let writer = publish_in_a_thread(&store, 2..=3);
        let (slot, mut witness) = (Slot::new(), Witness::new(&store));
        witness.load(&slot);
        witness.load(&slot);
        witness.load(&slot);
        writer.join().unwrap();
        assert_eq!(witness.load(&slot), 3);
    });
}

#[test]
fn loom_two_readers_meet_two_publications() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let done = Arc::new(AtomicBool::new(false));
        let writer = {
            let (store, done) = (store.clone(), done.clone());
            thread::spawn(move || {
                store.publish((), 2);
                store.publish((), 3);
                done.store(true, Ordering::Release);
            })
        };
        let other = {
            let (store, done) = (store.clone(), done.clone());
            thread::spawn(move || {
                let (slot, mut witness) = (Slot::new(), Witness::new(&store));
                witness.load(&slot);
                let is_done = done.load(Ordering::Acquire);
                let version = witness.load(&slot);
                assert!(!is_done || version == 3, "the last version is seen once its publication is over");
            })
        };
        let (slot, mut witness) = (Slot::new(), Witness::new(&store));
        witness.load(&slot);
        witness.load(&slot);
        writer.join().unwrap();
        assert_eq!(witness.load(&slot), 3);
        other.join().unwrap();
        drop(slot);
        assert_eq!(store.alive.count(), 1, "only the newest is left");
    });
}

/// Whoever has heard of a version, from another thread and by whatever way that one reads, loads no older one.
#[test]
fn loom_what_another_thread_tells_of_is_seen() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let told = Arc::new(LoomU64::new(0));
        let writer = publish_in_a_thread(&store, 2..=2);
        let teller = {
            let (store, told) = (store.clone(), told.clone());
            thread::spawn(move || {
                let version = Witness::new(&store).fetch();
                told.store(version, Ordering::Release);
            })
        };
        let (slot, mut witness) = (Slot::new(), Witness::new(&store));
        witness.load(&slot);
        let heard = told.load(Ordering::Acquire);
        assert!(witness.load(&slot) >= heard);
        writer.join().unwrap();
        teller.join().unwrap();
        assert_eq!(witness.load(&slot), 2);
    });
}

/// `load`, a reader and the way by the lock in one thread agree on what is newest.
#[test]
fn loom_all_ways_to_read_go_forward_together() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let (slot, mut witness) = (Slot::new(), Witness::new(&store));
        witness.load(&slot);
        let mut cached = Cached::new(&store.cell);
        let writer = publish_in_a_thread(&store, 2..=2);
        witness.load(&slot);
        witness.refresh(&mut cached);
        witness.fetch();
        witness.refresh(&mut cached);
        witness.load(&slot);
        writer.join().unwrap();
        assert_eq!(witness.refresh(&mut cached), 2);
        assert_eq!(witness.load(&slot), 2);
    });
}

#[test]
fn loom_a_reader_meets_two_publications() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let mut cached = Cached::new(&store.cell);
        let writer = publish_in_a_thread(&store, 2..=3);
        let mut witness = Witness::new(&store);
        witness.refresh(&mut cached);
        // A clone goes its own way, from where it was made.
        let mut other = cached.clone();
        witness.refresh(&mut other);
        witness.refresh(&mut cached);
        writer.join().unwrap();
        assert_eq!(witness.refresh(&mut cached), 3);
        assert_eq!(witness.refresh(&mut other), 3);
        assert_eq!(store.alive.count(), 1, "neither keeps what it saw before");
    });
}

/// Two stores of one type, published to at once, read in turn through one slot.
#[test]
fn loom_two_cells_share_a_slot() {
    model(|| {
        let (one, two) = (Arc::new(Store::new(())), Arc::new(Store::new(())));
        let writers = [publish_in_a_thread(&one, 2..=2), publish_in_a_thread(&two, 2..=2)];
        let slot = Slot::new();
        let (mut of_one, mut of_two) = (Witness::new(&one), Witness::new(&two));
        of_one.load(&slot);
        of_two.load(&slot);
        of_one.load(&slot);
        of_two.load(&slot);
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!((of_one.load(&slot), of_two.load(&slot)), (2, 2));
        let known: Vec<u64> = one.versions.lock().unwrap().keys().copied().collect();
        let two = two.versions.lock().unwrap();
        assert!(known.iter().all(|stamp| !two.contains_key(stamp)), "a stamp belongs to one store");
    });
}

/// More stores than the slot holds push each other out, while the first and the last of them change.
#[test]
fn loom_more_cells_than_the_slot_holds() {
    model(|| {
        let stores: Vec<_> = (0..=super::STORES_PER_SLOT).map(|_| Arc::new(Store::new(()))).collect();
        let (first, last) = (stores[0].clone(), stores[super::STORES_PER_SLOT].clone());
        let writer = thread::spawn(move || {
            first.publish((), 2);
            last.publish((), 2);
        });
        let slot = Slot::new();
        let mut witnesses: Vec<_> = stores.iter().map(Witness::new).collect();
        for witness in &mut witnesses {
            witness.load(&slot);
        }
        witnesses[0].load(&slot);
        writer.join().unwrap();
        let seen: Vec<u64> = witnesses.iter_mut().map(|witness| witness.load(&slot)).collect();
        assert_eq!(seen, [2, 1, 1, 1, 2]);
    });
}

/// Two writers who take turns, as those of a store without sources do: each publishes the version after the newest.
#[test]
fn loom_two_writers_take_turns() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let turn = Arc::new(loom::sync::Mutex::new(()));
        let writers = [(); 2].map(|()| {
            let (store, turn) = (store.clone(), turn.clone());
            thread::spawn(move || {
                let _turn = turn.lock().unwrap();
                let running = store.cell.fetch();
                store.publish((), running.version() + 1);
            })
        });
        let (slot, mut witness) = (Slot::new(), Witness::new(&store));
        witness.load(&slot);
        witness.load(&slot);
        for writer in writers {
            writer.join().unwrap();
        }
        assert_eq!(witness.load(&slot), 3);
        assert_eq!(store.alive.count(), 1, "only the newest is left");
    });
}

/// The cell itself asks for no turns: one of two writers is the later one, and all ways to read agree which.
#[test]
fn loom_two_writers_at_once() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let writers = [2, 3].map(|version| publish_in_a_thread(&store, version..=version));
        let slot = Slot::new();
        let mut seen = Vec::new();
        let mut load = || {
            let version = store.cell.load_with(&slot).version();
            let first = slot.seen.borrow();
            let first = first[0].as_ref().unwrap();
            store.note(first.stamp, first.snapshot.version());
            if seen.last() != Some(&version) {
                assert!(!seen.contains(&version), "{version} was replaced: {seen:?}");
                seen.push(version);
            }
            version
        };
        load();
        load();
        for writer in writers {
            writer.join().unwrap();
        }
        let newest = load();
        let mut cached = Cached::new(&store.cell);
        assert_eq!((newest, newest), (store.cell.fetch().version(), cached.refreshed(&store.cell).version()));
        drop(cached);
        assert_eq!(store.alive.count(), 1, "only the newest is left");
    });
}

/// The slot is lent to the closure of a `read`, in which everything else may read, while there are publications.
#[test]
fn loom_reads_within_a_read() {
    model(|| {
        let store = Arc::new(Store::new(1));
        let writer = {
            let store = store.clone();
            thread::spawn(move || store.publish(2, 2))
        };
        let slot = Slot::new();
        let cell = &store.cell;
        cell.load_with(&slot);
        cell.read_with(&slot, |&outer: &u64| {
            let inner = cell.read_with(&slot, |&inner| inner);
            let loaded = *cell.load_with(&slot);
            assert!(outer <= inner && inner <= loaded, "{outer}, {inner}, {loaded}");
        });
        writer.join().unwrap();
        let after = cell.read_with(&slot, |&outer| {
            store.publish(3, 3);
            (outer, *cell.load_with(&slot), cell.read_with(&slot, |&inner| inner))
        });
        assert_eq!(after, (2, 3, 3));
        assert_eq!(cell.read_with(&slot, |&value| value), 3);
        assert_eq!(store.alive.count(), 1, "the slot has the newest again");
    });
}
