//! [`Hot`]: the handle over all of it.

mod fixed;
mod guards;
mod overrides;
mod part;
mod past;
mod prepare;
mod weak;

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::build::read_value;
use crate::builder::Builder;
use crate::cell::{Guard, HotConfig};
use crate::change::{Change, Core, Subscription};
use crate::error::{Error, Problem, ProblemKind};
use crate::explain::{Explanation, all_values, locate};
use crate::key::{AsKey, Found, KeyPath, ToKeyPath};
use crate::listeners::{Listener, OnChange};
use crate::reader::Reader;
use crate::reload::{Outcome, Shared, Task};
use crate::schema::Shape;
use crate::snapshot::Snapshot;
use crate::status::Status;
use crate::tree::Secrets;
use crate::value::Value;

pub use part::{Part, PartChange, PartSnapshot, PartSubscription};
pub use weak::WeakHot;

/// A configuration that is always the last good one.
///
/// A handle: clones are cheap and share one store. It is `Send`, `Sync` and `'static`, so it goes into the state of a
/// service, into threads and tasks. When the last clone is dropped the watching ends.
///
/// There are three ways to read, none of which fails or waits for a reload:
///
/// * [`load`](Hot::load) to read fields now: `cfg.load().server.port`;
/// * [`snapshot`](Hot::snapshot) for what lives longer, crosses an `.await` or goes to another thread;
/// * [`reader`](Hot::reader) for a loop of its own: the cheapest.
///
/// ```
/// use hotconf::{Format, Hot, HotConfig};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     server: Server,
/// }
///
/// #[derive(HotConfig)]
/// struct Server {
///     #[hot(default = "127.0.0.1")]
///     host: std::net::IpAddr,
///     port: u16,
/// }
///
/// # #[cfg(feature = "toml")] {
/// let cfg: Hot<AppConfig> = Hot::builder()
///     .text(Format::Toml, "server.port = 8000")
///     .env_from([("APP_SERVER_PORT".to_owned(), "9000".to_owned())])
///     .env("APP")
///     .build()?;
///
/// assert_eq!(cfg.load().server.port, 9000);
/// assert_eq!(
///     cfg.explain("server.port").to_string(),
///     "server.port = 9000\n  from APP_SERVER_PORT (environment)\n  over 8000 at embedded TOML:1:15",
/// );
/// # }
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct Hot<T> {
    core: Arc<Core<T>>,
    store: Arc<Store<T>>,
}

/// What lives as long as there are handles.
struct Store<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Drop for Store<T> {
    fn drop(&mut self) {
        self.shared.end();
    }
}

impl<T: HotConfig + Send + Sync> Hot<T> {
    /// Starts to describe a store: its sources in order, later ones win.
    pub fn builder() -> Builder<T> {
        Builder::new()
    }

    pub(crate) fn new(shared: Arc<Shared<T>>) -> Self {
        Self { core: shared.core.clone(), store: Arc::new(Store { shared }) }
    }

    fn shared(&self) -> &Arc<Shared<T>> {
        &self.store.shared
    }

