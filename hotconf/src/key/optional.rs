//! Keys whose value may be absent: steps through options, lists, maps and pointers.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use super::{AsKey, Key, KeyPath, ToKeyPath, TypedKey};

type Find<C, T> = dyn for<'c> Fn(&'c C) -> Option<&'c T> + Send + Sync;

/// A typed key whose value may be absent: what stands behind an `Option`, in a list, in a map or behind a pointer.
///
/// It is made by stepping on from a [`Key`], and can step further. It can be used wherever a key is taken; what is read
/// through it is an `Option`. Unlike a [`Key`] it holds its path, so making one allocates and cloning one counts
/// references.
///
/// ```
/// use hotconf::{Hot, HotConfig};
/// use std::collections::BTreeMap;
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     tls: Option<Tls>,
///     #[hot(default)]
///     upstreams: Vec<Upstream>,
///     #[hot(default)]
///     feature_flags: BTreeMap<String, bool>,
/// }
///
/// #[derive(HotConfig)]
/// struct Tls {
///     cert: String,
/// }
///
/// #[derive(HotConfig)]
/// struct Upstream {
///     #[hot(default = 1)]
///     weight: u32,
/// }
///
/// let keys = AppConfig::keys();
/// let cert = keys.tls.some().then(Tls::keys().cert);
/// let weight = keys.upstreams.at(0).then(Upstream::keys().weight);
/// let dark = keys.feature_flags.entry("dark_mode");
/// assert_eq!(weight.path(), "upstreams.0.weight");
///
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// assert_eq!(cert.get(&cfg.load()), None);
/// let change = cfg.set(&dark, true)?;
/// assert_eq!(dark.get(&cfg.load()), Some(&true));
/// assert_eq!(change.change().unwrap().of(dark), Some((None, Some(&true))));
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct OptionalKey<C: 'static, T: 'static> {
    path: KeyPath,
    find: Arc<Find<C, T>>,
}

impl<C: 'static, T: 'static> OptionalKey<C, T> {
    fn new(path: KeyPath, find: impl for<'c> Fn(&'c C) -> Option<&'c T> + Send + Sync + 'static) -> Self {
        Self { path, find: Arc::new(find) }
    }

    /// The dotted path, with the names that sources use.
    #[must_use]
    pub fn path(&self) -> &KeyPath {
        &self.path
    }

    /// The value in `configuration`, where there is one. A `Snapshot` or a guard may be given by reference.
    #[must_use]
    pub fn get<'c>(&self, configuration: &'c C) -> Option<&'c T> {
        (self.find)(configuration)
    }

    /// The key, in the value that stands here, that `key` is in its type: `keys.tls.some().then(Tls::keys().cert)`.
    #[must_use]
    pub fn then<K: AsKey<T>>(&self, key: K) -> OptionalKey<C, K::Value> {
        let OptionalKey { path, find } = key.as_key().to_optional();
        let outer = self.find.clone();
        let path = match (self.path.is_root(), path.is_root()) {
            (true, _) => path,
            (_, true) => self.path.clone(),
            _ => KeyPath::parse(&format!("{}.{path}", self.path)),
        };
        OptionalKey::new(path, move |configuration| find(outer(configuration)?))
    }

    /// A step within the same path, or to the segment beneath it.
    fn step<U>(
        &self,
        segment: Option<&str>,
        step: impl for<'t> Fn(&'t T) -> Option<&'t U> + Send + Sync + 'static,
    ) -> OptionalKey<C, U> {
        let outer = self.find.clone();
        let path = segment.map_or_else(|| self.path.clone(), |segment| self.path.join(segment));
        OptionalKey::new(path, move |configuration| step(outer(configuration)?))
    }
}

impl<C: 'static, T: 'static> OptionalKey<C, Option<T>> {
    /// The value within the option.
    #[must_use]
    pub fn some(&self) -> OptionalKey<C, T> {
        self.step(None, Option::as_ref)
    }
}

impl<C: 'static, T: Items> OptionalKey<C, T> {
    /// The item of the list at `index`, from 0.
    #[must_use]
    pub fn at(&self, index: usize) -> OptionalKey<C, T::Item> {
        self.step(Some(&index.to_string()), move |items| items.item(index))
    }
}

impl<C: 'static, T: Entries> OptionalKey<C, T> {
    /// The entry of the map with this name.
    #[must_use]
    pub fn entry(&self, name: impl Into<String>) -> OptionalKey<C, T::Entry> {
        let name = name.into();
        self.step(Some(&name.clone()), move |entries| entries.entry(&name))
    }
}

impl<C: 'static, T: Pointer> OptionalKey<C, T> {
    /// The value behind the `Box` or `Arc`.
    #[must_use]
    pub fn inner(&self) -> OptionalKey<C, T::Inner> {
        self.step(None, |pointer| Some(pointer.inner()))
    }
}

impl<C: 'static, T: 'static> Key<C, Option<T>> {
    /// The value within the option.
    #[must_use]
    pub fn some(&self) -> OptionalKey<C, T> {
        OptionalKey::from(*self).some()
    }
}

