//! Publication and reads.
//!
//! A store is one [`Cell`]: the newest snapshot behind a lock, and beside it a stamp. Every publication of the process
//! takes a stamp of its own from one counter, puts the snapshot in place and then the stamp, both under the lock. Each
//! thread keeps, in a slot that the derive declares for the very type, the snapshots it saw last with their stamps. A
//! read compares the slot's stamp with the cell's: equal means that the slot's snapshot is the newest, and the read
//! has cost one load, one comparison and a count that only this thread writes. Unequal means one turn at the lock. A
//! read by closure borrows the slot instead of counting; whoever reads within it, after a publication, goes to the lock.
//!
//! Why that is sound:
//!
//! * No pair is torn. A snapshot and its stamp are put in place under the write lock and fetched together under the read
//!   lock, so neither a slot nor a [`Reader`](crate::Reader) has a snapshot with another's stamp, whoever is writing.
//! * An equal stamp is the same publication, whatever store it was from, because none is used twice. So stores of one
//!   type share a slot and push each other out of it, and none is taken for another.
//! * Nobody goes back. A snapshot comes out of the lock, on this thread or on one that has told this one of it. Its stamp
//!   was stored before the lock was left, so whatever this thread loads as the stamp from then on is that one or a later
//!   one, and what the slot has from before is not equal to it. The lock is enough for that: `Release` and `Acquire` make
//!   the turn at the lock come after the publication whose stamp was seen, so that one turn is enough as well.
//! * What is held is alive, and what is not held goes. Guards, readers and slots count references to what they have, and
//!   a publication replaces only what the cell has, so a store may end before them. What a closure has borrowed from the
//!   slot stays there: whoever reads within it changes no slot.
//! * A user's `Drop` may read. What was replaced ends when no lock is held and no slot is borrowed, and at the end of a
//!   thread, where the slot is gone, the way to the newest is the lock.
//! * Writers need no turns for any of this. That versions rise by one is for those who publish: each store has one
//!   manager, or one lock for those who replace a value that the program made.
//!
//! What pins an old snapshot: a guard, a snapshot or a reader that somebody holds, and the slot of a thread that has
//! read the store and not since the change. That is at most one for each thread and store, and ends with the thread's
//! next read of it, or with the thread.

#[cfg(all(test, loom))]
mod loom_tests;
#[cfg(all(test, not(loom)))]
mod tests;

use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;
use std::thread::LocalKey;

use crate::build::ConfigValue;
use crate::explain::locate;
use crate::key::KeyPath;
use crate::schema::Schema;
use crate::snapshot::Snapshot;
use crate::sync::{AtomicU64, Ordering, RwLock, next_stamp, read_with, replace};
use crate::tree::Secrets;
use crate::value::Value;

/// A configuration type that can be the root of a store: `#[derive(HotConfig)]`.
///
/// The derive builds the value itself: `Deserialize`, `Clone`, `PartialEq` and `Serialize` are not required. It also
/// gives the struct a `const fn keys()` with its typed keys.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a configuration struct",
    label = "this cannot be the root of a configuration",
    note = "put `#[derive(HotConfig)]` on the struct"
)]
pub trait HotConfig: ConfigValue {
    /// What the configuration expects: its keys with their types, defaults, rules and documentation.
    #[must_use]
    fn schema() -> &'static Schema {
        match Self::SHAPE.section() {
            Some(schema) => schema,
            None => unreachable!("only structs are roots"),
        }
    }

    /// Hands over the thread's slot for this type, or nothing once the thread is ending.
    #[doc(hidden)]
    fn with_slot<R>(use_slot: impl FnOnce(Option<&Slot<Self>>) -> R) -> R;
}

/// Runs with the slot in `key`, or with none where the thread's locals are gone already.
#[doc(hidden)]
#[inline(always)]
pub fn with_slot<T, R>(key: &'static LocalKey<Slot<T>>, use_slot: impl FnOnce(Option<&Slot<T>>) -> R) -> R {
    // The closure can run only once, and both ways out need it.
    let mut use_slot = Some(use_slot);
    match key.try_with(|slot| use_slot.take().map(|use_slot| use_slot(Some(slot)))) {
        Ok(Some(result)) => result,
        _ => match use_slot.take() {
            Some(use_slot) => use_slot(None),
            None => unreachable!("the closure ran, and its result was taken"),
        },
    }
}

/// How many stores of one type a thread can read in turn before they push each other out of its slot.
const STORES_PER_SLOT: usize = 4;

/// What one thread saw last of the stores of one type.
#[doc(hidden)]
pub struct Slot<T> {
    seen: RefCell<[Option<Seen<T>>; STORES_PER_SLOT]>,
}

struct Seen<T> {
    cell: u64,
    stamp: u64,
    snapshot: Rc<Snapshot<T>>,
}

