//! Changes, and those who wait for them. A subscription holds the newest it has seen and never a queue, so that a slow
//! one costs nothing and ends at the newest version all the same.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::cell::{Cell, HotConfig};
use crate::explain::locate;
use crate::key::{AsKey, KeyPath};
use crate::origin::Origin;
use crate::snapshot::{Alive, Snapshot};
use crate::tree::{Place, changed_keys};
use crate::value::Value;

/// A change that was published: the configuration before and after, and the keys that differ.
///
/// Cloning counts references. `Display` names the version and the keys, and no values.
pub struct Change<T> {
    old: Snapshot<T>,
    new: Snapshot<T>,
    keys: Arc<[KeyPath]>,
}

impl<T: HotConfig> Change<T> {
    /// The change from one snapshot to a later one.
    pub(crate) fn between(old: Snapshot<T>, new: Snapshot<T>, core: &Core<T>) -> Self {
        let known = core.newest_keys.lock().clone();
        let keys = match known {
            Some((from, to, keys)) if from == old.version() && to == new.version() => keys,
            _ => changed_keys(T::schema(), old.layers(), new.layers()).into(),
        };
        Self { old, new, keys }
    }
}

impl<T> Change<T> {
    /// The version of [`new`](Change::new).
    #[must_use]
    pub fn version(&self) -> u64 {
        self.new.version()
    }

    /// The keys whose values differ, sorted by path: leaves, entries of maps each by its own key, a list by one key, an
    /// optional section that appears or goes by its leaves. Empty where several changes were merged and cancel out.
    #[must_use]
    pub fn keys(&self) -> &[KeyPath] {
        &self.keys
    }

    /// The configuration before.
    #[must_use]
    pub fn old(&self) -> &Snapshot<T> {
        &self.old
    }

    /// The configuration after.
    #[must_use]
    #[allow(clippy::new_ret_no_self)] // the other half of `old`, not a constructor
    pub fn new(&self) -> &Snapshot<T> {
        &self.new
    }

    /// The old and the new value at `key`, a leaf or a section; `None` where nothing at or beneath it differs.
    pub fn of<K: AsKey<T>>(&self, key: K) -> Option<(&K::Value, &K::Value)>
    where
        T: 'static,
    {
        let key = key.as_key();
        self.touches(&KeyPath::parse(key.path())).then(|| (key.get(&self.old), key.get(&self.new)))
    }

    /// Where the new value at `key` comes from; `None` for a default, and for a key that nothing sets any more.
    #[must_use]
    pub fn origin(&self, key: impl crate::key::ToKeyPath<T>) -> Option<Origin>
    where
        T: HotConfig,
    {
        locate(T::schema(), self.new.layers(), &key.to_key_path())?.place.origin(Place::Value)
    }

    /// The old and the new value at a dotted path, such as one of [`keys`](Change::keys): to print what changed. `None` for
    /// an absent value, and [`Value::Secret`] for a secret.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// # let outcome = cfg.set("workers", 8)?;
    /// # let change = outcome.change().unwrap();
    /// for key in change.keys() {
    ///     if let (Some(old), Some(new)) = change.values(key.as_str()) {
    ///         println!("{key}: {old} -> {new}"); // workers: 4 -> 8
    ///     }
    /// }
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn values(&self, key: &str) -> (Option<Value>, Option<Value>)
    where
        T: HotConfig,
    {
        (self.old.get(key), self.new.get(key))
    }

    pub(crate) fn touches(&self, key: &KeyPath) -> bool {
        self.keys.iter().any(|changed| key.contains(changed) || changed.contains(key))
    }
}

impl<T> Clone for Change<T> {
    fn clone(&self) -> Self {
        Self { old: self.old.clone(), new: self.new.clone(), keys: self.keys.clone() }
    }
}

impl<T> fmt::Display for Change<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}:", self.version())?;
        if self.keys.is_empty() {
            return f.write_str(" nothing differs");
        }
        for (i, key) in self.keys.iter().enumerate() {
            let separator = if i > 0 { "," } else { "" };
            write!(f, "{separator} {key}")?;
        }
        Ok(())
    }
}

/// Shows the versions and the keys, and no value.
impl<T> fmt::Debug for Change<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("old", &self.old.version())
            .field("new", &self.new.version())
            .field("keys", &self.keys)
            .finish()
    }
}

/// From which version to which, and the keys that differ.
type KnownKeys = (u64, u64, Arc<[KeyPath]>);

/// What everyone shares who reads a store or waits for it; it does not keep the store going.
pub(crate) struct Core<T> {
    pub(crate) cell: Cell<T>,
    pub(crate) alive: Alive,
    news: Mutex<News>,
    changed: Condvar,
    /// The keys of the newest change, so that those who have seen all before need not compare.
    newest_keys: Mutex<Option<KnownKeys>>,
}

#[derive(Default)]
struct News {
    version: u64,
    is_closed: bool,
    waiting: BTreeMap<u64, Waker>,
    next_waiter: u64,
}

impl<T> Core<T> {
    pub(crate) fn new(first: Snapshot<T>, alive: Alive) -> Self {
        let news = News { version: first.version(), ..News::default() };
        Self {
            cell: Cell::new(first),
            alive,
            news: Mutex::new(news),
            changed: Condvar::new(),
            newest_keys: Mutex::new(None),
        }
    }

