//! [`Memory`]: a source that is changed by hand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::format::Format;
use crate::source::{Bell, Reading, Request, Source, SourceError};
use crate::value::{IntoValue, Value};

/// A source that says what it was told to say, and rings whenever it is told something else.
///
/// Clones share what they say: one goes to the builder, one stays with the test. A change is put in place by the store
/// in its own time; [`reload`](crate::Hot::reload) answers once it is, and a subscription waits for it.
///
/// ```
/// use hotconf::testing::Memory;
/// use hotconf::{Hot, HotConfig, Outcome};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: usize,
/// }
///
/// let memory = Memory::new();
/// let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).build()?;
/// assert_eq!(cfg.load().workers, 4);
///
/// let mut changes = cfg.subscribe();
/// memory.set("workers", 8);
/// assert_eq!(changes.next().unwrap().new().workers, 8);
///
/// memory.fail("the server is away");
/// assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
/// assert_eq!(cfg.load().workers, 8);
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Memory {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    content: Content,
    bells: Vec<Bell>,
}

#[derive(Clone)]
enum Content {
    Absent,
    Values(BTreeMap<String, Value>),
    Text(Format, String),
    Failed(String),
}

impl Default for Content {
    fn default() -> Self {
        Self::Values(BTreeMap::new())
    }
}

impl Memory {
    /// A source without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key, by its dotted path, to a value; the others stay. What it said before in another way, a text or a
    /// failure, is gone.
    pub fn set(&self, key: impl Into<String>, value: impl IntoValue) {
        let (key, value) = (key.into(), value.into_value());
        self.change(|content| {
            content.values().insert(key, value);
        });
    }

    /// Takes a key away that was set by the same path.
    pub fn unset(&self, key: &str) {
        self.change(|content| {
            content.values().remove(key);
        });
    }

    /// Says these values from now on, by dotted key, and nothing of what it said before: in one step, so that no store
    /// sees half of it.
    ///
    /// ```
    /// use hotconf::testing::Memory;
    /// use hotconf::{Hot, HotConfig};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 1)]
    ///     min: u32,
    ///     #[hot(default = 9)]
    ///     max: u32,
    /// }
    ///
    /// let memory = Memory::new();
    /// let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).build()?;
    /// let mut changes = cfg.subscribe();
    /// memory.set_all([("min", 10), ("max", 20)]);
    /// assert_eq!(changes.next().unwrap().keys(), ["max", "min"]);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn set_all<K: Into<String>, V: IntoValue>(&self, values: impl IntoIterator<Item = (K, V)>) {
        let values = values.into_iter().map(|(key, value)| (key.into(), value.into_value())).collect();
        self.change(|content| *content = Content::Values(values));
    }

    /// Says this text from now on, as a file would.
    pub fn set_text(&self, format: Format, text: impl Into<String>) {
        let text = text.into();
        self.change(|content| *content = Content::Text(format, text));
    }

    /// Says nothing from now on, as an optional file that is not there.
    pub fn remove(&self) {
        self.change(|content| *content = Content::Absent);
    }

    /// Cannot be read from now on, for this reason.
    pub fn fail(&self, reason: impl Into<String>) {
        let reason = reason.into();
        self.change(|content| *content = Content::Failed(reason));
    }

    fn change(&self, change: impl FnOnce(&mut Content)) {
        let bells = {
            let mut shared = self.shared.lock();
            change(&mut shared.content);
            shared.bells.clone()
        };
        bells.iter().for_each(Bell::ring);
    }
}

impl Content {
    fn values(&mut self) -> &mut BTreeMap<String, Value> {
        if !matches!(self, Self::Values(_)) {
            *self = Self::default();
        }
        match self {
            Self::Values(values) => values,
            _ => unreachable!("it holds values by now"),
        }
    }
}

impl Source for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        let content = self.shared.lock().content.clone();
        match content {
            Content::Absent => Ok(Reading::absent()),
            Content::Values(values) => Ok(Reading::values(values)),
            Content::Text(format, text) => Ok(Reading::text(format, text)),
            Content::Failed(reason) => Err(SourceError::new(reason)),
        }
    }

    fn connect(&mut self, bell: Bell) {
        self.shared.lock().bells.push(bell);
    }
}

/// Shows no value.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}