impl<C: 'static, T: Items> Key<C, T> {
    /// The item of the list at `index`, from 0. A list is one key of a change; where it differs, the items are compared.
    ///
    /// Sources replace lists as a whole, so an item cannot be [set](crate::Hot::set) by itself.
    #[must_use]
    pub fn at(&self, index: usize) -> OptionalKey<C, T::Item> {
        OptionalKey::from(*self).at(index)
    }
}

impl<C: 'static, T: Entries> Key<C, T> {
    /// The entry of the map with this name.
    #[must_use]
    pub fn entry(&self, name: impl Into<String>) -> OptionalKey<C, T::Entry> {
        OptionalKey::from(*self).entry(name)
    }
}

impl<C: 'static, T: Pointer> Key<C, T> {
    /// The value behind the `Box` or `Arc`. It is never absent; it is an [`OptionalKey`] all the same, because a
    /// [`Key`] is a constant, and has no room for a step.
    #[must_use]
    pub fn inner(&self) -> OptionalKey<C, T::Inner> {
        OptionalKey::from(*self).inner()
    }
}

impl<C: 'static, T: 'static> Key<C, T> {
    /// The key, in the value that stands here, that `key` is in its type. For a section its own key struct is shorter.
    #[must_use]
    pub fn then<K: AsKey<T>>(&self, key: K) -> OptionalKey<C, K::Value> {
        OptionalKey::from(*self).then(key)
    }
}

impl<C: 'static, T: 'static> From<Key<C, T>> for OptionalKey<C, T> {
    fn from(key: Key<C, T>) -> Self {
        Self::new(KeyPath::parse(key.path()), move |configuration| Some(key.get(configuration)))
    }
}

impl<C: 'static, T: 'static> AsKey<C> for OptionalKey<C, T> {
    type Value = T;
    type Key = Self;

    fn as_key(&self) -> Self {
        self.clone()
    }
}

impl<C: 'static, T: 'static> TypedKey<C> for OptionalKey<C, T> {
    type Value = T;
    type Found<'c> = Option<&'c T>;

    fn find<'c>(&self, configuration: &'c C) -> Option<&'c T> {
        self.get(configuration)
    }

    fn to_optional(&self) -> Self {
        self.clone()
    }
}

impl<C: 'static, T: 'static> ToKeyPath<C> for OptionalKey<C, T> {
    fn to_key_path(&self) -> KeyPath {
        self.path.clone()
    }
}

impl<C, T> Clone for OptionalKey<C, T> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), find: self.find.clone() }
    }
}

/// Keys of one type are equal where their paths are.
impl<C, T> PartialEq for OptionalKey<C, T> {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl<C, T> Eq for OptionalKey<C, T> {}

impl<C, T> Hash for OptionalKey<C, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.path.hash(state);
    }
}

impl<C, T> fmt::Debug for OptionalKey<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OptionalKey({})", self.path)
    }
}

impl<C, T> fmt::Display for OptionalKey<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.path, f)
    }
}

/// Lists, whose items a key can step to with [`at`](Key::at): `Vec` and arrays.
pub trait Items: 'static {
    /// What the items are.
    type Item: 'static;

    /// The item at `index`.
    fn item(&self, index: usize) -> Option<&Self::Item>;
}

impl<T: 'static> Items for Vec<T> {
    type Item = T;

    fn item(&self, index: usize) -> Option<&T> {
        self.get(index)
    }
}

impl<T: 'static, const N: usize> Items for [T; N] {
    type Item = T;

    fn item(&self, index: usize) -> Option<&T> {
        self.get(index)
    }
}

/// Maps with names, whose entries a key can step to with [`entry`](Key::entry): `BTreeMap` and `HashMap`.
pub trait Entries: 'static {
    /// What the entries are.
    type Entry: 'static;

    /// The entry with this name.
    fn entry(&self, name: &str) -> Option<&Self::Entry>;
}

impl<K: Borrow<str> + Ord + 'static, T: 'static> Entries for BTreeMap<K, T> {
    type Entry = T;

    fn entry(&self, name: &str) -> Option<&T> {
        self.get(name)
    }
}

impl<K, T, H> Entries for HashMap<K, T, H>
where
    K: Borrow<str> + Eq + Hash + 'static,
    T: 'static,
    H: BuildHasher + 'static,
{
    type Entry = T;

    fn entry(&self, name: &str) -> Option<&T> {
        self.get(name)
    }
}

/// Pointers, which a key can step through with [`inner`](Key::inner): `Box` and `Arc`.
pub trait Pointer: 'static {
    /// What it points to.
    type Inner: 'static;

    /// What it points to.
    fn inner(&self) -> &Self::Inner;
}

impl<T: 'static> Pointer for Box<T> {
    type Inner = T;

    fn inner(&self) -> &T {
        self
    }
}

impl<T: 'static> Pointer for Arc<T> {
    type Inner = T;

    fn inner(&self) -> &T {
        self
    }
}