impl<T> Slot<T> {
    #[must_use]
    pub const fn new() -> Self {
        Self { seen: RefCell::new([const { None }; STORES_PER_SLOT]) }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The newest snapshot of one store.
pub(crate) struct Cell<T> {
    stamp: AtomicU64,
    name: u64,
    newest: RwLock<Snapshot<T>>,
}

impl<T> Cell<T> {
    pub(crate) fn new(first: Snapshot<T>) -> Self {
        Self { stamp: AtomicU64::new(next_stamp()), name: next_stamp(), newest: RwLock::new(first) }
    }

    /// Publishes `snapshot`. The one before is dropped outside the lock, because that may run a user's `Drop`.
    pub(crate) fn store(&self, snapshot: Snapshot<T>) {
        let old = replace(&self.newest, snapshot, || self.stamp.store(next_stamp(), Ordering::Release));
        drop(old);
    }

    /// The newest snapshot, by the lock.
    pub(crate) fn fetch(&self) -> Snapshot<T> {
        read_with(&self.newest, Snapshot::clone)
    }

    /// The newest snapshot by way of the thread's slot.
    #[inline]
    pub(crate) fn load_with(&self, slot: &Slot<T>) -> Guard<T> {
        let stamp = self.stamp.load(Ordering::Acquire);
        if let Some(first) = &slot.seen.borrow()[0] {
            if first.stamp == stamp {
                return Guard { snapshot: first.snapshot.clone() };
            }
        }
        self.load_slowly(slot, stamp)
    }

    /// What `read` makes of the newest snapshot by way of the thread's slot, which lends it instead of counting.
    #[inline]
    pub(crate) fn read_with<R>(&self, slot: &Slot<T>, read: impl FnOnce(&T) -> R) -> R {
        let stamp = self.stamp.load(Ordering::Acquire);
        if let Some(first) = &slot.seen.borrow()[0] {
            if first.stamp == stamp {
                return read(&first.snapshot);
            }
        }
        read(&self.load_slowly(slot, stamp))
    }

    #[cold]
    fn load_slowly(&self, slot: &Slot<T>, stamp: u64) -> Guard<T> {
        let other = slot
            .seen
            .borrow()
            .iter()
            .flatten()
            .find(|seen| seen.stamp == stamp)
            .map(|seen| seen.snapshot.clone());
        if let Some(snapshot) = other {
            return Guard { snapshot };
        }
        let (stamp, snapshot) = self.fetch_stamped();
        let snapshot = Rc::new(snapshot);
        // Whoever reads within a `read` goes without a slot, which is lent out.
        let Ok(mut seen) = slot.seen.try_borrow_mut() else { return Guard { snapshot } };
        let mine = seen.iter().position(|seen| seen.as_ref().is_some_and(|seen| seen.cell == self.name));
        let free = || seen.iter().position(Option::is_none);
        let at = mine.or_else(free).unwrap_or(STORES_PER_SLOT - 1);
        let old = seen[at].replace(Seen { cell: self.name, stamp, snapshot: snapshot.clone() });
        drop(seen);
        // May run a user's `Drop`, which may read the store again: the slot is free by now.
        drop(old);
        Guard { snapshot }
    }

    /// The newest snapshot with its own stamp: no publication can come between while the lock is held.
    fn fetch_stamped(&self) -> (u64, Snapshot<T>) {
        read_with(&self.newest, |snapshot| (self.stamp.load(Ordering::Relaxed), snapshot.clone()))
    }
}

impl<T: HotConfig> Cell<T> {
    #[inline]
    pub(crate) fn load(&self) -> Guard<T> {
        T::with_slot(|slot| match slot {
            Some(slot) => self.load_with(slot),
            None => Guard { snapshot: Rc::new(self.fetch()) },
        })
    }

    #[inline]
    pub(crate) fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        T::with_slot(|slot| match slot {
            Some(slot) => self.read_with(slot, read),
            None => read(&self.fetch()),
        })
    }

    #[inline]
    pub(crate) fn snapshot(&self) -> Snapshot<T> {
        Snapshot::clone(&self.load().snapshot)
    }
}

/// A view of the newest configuration at the time of [`Hot::load`](crate::Hot::load), to be read now.
///
/// It dereferences to the configuration. All that is read through one guard belongs to one version. It is not `Send`, and
/// a task that holds one across an `.await` cannot be spawned: what lives longer is a
/// [`Snapshot`](crate::Hot::snapshot).
pub struct Guard<T> {
    snapshot: Rc<Snapshot<T>>,
}

impl<T> Guard<T> {
    /// Which version this is.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }
}

impl<T> Deref for Guard<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.snapshot
    }
}

impl<T: HotConfig> Snapshot<T> {
    /// The value at a dotted path in this version, as its type read it. `None` for a path that is unknown, and where
    /// there is no value, as in a [fixed](crate::Hot::fixed) store. A secret comes as [`Value::Secret`].
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        if self.is_fixed() {
            return None;
        }
        locate(T::schema(), self.layers(), &KeyPath::parse(key))?.value(Secrets::Masked)
    }
}

/// Shows the version and no value.
impl<T> fmt::Debug for Guard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("version", &self.version()).finish_non_exhaustive()
    }
}

/// The snapshot that a [`Reader`](crate::Reader) saw last, with its stamp.
pub(crate) struct Cached<T> {
    stamp: u64,
    snapshot: Snapshot<T>,
}

impl<T> Cached<T> {
    pub(crate) fn new(cell: &Cell<T>) -> Self {
        let (stamp, snapshot) = cell.fetch_stamped();
        Self { stamp, snapshot }
    }

    #[inline]
    pub(crate) fn refreshed(&mut self, cell: &Cell<T>) -> &Snapshot<T> {
        if self.stamp != cell.stamp.load(Ordering::Acquire) {
            self.refresh(cell);
        }
        &self.snapshot
    }

    #[cold]
    fn refresh(&mut self, cell: &Cell<T>) {
        *self = Self::new(cell);
    }
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self { stamp: self.stamp, snapshot: self.snapshot.clone() }
    }
}
