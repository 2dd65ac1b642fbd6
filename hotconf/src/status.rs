//! How a store is doing.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::error::{Error, Problem};
use crate::guards::GuardStatus;
use crate::history::write_change;
use crate::key::KeyPath;
use crate::loader::SourceState;
use crate::origin::Origin;
use crate::value::Value;
use crate::watch::Counts;

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
    pub(crate) last_attempt_took: Duration,
    pub(crate) last_error: Option<Error>,
    pub(crate) started_from_last_good: Option<SystemTime>,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) sources: Vec<SourceStatus>,
    pub(crate) watching: Vec<Watched>,
    pub(crate) watcher: WatcherStatus,
    pub(crate) pending_restart: Vec<PendingRestart>,
    pub(crate) rolled_back_to: Option<u64>,
    pub(crate) live_snapshots: usize,
    pub(crate) guards: Vec<GuardStatus>,
}

impl Status {
    /// That of a store whose first version has just been put in place.
    pub(crate) fn of_the_first(now: SystemTime) -> Self {
        Self {
            version: 1,
            since: now,
            last_attempt: now,
            last_attempt_took: Duration::ZERO,
            last_error: None,
            started_from_last_good: None,
            warnings: Vec::new(),
            sources: Vec::new(),
            watching: Vec::new(),
            watcher: WatcherStatus::default(),
            pending_restart: Vec::new(),
            rolled_back_to: None,
            live_snapshots: 1,
            guards: Vec::new(),
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

    /// How long the last look at the sources took, until its result was published, refused or found to be the same. Of
    /// [`Hot::reload`](crate::Hot::reload) that includes the time that a file which was being written was given.
    #[must_use]
    pub fn last_attempt_took(&self) -> Duration {
        self.last_attempt_took
    }

    /// Why the last attempt was refused; `None` once one succeeds.
    #[must_use]
    pub fn last_error(&self) -> Option<&Error> {
        self.last_error.as_ref()
    }

    /// When the configuration was kept that the store was started from because its sources were bad:
    /// [`Builder::last_good`](crate::Builder::last_good). `None` where they were good, and as soon as they are;
    /// [`last_error`](Status::last_error) says what is wrong with them.
    #[must_use]
    pub fn started_from_last_good(&self) -> Option<SystemTime> {
        self.started_from_last_good
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

    /// What watching has noticed so far, and whether it hears events.
    #[must_use]
    pub fn watcher(&self) -> &WatcherStatus {
        &self.watcher
    }

    /// The keys whose change waits for a restart.
    #[must_use]
    pub fn pending_restart(&self) -> &[PendingRestart] {
        &self.pending_restart
    }

    /// The version that a [`rollback`](crate::Hot::rollback) has gone back to, as long as it holds.
    #[must_use]
    pub fn rolled_back_to(&self) -> Option<u64> {
        self.rolled_back_to
    }

    /// How many snapshots of the store are alive: the one in place, those that somebody holds, and for each thread that
    /// has read an older one and nothing since, that one.
    #[must_use]
    pub fn live_snapshots(&self) -> usize {
        self.live_snapshots
    }

    /// The limits of the store, and how much of each is used: those of the builder, then those of single keys. Empty for a
    /// store that [`Hot::fixed`](crate::Hot::fixed) made.
    #[must_use]
    pub fn guards(&self) -> &[GuardStatus] {
        &self.guards
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
    pub(crate) hears_events: bool,
    pub(crate) interval: Option<Duration>,
    pub(crate) reasons: Vec<String>,
}

impl Watched {
    /// The path, absolute.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Whether events of the operating system tell of its changes, as far as there are any.
    #[must_use]
    pub fn hears_events(&self) -> bool {
        self.hears_events
    }

    /// How often it is looked at for changes that no event told of. `None` when it is not watched at all.
    #[must_use]
    pub fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// Why changes of it may be missed or noticed late, in sentences; empty when nothing is known to be missed.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// How changes of it are noticed, for people: `events, and a look every 5s`, with the
    /// [`reasons`](Watched::reasons).
    #[must_use]
    pub fn how(&self) -> String {
        let mut how = match self.interval {
            None => "not watched".to_owned(),
            Some(interval) if !self.hears_events => format!("a look every {interval:?}"),
            Some(interval) => format!("events, and a look every {interval:?}"),
        };
        for reason in &self.reasons {
            how.push_str("; ");
            how.push_str(reason);
        }
        how
    }
}

/// What the watching of a store has noticed since the store was built. Kept up to date between attempts too.
///
/// ```
/// use hotconf::{Hot, HotConfig};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 8000)]
///     port: u16,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().optional_file("app.toml").build()?;
/// let status = cfg.status();
/// // A number that rises says that the file system sends no events, or not all.
/// assert_eq!(status.watcher().missed(), 0);
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WatcherStatus {
    pub(crate) hears_events: bool,
    pub(crate) failure: Option<String>,
    pub(crate) counts: Counts,
    pub(crate) last_sign: Option<SystemTime>,
}

impl WatcherStatus {
    /// Whether the operating system is asked for events. It is not where there is nothing to watch, where
    /// [`Watch`](crate::Watch) says otherwise, and after a [`failure`](WatcherStatus::failure).
    #[must_use]
    pub fn hears_events(&self) -> bool {
        self.hears_events
    }

    /// Why there are no events although they were asked for. They are asked for again every ten seconds.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// How many events told of something that the watched paths depend on.
    #[must_use]
    pub fn signs(&self) -> u64 {
        self.counts.signs
    }

    /// When the last of them came; `None` before the first.
    #[must_use]
    pub fn last_sign(&self) -> Option<SystemTime> {
        self.last_sign
    }

    /// How often events were lost because they came faster than they were taken. After each all files are looked at.
    #[must_use]
    pub fn overflows(&self) -> u64 {
        self.counts.overflows
    }

    /// How many changes the slow look found that events should have told of.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.counts.missed
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

/// Shows the values, secrets masked.
impl fmt::Display for PendingRestart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (running, configured) = (self.running.as_ref(), self.configured.as_ref());
        write_change(f, &self.key, running, configured, self.origin.as_ref())
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut status = serializer.serialize_struct("Status", 14)?;
        status.serialize_field("version", &self.version)?;
        status.serialize_field("since", &self.since)?;
        status.serialize_field("last_attempt", &self.last_attempt)?;
        status.serialize_field("last_attempt_took", &self.last_attempt_took)?;
        status.serialize_field("last_error", &self.last_error)?;
        status.serialize_field("started_from_last_good", &self.started_from_last_good)?;
        status.serialize_field("warnings", &self.warnings)?;
        status.serialize_field("sources", &self.sources)?;
        status.serialize_field("watching", &self.watching)?;
        status.serialize_field("watcher", &self.watcher)?;
        status.serialize_field("pending_restart", &self.pending_restart)?;
        status.serialize_field("rolled_back_to", &self.rolled_back_to)?;
        status.serialize_field("live_snapshots", &self.live_snapshots)?;
        status.serialize_field("guards", &self.guards)?;
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
        let mut watched = serializer.serialize_struct("Watched", 5)?;
        watched.serialize_field("path", &self.path.to_string_lossy())?;
        watched.serialize_field("hears_events", &self.hears_events)?;
        watched.serialize_field("interval", &self.interval)?;
        watched.serialize_field("reasons", &self.reasons)?;
        watched.serialize_field("how", &self.how())?;
        watched.end()
    }
}

impl Serialize for WatcherStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut watcher = serializer.serialize_struct("WatcherStatus", 6)?;
        watcher.serialize_field("hears_events", &self.hears_events)?;
        watcher.serialize_field("failure", &self.failure)?;
        watcher.serialize_field("signs", &self.signs())?;
        watcher.serialize_field("last_sign", &self.last_sign)?;
        watcher.serialize_field("overflows", &self.overflows())?;
        watcher.serialize_field("missed", &self.missed())?;
        watcher.end()
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