    /// Puts a snapshot in place and tells everyone who waits.
    /// `between` runs when it is there and nobody has been told of it.
    pub(crate) fn publish(&self, snapshot: Snapshot<T>, keys: Vec<KeyPath>, between: impl FnOnce()) {
        let version = snapshot.version();
        *self.newest_keys.lock() = Some((version - 1, version, keys.into()));
        self.cell.store(snapshot);
        between();
        self.tell(|news| news.version = version);
    }

    /// Ends all subscriptions, each after it has seen the newest version.
    pub(crate) fn close(&self) {
        self.tell(|news| news.is_closed = true);
    }

    fn tell(&self, update: impl FnOnce(&mut News)) {
        let waiting = {
            let mut news = self.news.lock();
            update(&mut news);
            std::mem::take(&mut news.waiting)
        };
        self.changed.notify_all();
        for waker in waiting.into_values() {
            // A waker is foreign code, so it runs outside the lock, and one that panics stops nobody else.
            let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
    }
}

/// Why no change came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitError {
    /// The time is over, and nothing has changed so far.
    Timeout,
    /// The last handle of the store is gone: nothing will change any more.
    Closed,
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "nothing has changed within the time",
            Self::Closed => "the configuration's last handle is gone",
        })
    }
}

impl std::error::Error for WaitError {}

/// Changes as they come, from the moment of [`Hot::subscribe`](crate::Hot::subscribe).
///
/// It is an [`Iterator`] whose `next` blocks until there is a change, and ends when the last handle of the store is
/// gone. A subscription that is slower than the changes sees fewer, merged ones: from what it saw last to the newest.
/// It always ends at the newest version, its memory is bounded, and it never makes the publisher wait. It does not
/// keep the store going.
///
/// ```
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(default = false)] debug: bool }
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let mut changes = cfg.subscribe();
/// let keys = AppConfig::keys();
///
/// cfg.set(keys.workers, 8)?;
/// let change = changes.next().unwrap();
/// assert_eq!(change.keys(), ["workers"]);
/// assert_eq!(change.of(keys.workers), Some((&4, &8)));
/// assert_eq!(change.of(keys.debug), None);
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct Subscription<T> {
    core: Arc<Core<T>>,
    seen: Snapshot<T>,
    /// Its place among the wakers, once it has waited asynchronously.
    waiter: Option<u64>,
}

impl<T: HotConfig> Subscription<T> {
    pub(crate) fn new(core: Arc<Core<T>>) -> Self {
        let seen = core.cell.fetch();
        Self { core, seen, waiter: None }
    }

    /// The next change within `time`.
    ///
    /// # Errors
    ///
    /// [`WaitError::Timeout`] when none came, [`WaitError::Closed`] when none will.
    pub fn next_timeout(&mut self, time: Duration) -> Result<Change<T>, WaitError> {
        let mut news = self.core.news.lock();
        let waited = self.core.changed.wait_while_for(
            &mut news,
            |news| news.version <= self.seen.version() && !news.is_closed,
            time,
        );
        drop(news);
        match self.try_next() {
            Some(change) => Ok(change),
            None if waited.timed_out() => Err(WaitError::Timeout),
            None => Err(WaitError::Closed),
        }
    }

    /// The change that has come since the last one, if any; does not wait.
    pub fn try_next(&mut self) -> Option<Change<T>> {
        let newest = self.core.cell.fetch();
        if newest.version() <= self.seen.version() {
            return None;
        }
        let old = std::mem::replace(&mut self.seen, newest.clone());
        Some(Change::between(old, newest, &self.core))
    }

    /// Waits for the next change without blocking the thread, on any runtime; `None` once none will come.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped before it is ready: the next call answers.
    pub async fn changed(&mut self) -> Option<Change<T>> {
        poll_fn(|context| self.poll_changed(context)).await
    }

    fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<Option<Change<T>>> {
        // Cloning and dropping a waker is foreign code too, so both happen outside the lock.
        let waker = context.waker().clone();
        let replaced;
        let is_closed = {
            let mut news = self.core.news.lock();
            if news.version <= self.seen.version() && !news.is_closed {
                let waiter = *self.waiter.get_or_insert_with(|| {
                    news.next_waiter += 1;
                    news.next_waiter
                });
                replaced = news.waiting.insert(waiter, waker);
                drop(news);
                drop(replaced);
                return Poll::Pending;
            }
            news.is_closed
        };
        match self.try_next() {
            Some(change) => Poll::Ready(Some(change)),
            None if is_closed => Poll::Ready(None),
            // The version is told after the snapshot is in place, so there is one to be seen.
            None => unreachable!("a version that was told is in place"),
        }
    }
}

impl<T: HotConfig> Iterator for Subscription<T> {
    type Item = Change<T>;

    fn next(&mut self) -> Option<Change<T>> {
        let mut news = self.core.news.lock();
        self.core
            .changed
            .wait_while(&mut news, |news| news.version <= self.seen.version() && !news.is_closed);
        drop(news);
        self.try_next()
    }
}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter {
            let waker = self.core.news.lock().waiting.remove(&waiter);
            drop(waker);
        }
    }
}

/// Shows the version it has seen, and no value.
impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("seen", &self.seen.version()).finish_non_exhaustive()
    }
}
