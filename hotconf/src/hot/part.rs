//! [`Part`]: one section of a store, for a component that is to see nothing else.

use std::fmt;
use std::future::poll_fn;
use std::iter::FusedIterator;
use std::ops::Deref;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::Hot;
use crate::cell::HotConfig;
use crate::change::{Change, Subscription};
use crate::key::{AsKey, Key, KeyPath, ToKeyPath};
use crate::listeners::Listener;
use crate::snapshot::Snapshot;

impl<T: HotConfig + Send + Sync> Hot<T> {
    /// One section, or one value, for a component that is to see nothing else: it is given a [`Part`], whose type does
    /// not even name the configuration that it is part of.
    ///
    /// ```
    /// use hotconf::{Hot, HotConfig, Part};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     pool: PoolConfig,
    ///     #[hot(default = "secret", secret)]
    ///     token: String,
    /// }
    ///
    /// #[derive(HotConfig)]
    /// struct PoolConfig {
    ///     #[hot(default = 10)]
    ///     size: usize,
    /// }
    ///
    /// struct Pool {
    ///     config: Part<PoolConfig>, // it cannot reach the token
    /// }
    ///
    /// impl Pool {
    ///     fn has_room(&self, taken: usize) -> bool {
    ///         self.config.read(|config| taken < config.size)
    ///     }
    /// }
    ///
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let pool = Pool { config: cfg.view(AppConfig::keys().pool) };
    /// assert!(!pool.has_room(10));
    /// let _ = cfg.set("pool.size", 20)?;
    /// assert!(pool.has_room(10));
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn view<V: 'static>(&self, key: impl AsKey<T, Value = V, Key = Key<T, V>>) -> Part<V> {
        let key = key.as_key();
        Part { whole: Arc::new(Whole { cfg: self.clone(), key, path: key.to_key_path() }) }
    }
}

/// One section of a configuration, or one value, as it is now: what [`Hot::view`] gives to a component.
///
/// A handle like [`Hot`]: clones are cheap, it is `Send` and `Sync`, and it keeps the store going. Reads never fail, and
/// wait for nothing. A callback must not own one, for the reason that it must not own a `Hot`. [`Hot::view`] has an
/// example.
pub struct Part<V> {
    whole: Arc<dyn IsPart<V>>,
}

impl<V: 'static> Part<V> {
    /// What `read` makes of the section as it is now, at about the cost of [`Hot::load`]. All that it sees belongs to one
    /// version.
    pub fn read<R>(&self, read: impl FnOnce(&V) -> R) -> R {
        // A trait object takes closures that run many times; this one is called once.
        let (mut read, mut result) = (Some(read), None);
        self.whole.read(&mut |value| result = read.take().map(|read| read(value)));
        match result {
            Some(result) => result,
            None => unreachable!("the closure ran"),
        }
    }

    /// The section as it is now, owned: it may be kept, cross an `.await`, or go to another thread. Costs an allocation.
    #[must_use]
    pub fn snapshot(&self) -> PartSnapshot<V> {
        self.whole.snapshot()
    }

    /// Calls `callback` with the old and the new section after each change in it, until the listener is dropped, as
    /// [`Hot::on`] does.
    pub fn on_change(&self, callback: impl FnMut(&V, &V) + Send + 'static) -> Listener {
        self.whole.on_change(Box::new(callback))
    }

    /// The changes of the section from now on, one after the other. It does not keep the store going.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { pool: PoolConfig, #[hot(default = 1)] other: u8 }
    /// # #[derive(HotConfig)]
    /// # struct PoolConfig { #[hot(default = 10)] size: usize }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let mut changes = cfg.view(AppConfig::keys().pool).subscribe();
    ///
    /// let _ = cfg.set("other", 2)?; // not of this section
    /// let _ = cfg.set("pool.size", 20)?;
    /// let change = changes.next().unwrap();
    /// assert_eq!((change.old().size, change.new().size), (10, 20));
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn subscribe(&self) -> PartSubscription<V> {
        PartSubscription { changes: self.whole.subscribe() }
    }
}

impl<V> Clone for Part<V> {
    fn clone(&self) -> Self {
        Self { whole: self.whole.clone() }
    }
}

/// Shows no value.
impl<V> fmt::Debug for Part<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Part")
    }
}

/// One version of a section, owned. It dereferences to the section.
pub struct PartSnapshot<V> {
    held: Arc<dyn Held<V>>,
}

impl<V> PartSnapshot<V> {
    /// The version of the configuration that this is part of.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.held.version()
    }
}

impl<V> Deref for PartSnapshot<V> {
    type Target = V;

    fn deref(&self) -> &V {
        self.held.value()
    }
}

impl<V> Clone for PartSnapshot<V> {
    fn clone(&self) -> Self {
        Self { held: self.held.clone() }
    }
}

/// Shows the version and no value.
impl<V> fmt::Debug for PartSnapshot<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartSnapshot").field("version", &self.version()).finish_non_exhaustive()
    }
}

/// A change of a section: it before and after.
pub struct PartChange<V> {
    old: PartSnapshot<V>,
    new: PartSnapshot<V>,
}

