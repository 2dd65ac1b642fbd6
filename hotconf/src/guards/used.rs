//! How near a configuration is to its limits.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Settings;
use super::size::key_count;
use crate::explain::locate;
use crate::key::KeyPath;
use crate::schema::Schema;
use crate::tree::Stack;
use crate::value::View;

/// A limit of a store, and how much of it is used: of what is in place, defaults aside.
///
/// | name | unit | used | limit |
/// |---|---|---|---|
/// | `max_keys` | `keys` | single values, each item of a list and entry of a map by itself | [`Builder::max_keys`](crate::Builder::max_keys) |
/// | `max_depth` | `levels` | segments of the longest key | [`Builder::max_depth`](crate::Builder::max_depth) |
/// | `max_file_size` | `bytes` | the largest text | [`Builder::max_file_size`](crate::Builder::max_file_size) |
/// | `shrink_guard` | `share` | what the change that was looked at last took away, or would have: the share of the collection that lost most, and 1 where a section was emptied | [`Builder::shrink_guard`](crate::Builder::shrink_guard); without that call it is not listed |
/// | a key | `items` | the items or entries that sources set | its `max_items` |
///
/// Keys with `max_items` are listed as [`Schema::fields`](crate::Schema::fields) has them. Those within items of lists and
/// entries of maps are not, nor are flattened maps, which have no key.
///
/// ```
/// use hotconf::{Hot, HotConfig};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default, max_items = 4)]
///     mirrors: Vec<String>,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["mirrors=a,b,c"]).max_keys(100).build()?;
/// let status = cfg.status();
/// let near: Vec<&str> = status
///     .guards()
///     .iter()
///     .filter(|guard| guard.used() > 0.7 * guard.limit())
///     .map(|guard| guard.name())
///     .collect();
/// assert_eq!(near, ["mirrors"]);
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GuardStatus {
    name: String,
    key: Option<KeyPath>,
    unit: &'static str,
    used: f64,
    limit: f64,
    is_waived: bool,
}

impl GuardStatus {
    /// What it is called: as the call of the builder that sets it, and the limit of one key as that key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that it is the limit of; `None` for one of the whole store.
    #[must_use]
    pub fn key(&self) -> Option<&KeyPath> {
        self.key.as_ref()
    }

    /// What is counted: `keys`, `levels`, `bytes`, `items`, or a `share` from 0 to 1.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        self.unit
    }

    /// How much is used, in its [`unit`](GuardStatus::unit).
    #[must_use]
    pub fn used(&self) -> f64 {
        self.used
    }

    /// The most that is let in, in its [`unit`](GuardStatus::unit).
    #[must_use]
    pub fn limit(&self) -> f64 {
        self.limit
    }

    /// Whether the next change may go beyond it, because of [`Hot::waive_guards`](crate::Hot::waive_guards).
    #[must_use]
    pub fn is_waived(&self) -> bool {
        self.is_waived
    }
}

impl Serialize for GuardStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut guard = serializer.serialize_struct("GuardStatus", 5)?;
        guard.serialize_field("name", &self.name)?;
        guard.serialize_field("unit", self.unit)?;
        guard.serialize_field("used", &self.used)?;
        guard.serialize_field("limit", &self.limit)?;
        guard.serialize_field("is_waived", &self.is_waived)?;
        guard.end()
    }
}

/// What a configuration uses of its limits: what is to be counted for it.
#[derive(Debug, Clone)]
pub(crate) struct Usage {
    keys: usize,
    depth: usize,
    largest_text: usize,
    /// The items of each key that may have only so many, with that number.
    items: Vec<(KeyPath, usize, usize)>,
}

impl Usage {
    pub(crate) fn of(schema: &'static Schema, stack: &Stack) -> Self {
        let items = schema.fields().filter(|field| !field.is_flattened()).filter_map(|field| {
            let most = field.max_items()?;
            let place = locate(schema, stack, field.key()).map(|located| located.place);
            let count = place.map_or(0, |place| match place.view() {
                Some(View::List) => place.items().len(),
                Some(View::Map) => place.entries().count(),
                _ => 0,
            });
            Some((field.key().clone(), count, most))
        });
        Self {
            keys: key_count(stack),
            depth: stack.iter().map(|layer| layer.extent().depth).max().unwrap_or(0),
            largest_text: stack.iter().map(|layer| layer.text().len()).max().unwrap_or(0),
            items: items.collect(),
        }
    }
}

/// All guards of a store, with what the change that was looked at last would have taken away.
pub(crate) fn guard_status(
    settings: &Settings,
    usage: Usage,
    most_lost: f64,
    is_waived: bool,
) -> Vec<GuardStatus> {
    let of_store = |name: &str, unit, used, limit| GuardStatus {
        name: name.to_owned(),
        key: None,
        unit,
        used,
        limit,
        is_waived: false,
    };
    let keys = of_store("max_keys", "keys", usage.keys as f64, settings.max_keys as f64);
    let mut guards = vec![
        GuardStatus { is_waived, ..keys },
        of_store("max_depth", "levels", usage.depth as f64, settings.max_depth as f64),
        of_store("max_file_size", "bytes", usage.largest_text as f64, settings.max_file_size as f64),
    ];
    if let Some(share) = settings.shrink {
        guards.push(GuardStatus { is_waived, ..of_store("shrink_guard", "share", most_lost, share) });
    }
    guards.extend(usage.items.into_iter().map(|(key, count, most)| GuardStatus {
        key: Some(key.clone()),
        ..of_store(key.as_str(), "items", count as f64, most as f64)
    }));
    guards
}
