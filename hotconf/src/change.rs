//! Changes, and those who wait for them. A subscription holds the newest it has seen and never a queue, so that a slow
//! one costs nothing and ends at the newest version all the same.

#[cfg(feature = "stream")]
mod stream;
mod subscription;

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Waker;

use crate::cell::{Cell, HotConfig};
use crate::explain::locate;
use crate::key::{AsKey, Found, KeyPath, ToKeyPath, TypedKey};
use crate::origin::Origin;
use crate::snapshot::{Alive, Snapshot};
use crate::sync::{Condvar, Mutex};
use crate::tree::{Place, Secrets, changed_keys};
use crate::value::Value;

#[cfg(feature = "stream")]
pub use stream::Changes;
pub use subscription::{Subscription, WaitError};

/// A change that was published: the configuration before and after, and the keys that differ.
///
/// Cloning counts references. `Display` names the version and the keys, and no values.
///
/// ```
/// use hotconf::{Hot, HotConfig, OriginKind};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: usize,
///     #[hot(default = false)]
///     debug: bool,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let keys = AppConfig::keys();
/// let outcome = cfg.set(keys.workers, 8)?;
/// let change = outcome.change().unwrap();
/// assert_eq!(change.to_string(), "version 2: workers");
/// assert_eq!(change.of(keys.workers), Some((&4, &8)));
/// assert_eq!(change.of(keys.debug), None);
/// assert_eq!((change.old().workers, change.new().workers), (4, 8));
/// assert_eq!(*change.origin(keys.workers).unwrap().kind(), OriginKind::Override);
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct Change<T> {
    old: Snapshot<T>,
    new: Snapshot<T>,
    keys: Arc<[KeyPath]>,
}

impl<T: HotConfig> Change<T> {
    /// The change from one snapshot to a later one.
    pub(crate) fn between(old: Snapshot<T>, new: Snapshot<T>, core: &Core<T>) -> Self {
        let known = core.newest_keys.lock().clone();
        let keys = match (&core.every_key, known) {
            (Some(every), _) => every.clone(),
            (None, Some((from, to, keys))) if from == old.version() && to == new.version() => keys,
            _ => changed_keys(T::schema(), old.layers(), new.layers()).into(),
        };
        Self { old, new, keys }
    }
}

impl<T> Change<T> {
    /// The change to a snapshot that is not in place yet.
    pub(crate) fn planned(old: Snapshot<T>, new: Snapshot<T>, keys: Vec<KeyPath>) -> Self {
        Self { old, new, keys: keys.into() }
    }

    pub(crate) fn into_new(self) -> Snapshot<T> {
        self.new
    }

    pub(crate) fn shared_keys(&self) -> Arc<[KeyPath]> {
        self.keys.clone()
    }
}

impl<T> Change<T> {
    /// The version of [`new`](Change::new).
    #[must_use]
    pub fn version(&self) -> u64 {
        self.new.version()
    }

    /// The keys whose values differ, sorted by path: leaves, entries of maps each by its own key, a list by one key, an
    /// optional section that appears or goes by its leaves. Empty where several changes were merged and cancel out; every
    /// key there is in a [fixed](crate::Hot::fixed) store, which cannot compare.
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

    /// The old and the new value at `key`, a leaf or a section; `None` where nothing at or beneath it differs. For a key
    /// whose value may be absent, the values are `Option`s.
    #[must_use]
    pub fn of<K: AsKey<T>>(&self, key: K) -> Option<(Found<'_, T, K>, Found<'_, T, K>)>
    where
        T: HotConfig,
    {
        let key = key.as_key();
        self.at(&key, &key.to_key_path())
    }

    pub(crate) fn at<K: TypedKey<T>>(&self, key: &K, path: &KeyPath) -> Option<(K::Found<'_>, K::Found<'_>)>
    where
        T: HotConfig,
    {
        self.touches(path).then(|| (key.find(&self.old), key.find(&self.new)))
    }

    /// Where the new value at `key` comes from; `None` for a default, and for a key that nothing sets any more.
    #[must_use]
    pub fn origin(&self, key: impl ToKeyPath<T>) -> Option<Origin>
    where
        T: HotConfig,
    {
        if self.new.is_fixed() {
            return None;
        }
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

    /// Whether anything at the key or beneath it differs. What lies within a changed list is compared.
    fn touches(&self, key: &KeyPath) -> bool
    where
        T: HotConfig,
    {
        self.keys.iter().any(|changed| {
            key.contains(changed) || changed.contains(key) && (self.new.is_fixed() || self.differs_at(key))
        })
    }

    fn differs_at(&self, key: &KeyPath) -> bool
    where
        T: HotConfig,
    {
        let value =
            |snapshot: &Snapshot<T>| locate(T::schema(), snapshot.layers(), key)?.value(Secrets::Kept);
        value(&self.old) != value(&self.new)
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
    /// The keys of each change, where there are no layers to compare.
    every_key: Option<Arc<[KeyPath]>>,
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
            every_key: None,
        }
    }

    /// For a store without layers: each of its changes is one of these keys.
    pub(crate) fn fixed(first: Snapshot<T>, alive: Alive, every_key: Vec<KeyPath>) -> Self {
        Self { every_key: Some(every_key.into()), ..Self::new(first, alive) }
    }

    /// Puts a snapshot in place and tells everyone who waits.
    /// `between` runs when it is there and nobody has been told of it.
    pub(crate) fn publish(&self, snapshot: Snapshot<T>, keys: Arc<[KeyPath]>, between: impl FnOnce()) {
        let version = snapshot.version();
        *self.newest_keys.lock() = Some((version - 1, version, keys));
        self.cell.store(snapshot);
        between();
        self.announce(version);
    }

    /// Tells everyone who waits that a snapshot is in place.
    pub(crate) fn announce(&self, version: u64) {
        self.tell(|news| news.version = news.version.max(version));
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