impl<V> PartChange<V> {
    /// The version of the configuration that [`new`](PartChange::new) is part of.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.new.version()
    }

    /// The section before.
    #[must_use]
    pub fn old(&self) -> &PartSnapshot<V> {
        &self.old
    }

    /// The section after.
    #[must_use]
    #[allow(clippy::new_ret_no_self)] // the other half of `old`, not a constructor
    pub fn new(&self) -> &PartSnapshot<V> {
        &self.new
    }
}

impl<V> Clone for PartChange<V> {
    fn clone(&self) -> Self {
        Self { old: self.old.clone(), new: self.new.clone() }
    }
}

/// Shows the versions and no value.
impl<V> fmt::Debug for PartChange<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (old, new) = (self.old.version(), self.new.version());
        f.debug_struct("PartChange").field("old", &old).field("new", &new).finish()
    }
}

/// The changes of a section, one after the other: as an iterator that blocks, or awaited. Slow ones see fewer, merged
/// changes. It ends when the last handle of the store is gone.
pub struct PartSubscription<V> {
    changes: Box<dyn Follow<V>>,
}

impl<V: 'static> PartSubscription<V> {
    /// The change that has come since the last one, if any; does not wait.
    pub fn try_next(&mut self) -> Option<PartChange<V>> {
        self.changes.try_next()
    }

    /// Waits for the next change without blocking the thread, on any runtime; `None` once none will come. Nothing is
    /// lost when the future is dropped before it is ready.
    pub async fn changed(&mut self) -> Option<PartChange<V>> {
        poll_fn(|context| self.changes.poll_changed(context)).await
    }
}

/// Once the store is gone, and the newest version has been seen, nothing comes any more.
impl<V> FusedIterator for PartSubscription<V> {}

impl<V> Iterator for PartSubscription<V> {
    type Item = PartChange<V>;

    fn next(&mut self) -> Option<PartChange<V>> {
        self.changes.next()
    }
}

impl<V> fmt::Debug for PartSubscription<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartSubscription")
    }
}

type OnPart<V> = Box<dyn FnMut(&V, &V) + Send>;

/// What a part asks of the whole, whatever its type.
trait IsPart<V>: Send + Sync {
    fn read(&self, read: &mut dyn FnMut(&V));
    fn snapshot(&self) -> PartSnapshot<V>;
    fn on_change(&self, callback: OnPart<V>) -> Listener;
    fn subscribe(&self) -> Box<dyn Follow<V>>;
}

struct Whole<T: 'static, V: 'static> {
    cfg: Hot<T>,
    key: Key<T, V>,
    path: KeyPath,
}

impl<T: HotConfig + Send + Sync, V> IsPart<V> for Whole<T, V> {
    fn read(&self, read: &mut dyn FnMut(&V)) {
        read(self.key.get(&self.cfg.load()));
    }

    fn snapshot(&self) -> PartSnapshot<V> {
        held(self.cfg.snapshot(), self.key)
    }

    fn on_change(&self, mut callback: OnPart<V>) -> Listener {
        self.cfg.on(self.key, move |old, new| callback(old, new))
    }

    fn subscribe(&self) -> Box<dyn Follow<V>> {
        Box::new(Following { changes: self.cfg.subscribe(), key: self.key, path: self.path.clone() })
    }
}

trait Held<V>: Send + Sync {
    fn value(&self) -> &V;
    fn version(&self) -> u64;
}

struct HeldIn<T: 'static, V: 'static> {
    snapshot: Snapshot<T>,
    key: Key<T, V>,
}

fn held<T: HotConfig + Send + Sync, V>(snapshot: Snapshot<T>, key: Key<T, V>) -> PartSnapshot<V> {
    PartSnapshot { held: Arc::new(HeldIn { snapshot, key }) }
}

impl<T: Send + Sync, V> Held<V> for HeldIn<T, V> {
    fn value(&self) -> &V {
        self.key.get(&self.snapshot)
    }

    fn version(&self) -> u64 {
        self.snapshot.version()
    }
}

trait Follow<V>: Send {
    fn next(&mut self) -> Option<PartChange<V>>;
    fn try_next(&mut self) -> Option<PartChange<V>>;
    fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<Option<PartChange<V>>>;
}

struct Following<T: 'static, V: 'static> {
    changes: Subscription<T>,
    key: Key<T, V>,
    path: KeyPath,
}

impl<T: HotConfig + Send + Sync, V> Following<T, V> {
    /// The part of a change that this is about, if any.
    fn part(&self, change: &Change<T>) -> Option<PartChange<V>> {
        change.at(&self.key, &self.path)?;
        let old = held(change.old().clone(), self.key);
        Some(PartChange { old, new: held(change.new().clone(), self.key) })
    }
}

impl<T: HotConfig + Send + Sync, V> Follow<V> for Following<T, V> {
    fn next(&mut self) -> Option<PartChange<V>> {
        loop {
            let change = self.changes.next()?;
            if let Some(part) = self.part(&change) {
                return Some(part);
            }
        }
    }

    fn try_next(&mut self) -> Option<PartChange<V>> {
        let change = self.changes.try_next()?;
        self.part(&change)
    }

    fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<Option<PartChange<V>>> {
        while let Poll::Ready(change) = self.changes.poll_changed(context) {
            match change.map(|change| self.part(&change)) {
                None => return Poll::Ready(None),
                Some(Some(part)) => return Poll::Ready(Some(part)),
                Some(None) => {}
            }
        }
        Poll::Pending
    }
}
