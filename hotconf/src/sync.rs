//! The primitives that publication and waiting stand on: the real ones, or those of the model checker.

#[cfg(loom)]
mod modelled;

#[cfg(not(loom))]
mod primitives {
    pub(crate) use parking_lot::{Condvar, Mutex, RwLock};
    pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
    pub(crate) use std::sync::mpsc::{Sender, channel};

    pub(crate) fn read_with<T, R>(lock: &RwLock<T>, read: impl FnOnce(&T) -> R) -> R {
        read(&lock.read())
    }

    pub(crate) fn replace<T>(lock: &RwLock<T>, value: T, before_release: impl FnOnce()) -> T {
        let mut locked = lock.write();
        let old = std::mem::replace(&mut *locked, value);
        before_release();
        old
    }
}

#[cfg(loom)]
mod primitives {
    pub(crate) use super::modelled::{Condvar, Mutex, Sender, channel};
    pub(crate) use loom::sync::RwLock;
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};

    pub(crate) fn read_with<T, R>(lock: &RwLock<T>, read: impl FnOnce(&T) -> R) -> R {
        read(&lock.read().unwrap())
    }

    pub(crate) fn replace<T>(lock: &RwLock<T>, value: T, before_release: impl FnOnce()) -> T {
        let mut locked = lock.write().unwrap();
        let old = std::mem::replace(&mut *locked, value);
        before_release();
        old
    }
}

/// No protocol depends on the order of stamps, so their counter is a real one under the model checker too.
mod stamps {
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A stamp for a publication, or a name for a cell: none is ever given twice.
    pub(crate) fn next_stamp() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }
}

pub(crate) use primitives::{
    AtomicU64, Condvar, Mutex, Ordering, RwLock, Sender, channel, read_with, replace,
};
pub(crate) use stamps::next_stamp;
