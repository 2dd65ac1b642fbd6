//! What keeps a snapshot alive, and until when: a guard, the slot of a thread, the store. Each model counts.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

use loom::sync::mpsc;
use loom::thread;

use super::super::{STORES_PER_SLOT, Slot};
use super::{Store, model, publish_in_a_thread};

/// A guard is of its version while others are published, and gives it up when it goes, and not before.
#[test]
fn loom_a_guard_outlives_publications() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let slot = Slot::new();
        let first = store.cell.load_with(&slot);
        let writer = publish_in_a_thread(&store, 2..=3);
        let later = store.cell.load_with(&slot);
        let also = store.cell.load_with(&slot);
        writer.join().unwrap();
        let mut held = BTreeSet::from([1, later.version(), also.version(), 3]);
        assert_eq!(first.version(), 1);
        assert_eq!(store.alive.count(), held.len(), "{held:?}");
        let slot_has = also.version();
        drop((first, later, also));
        held.retain(|&version| version == slot_has || version == 3);
        assert_eq!(store.alive.count(), held.len(), "the slot has {slot_has}");
        assert_eq!(store.cell.load_with(&slot).version(), 3);
        assert_eq!(store.alive.count(), 1, "only the newest is left");
    });
}

/// A thread that has read and does not read again keeps that one snapshot, whatever is published, until it ends.
#[test]
fn loom_an_idle_thread_keeps_one_snapshot_until_it_ends() {
    model(|| {
        let store = Arc::new(Store::new(()));
        let (tell, has_read) = mpsc::channel();
        let (let_go, may_end) = mpsc::channel();
        let idle = {
            let store = store.clone();
            thread::spawn(move || {
                let slot = Slot::new();
                tell.send(store.cell.load_with(&slot).version()).unwrap();
                may_end.recv().unwrap();
            })
        };
        store.publish((), 2);
        assert!(has_read.recv().unwrap() <= 2);
        store.publish((), 3);
        store.publish((), 4);
        assert_eq!(store.alive.count(), 2, "the newest, and that of the thread");
        let_go.send(()).unwrap();
        idle.join().unwrap();
        assert_eq!(store.alive.count(), 1, "only the newest is left");
    });
}

/// A store that another pushes out of a slot has nothing there any more.
#[test]
fn loom_what_is_pushed_out_is_given_up() {
    model(|| {
        let stores: Vec<_> = (0..=STORES_PER_SLOT).map(|_| Arc::new(Store::new(()))).collect();
        let slot = Slot::new();
        for store in &stores[..STORES_PER_SLOT] {
            store.cell.load_with(&slot);
        }
        let pushed_out = &stores[STORES_PER_SLOT - 1];
        let writer = publish_in_a_thread(pushed_out, 2..=2);
        stores[STORES_PER_SLOT].cell.load_with(&slot);
        writer.join().unwrap();
        assert_eq!(pushed_out.alive.count(), 1, "only the newest is left");
        stores.iter().for_each(|store| assert_eq!(store.alive.count(), 1));
    });
}

/// A configuration whose end reads the store again, as a user's `Drop` may.
struct Reading {
    store: Weak<Store<Reading>>,
}

loom::thread_local! {
    static SLOT: Slot<Reading> = Slot::new();
}

fn load_by_thread(store: &Store<Reading>) -> u64 {
    SLOT.try_with(|slot| store.cell.load_with(slot).version())
        .unwrap_or_else(|_| store.cell.fetch().version())
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(store) = self.store.upgrade() {
            load_by_thread(&store);
        }
    }
}

/// A thread ends, with its slot, while a publication takes the last other reference of what the slot holds. Whoever drops
/// it holds no lock and has the slot free, and nothing is left behind.
#[test]
fn loom_a_thread_ends_during_a_publication() {
    model(|| {
        let store = Arc::new(Store::new(Reading { store: Weak::new() }));
        store.publish(Reading { store: Arc::downgrade(&store) }, 2);
        let reader = {
            let store = store.clone();
            thread::spawn(move || {
                load_by_thread(&store);
                load_by_thread(&store)
            })
        };
        store.publish(Reading { store: Arc::downgrade(&store) }, 3);
        assert!((2..=3).contains(&reader.join().unwrap()));
        assert_eq!(load_by_thread(&store), 3);
        assert_eq!(store.alive.count(), 1, "only the newest is left");
    });
}

/// The last of a store goes on whatever thread lets go of it last. A guard and a slot keep what they have, and no more.
#[test]
fn loom_a_store_ends_while_others_hold_what_they_read() {
    model(|| {
        let store = Arc::new(Store::new(Reading { store: Weak::new() }));
        let alive = store.alive.clone();
        let other = {
            let store = store.clone();
            thread::spawn(move || {
                let slot = Slot::new();
                let guard = store.cell.load_with(&slot);
                let version = guard.version();
                drop(store);
                drop(slot);
                assert_eq!(guard.version(), version);
            })
        };
        store.publish(Reading { store: Arc::downgrade(&store) }, 2);
        let slot = Slot::new();
        store.cell.load_with(&slot);
        drop(store);
        other.join().unwrap();
        assert_eq!(alive.count(), 1, "the slot has the newest");
        drop(slot);
        assert_eq!(alive.count(), 0, "nothing is left");
    });
}
