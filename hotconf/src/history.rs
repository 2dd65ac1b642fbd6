//! What was published before: which versions, why, and what each has changed.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::explain::locate;
use crate::key::KeyPath;
use crate::origin::Origin;
use crate::schema::Schema;
use crate::tree::{Layer, LayerName, Place, Secrets, Stack};
use crate::value::Value;

/// Why a version was published.
///
/// ```
/// use hotconf::{Cause, Hot, HotConfig};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: usize,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let _ = cfg.set("workers", 8)?;
/// let _ = cfg.rollback(1)?;
/// let causes: Vec<String> = cfg.history().iter().map(|entry| entry.cause().to_string()).collect();
/// assert_eq!(causes, ["the start", "an override", "a rollback to version 1"]);
/// assert_eq!(*cfg.history()[1].cause(), Cause::Override);
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The store was built.
    Start,
    /// These sources say something else than before, named as in messages, the lowest first.
    Sources(Vec<String>),
    /// [`set`](crate::Hot::set), [`unset`](crate::Hot::unset) or [`update`](crate::Hot::update).
    Override,
    /// [`rollback`](crate::Hot::rollback) to this version.
    Rollback(u64),
}

impl Cause {
    /// The sources whose layers differ between two stacks, each by its file or by the name of the source with that number.
    pub(crate) fn sources<'n>(before: &Stack, after: &Stack, source: impl Fn(usize) -> &'n str) -> Self {
        let name = |layer: &Layer| match layer.name() {
            LayerName::File(path) => path.display().to_string(),
            LayerName::Text(_) | LayerName::Other(_) => source(layer.index()).to_owned(),
        };
        let differing = layers_apart(before, after).chain(layers_apart(after, before));
        let mut names: Vec<_> = differing.map(|layer| (layer.index(), name(layer))).collect();
        names.sort();
        names.dedup();
        Self::Sources(names.into_iter().map(|(_, name)| name).collect())
    }
}

/// The layers of one stack that are not in another.
pub(crate) fn layers_apart<'s>(stack: &'s Stack, other: &'s Stack) -> impl Iterator<Item = &'s Layer> {
    let is_in = |place: usize, layer: &Arc<Layer>| {
        // Most stay where they are.
        let is_at = |other: &Arc<Layer>| Arc::ptr_eq(layer, other);
        other.get(place).is_some_and(is_at) || other.iter().any(is_at)
    };
    stack.iter().enumerate().filter(move |(place, layer)| !is_in(*place, layer)).map(|(_, layer)| &**layer)
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("the start"),
            Self::Sources(names) => f.write_str(&names.join(", ")),
            Self::Override => f.write_str("an override"),
            Self::Rollback(version) => write!(f, "a rollback to version {version}"),
        }
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One key that differs between two configurations, with both values and where these come from.
///
/// `Display` and serialization show the values, secrets masked; `Debug` shows the key and the origins alone.
///
/// ```
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 4)] workers: usize }
/// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["workers=8"]).build()?;
/// let plan = Hot::<AppConfig>::builder().arg_overrides(["workers=16"]).plan();
/// let change = &plan.changes()[0];
/// assert_eq!(change.to_string(), "workers: 4 -> 16, from workers=… (argument)");
/// assert_eq!(change.new().unwrap().to_string(), "16");
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct KeyChange {
    key: KeyPath,
    old: Option<Value>,
    new: Option<Value>,
    old_origin: Option<Origin>,
    new_origin: Option<Origin>,
}

impl KeyChange {
    fn at(schema: &'static Schema, old: &Stack, new: &Stack, key: &KeyPath) -> Self {
        let at = |stack: &Stack| match locate(schema, stack, key) {
            Some(located) => (located.value(Secrets::Masked), located.place.origin(Place::Value)),
            None => (None, None),
        };
        let ((old, old_origin), (new, new_origin)) = (at(old), at(new));
        Self { key: key.clone(), old, new, old_origin, new_origin }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &KeyPath {
        &self.key
    }

    /// The value before, [`Value::Secret`] for a secret; `None` where there was none.
    #[must_use]
    pub fn old(&self) -> Option<&Value> {
        self.old.as_ref()
    }

    /// The value after, [`Value::Secret`] for a secret; `None` where there is none.
    #[must_use]
    #[allow(clippy::new_ret_no_self)] // the other half of `old`, not a constructor
    pub fn new(&self) -> Option<&Value> {
        self.new.as_ref()
    }

    /// Where the value before comes from; `None` for a default, and where there was none.
    #[must_use]
    pub fn old_origin(&self) -> Option<&Origin> {
        self.old_origin.as_ref()
    }

    /// Where the value after comes from; `None` for a default, and where there is none.
    #[must_use]
    pub fn new_origin(&self) -> Option<&Origin> {
        self.new_origin.as_ref()
    }
}

/// What differs at these keys.
pub(crate) fn key_changes(
    schema: &'static Schema,
    old: &Stack,
    new: &Stack,
    keys: &[KeyPath],
) -> Vec<KeyChange> {
    keys.iter().map(|key| KeyChange::at(schema, old, new, key)).collect()
}

impl fmt::Display for KeyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_change(f, &self.key, self.old.as_ref(), self.new.as_ref(), self.new_origin.as_ref())
    }
}

