//! How a store is doing.

use std::fmt;
use std::time::SystemTime;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::error::{Error, Problem};
use crate::key::KeyPath;
use crate::loader::SourceState;
use crate::origin::Origin;
use crate::value::Value;

/// How a store is doing, at one moment: what is in place, what the last attempt came to, what waits.
///
/// `Debug` shows keys and origins, and no values; serialization also the values of pending keys, secrets masked.
///
/// ```
/// use hotconf::{Hot, HotConfig, Value};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 8000, restart)]
///     port: u16,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["port=9000"]).build()?;
/// let _ = cfg.set("port", 9001)?;
/// let status = cfg.status();
/// assert_eq!((status.version(), status.last_error()), (1, None));
/// assert_eq!(status.sources()[0].name(), "arguments");
/// let pending = &status.pending_restart()[0];
/// assert_eq!(pending.running(), Some(&Value::Integer(9000)));
/// assert_eq!(pending.configured(), Some(&Value::Integer(9001)));
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Status {
    pub(crate) version: u64,
    pub(crate) since: SystemTime,
    pub(crate) last_attempt: SystemTime,
    pub(crate) last_error: Option<Error>,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) sources: Vec<SourceStatus>,
    pub(crate) watching: Vec<Watched>,
    pub(crate) pending_restart: Vec<PendingRestart>,
    pub(crate) live_snapshots: usize,
}

impl Status {
    /// That of a store whose first version has just been put in place.
    pub(crate) fn of_the_first(now: SystemTime) -> Self {
        Self {
            version: 1,
            since: now,
            last_attempt: now,
            last_error: None,
            warnings: Vec::new(),
            sources: Vec::new(),
            watching: Vec::new(),
            pending_restart: Vec::new(),
            live_snapshots: 1,
        }
    }

    /// The version in place.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Since when it is in place.
    #[must_use]
    pub fn since(&self) -> SystemTime {
        self.since
    }

    /// When the sources were last looked at.
    #[must_use]
    pub fn last_attempt(&self) -> SystemTime {
        self.last_attempt
    }

    /// Why the last attempt was refused; `None` once one succeeds.
    #[must_use]
    pub fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    /// What should be looked after although it works: deprecated keys, unknown variables, files that cannot be watched.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The sources, the lowest first.
    #[must_use]
    pub fn sources(&self) -> &[SourceStatus] {
        &self.sources
    }

    /// What is watched, and how.
    #[must_use]
    pub fn watching(&self) -> &[Watched] {
        &self.watching
    }

    /// The keys whose change waits for a restart.
    #[must_use]
    pub fn pending_restart(&self) -> &[PendingRestart] {
        &self.pending_restart
    }

    /// How many snapshots of the store are alive: the one in place, those that somebody holds, and for each thread that
    /// has read an older one and nothing since, that one.
    #[must_use]
    pub fn live_snapshots(&self) -> usize {
        self.live_snapshots
    }
}

/// One source and how it is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceStatus {
    pub(crate) state: SourceState,
}

impl SourceStatus {
    /// What messages call it: a file as it was named, `environment`, a provider's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.state.name
    }

    /// Whether it says anything; an optional file that is not there does not.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.state.is_present
    }

    /// Whether it could not be read, or not parsed, at the last look.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.state.has_failed
    }

    /// What lies in its folder and means nothing to it, by name: files of a folder of secrets that no key has, and what
    /// is no configuration in a folder of files.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.state.ignored
    }
}

/// One path that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub(crate) path: std::path::PathBuf,
    pub(crate) how: String,
}

impl Watched {
    /// The path, absolute.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// How changes of it are noticed, for people: `events, and a look every 5s`.
    #[must_use]
    pub fn how(&self) -> &str {
        &self.how
    }
}

/// A key that is configured otherwise than it runs.
///
/// `Debug` shows the key and the origin, and no value.
#[derive(Clone, PartialEq)]
pub struct PendingRestart {
    pub(crate) key: KeyPath,
    pub(crate) running: Option<Value>,
    pub(crate) configured: Option<Value>,
    pub(crate) origin: Option<Origin>,
}

impl fmt::Debug for PendingRestart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingRestart")
            .field("key", &self.key)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl PendingRestart {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &KeyPath {
        &self.key
    }

    /// The value that readers have; masked if secret.
    #[must_use]
    pub fn running(&self) -> Option<&Value> {
        self.running.as_ref()
    }

    /// The value after a restart; masked if secret.
    #[must_use]
    pub fn configured(&self) -> Option<&Value> {
        self.configured.as_ref()
    }

    /// Where the configured value comes from; `None` for a default.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut status = serializer.serialize_struct("Status", 9)?;
        status.serialize_field("version", &self.version)?;
        status.serialize_field("since", &self.since)?;
        status.serialize_field("last_attempt", &self.last_attempt)?;
        status.serialize_field("last_error", &self.last_error)?;
        status.serialize_field("warnings", &self.warnings)?;
        status.serialize_field("sources", &self.sources)?;
        status.serialize_field("watching", &self.watching)?;
        status.serialize_field("pending_restart", &self.pending_restart)?;
        status.serialize_field("live_snapshots", &self.live_snapshots)?;
        status.end()
    }
}

impl Serialize for SourceStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut source = serializer.serialize_struct("SourceStatus", 4)?;
        source.serialize_field("name", self.name())?;
        source.serialize_field("is_present", &self.is_present())?;
        source.serialize_field("has_failed", &self.has_failed())?;
        source.serialize_field("ignored", self.ignored())?;
        source.end()
    }
}

impl Serialize for Watched {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut watched = serializer.serialize_struct("Watched", 2)?;
        watched.serialize_field("path", &self.path.to_string_lossy())?;
        watched.serialize_field("how", &self.how)?;
        watched.end()
    }
}

impl Serialize for PendingRestart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pending = serializer.serialize_struct("PendingRestart", 4)?;
        pending.serialize_field("key", self.key.as_str())?;
        pending.serialize_field("running", &self.running)?;
        pending.serialize_field("configured", &self.configured)?;
        pending.serialize_field("origin", &self.origin)?;
        pending.end()
    }
}