    /// The configuration as it is now, to be read now: about the cost of a reference.
    ///
    /// All that is read through one guard belongs to one version. A later call never gives an older version than an
    /// earlier one on the same thread. The guard is not `Send`; a handler that awaits takes a
    /// [`snapshot`](Hot::snapshot), or copies the field first:
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = "http://localhost")] upstream: String }
    /// # async fn get(url: &str) -> String { url.to_owned() }
    /// async fn handler(cfg: Hot<AppConfig>) -> String {
    ///     let cfg = cfg.snapshot(); // may be held across the await
    ///     get(&cfg.upstream).await
    /// }
    /// ```
    ///
    /// A thread that has loaded keeps the snapshot it saw until it loads again, or ends.
    #[inline]
    #[must_use]
    pub fn load(&self) -> Guard<T> {
        self.core.cell.load()
    }

    /// What `read` makes of the configuration as it is now, at no more than the cost of [`load`](Hot::load). Nothing
    /// borrowed escapes, so it is safe beside an `.await`: `let port = cfg.read(|c| c.server.port);`
    ///
    /// What `read` reads of the same store sees this version, or a newer one.
    #[inline]
    pub fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.core.cell.read(read)
    }

    /// The configuration as it is now, owned: `Send`, `Sync`, to be kept as long as needed. Counts a shared reference,
    /// which costs a little more than [`load`](Hot::load).
    #[inline]
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<T> {
        self.core.cell.snapshot()
    }

    /// A reader of one's own, for a thread or a task that reads often: its [`load`](Reader::load) costs one comparison.
    #[must_use]
    pub fn reader(&self) -> Reader<T> {
        Reader::new(self.core.clone())
    }

    /// The version in place: 1 after the first load, and one more with each published change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.load().version()
    }

    /// The value at a dotted path, as its type read it: a number from a variable is a number. `None` for a path that is
    /// unknown, and where there is no value. A secret comes as [`Value::Secret`].
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig, Value};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(secret, default = "t")] token: String }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// assert_eq!(cfg.get("workers"), Some(Value::Integer(4)));
    /// assert_eq!(cfg.get("token"), Some(Value::Secret));
    /// assert_eq!(cfg.get("wokers"), None);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        if self.shared().is_fixed() {
            return None;
        }
        let in_place = self.shared().in_place();
        locate(T::schema(), &in_place.layers, &KeyPath::parse(key))?.value(Secrets::Masked)
    }

    /// The value at a dotted path, read as a `V`; also that of a secret.
    ///
    /// # Errors
    ///
    /// When the path is unknown, when there is no value, and when it is none for a `V`.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(secret, default = "t")] token: String }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// assert_eq!(cfg.get_as::<u64>("workers")?, 4);
    /// assert_eq!(cfg.get_as::<String>("token")?, "t");
    /// assert!(cfg.get_as::<bool>("workers").is_err());
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn get_as<V: DeserializeOwned>(&self, key: &str) -> Result<V, Error> {
        let path = KeyPath::parse(key);
        if self.shared().is_fixed() {
            return Err(fixed::not_by_text::<T>(path));
        }
        let in_place = self.shared().in_place();
        let unknown =
            || Error::from(Problem::new(ProblemKind::UnknownKey, "unknown key").with_key(path.clone()));
        let located = locate(T::schema(), &in_place.layers, &path).ok_or_else(unknown)?;
        let secret = located.is_secret() || located.shape.is_some_and(Shape::has_secret);
        read_value(located.value(Secrets::Kept), path.clone(), secret)
    }

    /// The whole configuration as a value, secrets masked: to be serialized, for a page of settings. It has the values that
    /// are in place, those of keys that wait for a restart too.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(secret, default = "t")] token: String }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// assert_eq!(cfg.values().to_string(), "{ token = ***, workers = 4 }");
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn values(&self) -> Value {
        if self.shared().is_fixed() {
            return Value::Map(Default::default());
        }
        all_values(T::schema(), &self.shared().in_place().layers)
    }

    /// Where the value of a key comes from, and what it wins over. The key may be a typed key or a dotted path; one that
    /// is unknown is explained as such, and the empty path, `cfg.explain("")`, lists the whole configuration. Printed with
    /// `{:#}` it says all that is known of the key; [`Explanation`] has a method for each part of that.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["workers=8"]).build()?;
    /// let told = "workers = 8\n  from workers=… (argument)\n  over 4, the default";
    /// assert_eq!(cfg.explain("workers").to_string(), told);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self, key: impl ToKeyPath<T>) -> Explanation {
        let path = key.to_key_path();
        if self.shared().is_fixed() {
            return Explanation::in_code(T::schema(), path);
        }
        let shared = self.shared();
        let in_place = shared.in_place();
        let mut explanation = Explanation::new(T::schema(), &shared.prefixes, &in_place.layers, path.clone());
        let is_concerned = |key: &KeyPath| key.contains(&path) || path.contains(key);
        for pending in in_place.pending.iter().filter(|pending| is_concerned(pending.key())) {
            explanation.wait(pending.key(), pending.configured(), pending.origin());
        }
        explanation
    }

    /// The changes from now on, one after the other: to block on, to poll or to await. [`Subscription`] has an example.
    #[must_use]
    pub fn subscribe(&self) -> Subscription<T> {
        Subscription::new(self.core.clone())
    }

    /// Calls `callback` after each change, until the listener is dropped.
    ///
    /// Callbacks run on a thread of the store, in the order of their registration, after the new version is in place,
    /// outside every lock. One that is slower than the changes is told of fewer, merged ones. A panic is caught, logged
    /// and listed in [`status`](Hot::status), and stops nobody else. They may call anything on the store;
    /// [`reload`](Hot::reload), [`set`](Hot::set) and their like answer [`Outcome::Deferred`] in there and are done
    /// right after.
    ///
    /// A callback that owns a clone of the store would keep it going for ever. Give it a [`WeakHot`]:
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let weak = cfg.downgrade();
    /// let listener = cfg.on_change(move |change| {
    ///     if let Some(cfg) = weak.upgrade() {
    ///         println!("{change}: now {} workers", cfg.load().workers);
    ///     }
    /// });
    /// # drop(listener);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn on_change(&self, callback: impl FnMut(&Change<T>) + Send + 'static) -> Listener {
        self.listen(None, Box::new(callback))
    }

    /// Calls `callback` with the old and the new value after each change at `key` or beneath it, until the listener is
    /// dropped. The key is a leaf, a section, or one whose value may be absent: then the values are `Option`s. It is not called
    /// with the value of the start. For the rest it is as with [`on_change`](Hot::on_change).
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// cfg.on(AppConfig::keys().workers, |old, new| println!("{old} workers become {new}")).forever();
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn on<K: AsKey<T>>(
        &self,
        key: K,
        mut callback: impl FnMut(Found<'_, T, K>, Found<'_, T, K>) + Send + 'static,
    ) -> Listener {
        let key = key.as_key();
        let path = key.to_key_path();
        let key_path = path.clone();
        let told = move |change: &Change<T>| {
            if let Some((old, new)) = change.at(&key, &key_path) {
                callback(old, new);
            }
        };
        self.listen(Some(path), Box::new(told))
    }

    fn listen(&self, key: Option<KeyPath>, callback: OnChange<T>) -> Listener {
        let shared = self.shared();
        let (listener, is_first) = shared.listeners.on_change(key, self.core.cell.fetch(), callback);
        if is_first {
            shared.start_listening();
        }
        listener
    }

    /// Calls `callback` when a change of the sources is refused, once for the same bad contents, until the listener is
    /// dropped. The last good configuration keeps serving. A store that has started from its
    /// [last good](Builder::last_good) configuration calls it with what is wrong with the sources since the start. For the
    /// rest it is as with [`on_change`](Hot::on_change).
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// cfg.on_rejected(|error| eprintln!("the old configuration stays: {error}")).forever();
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn on_rejected(&self, callback: impl FnMut(&Error) + Send + 'static) -> Listener {
        let shared = self.shared();
        let refused = shared.refused_since_the_start();
        let (listener, is_first) = shared.listeners.on_rejected(Box::new(callback), refused);
        if is_first {
            shared.start_listening();
        }
        listener
    }

    /// Looks at all sources now, and says what came of it. Returns after publication, and does not wait for callbacks.
    ///
    /// There is no need to call it for changes of files that are watched. The same bad contents are
    /// [`Rejected`](Outcome::Rejected) each time; [`on_rejected`](Hot::on_rejected) hears of them once. From inside of a
    /// callback the answer is [`Deferred`](Outcome::Deferred).
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// use hotconf::Outcome;
    ///
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// match cfg.reload() {
    ///     Outcome::Applied(change) => println!("{change}"),
    ///     Outcome::Unchanged => println!("nothing differs"),
    ///     Outcome::Rejected(error) => println!("{error}"),
    ///     Outcome::Deferred => println!("it is done right after the callback"),
    /// }
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn reload(&self) -> Outcome<T> {
        self.shared().call(Task::Look).unwrap_or_else(Outcome::Rejected)
    }

    /// How the store is doing at this moment: for a page of health, and for alerts. [`Status`] can be serialized.
    #[must_use]
    pub fn status(&self) -> Status {
        self.shared().whole_status()
    }

    /// A handle that does not keep the store going: for callbacks.
    #[must_use]
    pub fn downgrade(&self) -> WeakHot<T> {
        WeakHot { core: self.core.clone(), store: Arc::downgrade(&self.store) }
    }
}

impl<T> Clone for Hot<T> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone(), store: self.store.clone() }
    }
}

/// Shows the version and no value.
impl<T> fmt::Debug for Hot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hot").field("version", &self.core.cell.fetch().version()).finish_non_exhaustive()
    }
}