/// Shows a key with the value before, the one after, and where that comes from.
pub(crate) fn write_change(
    f: &mut fmt::Formatter<'_>,
    key: &KeyPath,
    old: Option<&Value>,
    new: Option<&Value>,
    origin: Option<&Origin>,
) -> fmt::Result {
    let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
    write!(f, "{key}: {} -> {}", shown(old), shown(new))?;
    match (origin, new) {
        (Some(origin), _) => write!(f, ", {} {origin}", origin.preposition()),
        (None, Some(_)) => f.write_str(", the default"),
        (None, None) => Ok(()),
    }
}

impl fmt::Debug for KeyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyChange")
            .field("key", &self.key)
            .field("old_origin", &self.old_origin)
            .field("new_origin", &self.new_origin)
            .finish_non_exhaustive()
    }
}

impl Serialize for KeyChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut change = serializer.serialize_struct("KeyChange", 5)?;
        change.serialize_field("key", self.key.as_str())?;
        change.serialize_field("old", &self.old)?;
        change.serialize_field("new", &self.new)?;
        change.serialize_field("old_origin", &self.old_origin)?;
        change.serialize_field("new_origin", &self.new_origin)?;
        change.end()
    }
}

/// One version that was published: from [`Hot::history`](crate::Hot::history).
///
/// `Display` names the version, the cause and the keys, and no values; serialization shows the values, secrets masked.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    pub(crate) version: u64,
    pub(crate) published: SystemTime,
    pub(crate) cause: Cause,
    pub(crate) changes: Vec<KeyChange>,
}

impl HistoryEntry {
    /// The version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When it was published.
    #[must_use]
    pub fn published(&self) -> SystemTime {
        self.published
    }

    /// Why it was published.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// What it changed of the version before, sorted by key; nothing for the first version.
    #[must_use]
    pub fn changes(&self) -> &[KeyChange] {
        &self.changes
    }
}

impl fmt::Display for HistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}, by {}", self.version, self.cause)?;
        for (at, change) in self.changes.iter().enumerate() {
            write!(f, "{} {}", if at == 0 { ":" } else { "," }, change.key)?;
        }
        Ok(())
    }
}

impl Serialize for HistoryEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("HistoryEntry", 4)?;
        entry.serialize_field("version", &self.version)?;
        entry.serialize_field("published", &self.published)?;
        entry.serialize_field("cause", &self.cause)?;
        entry.serialize_field("changes", &self.changes)?;
        entry.end()
    }
}

/// What differs between two versions: from [`Hot::diff`](crate::Hot::diff).
///
/// `Display` has a line for each key; it and serialization show the values, secrets masked.
#[derive(Debug, Clone, PartialEq)]
pub struct Diff {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) changes: Vec<KeyChange>,
}

impl Diff {
    /// The version that it begins with.
    #[must_use]
    pub fn from(&self) -> u64 {
        self.from
    }

    /// The version that it leads to; older than [`from`](Diff::from) where it was asked for in that order.
    #[must_use]
    pub fn to(&self) -> u64 {
        self.to
    }

    /// What differs, sorted by key.
    #[must_use]
    pub fn changes(&self) -> &[KeyChange] {
        &self.changes
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {} to version {}:", self.from, self.to)?;
        if self.is_empty() {
            return f.write_str(" nothing differs");
        }
        self.changes.iter().try_for_each(|change| write!(f, "\n  {change}"))
    }
}

impl Serialize for Diff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut diff = serializer.serialize_struct("Diff", 3)?;
        diff.serialize_field("from", &self.from)?;
        diff.serialize_field("to", &self.to)?;
        diff.serialize_field("changes", &self.changes)?;
        diff.end()
    }
}
