//! Notices that files may have changed. Told absolute paths, it says when it is time to look again, and nothing
//! else: it knows no sources, reads no content, and decides nothing about a change.
//!
//! Two independent senses feed it. Events of the operating system are fast and can be lost in many ways: by mounts
//! that send none, full queues, exhausted limits, writers that never close. A slow check of what `stat` says runs
//! always and finds what they missed. Neither is believed further than "look again".
//!
//! One thread owns the [`Watcher`] and hands it the time; there is no sleep and no thread in here, except the one of
//! the native backend, which only filters and sends, and no clock but the one that the times of files are held against.
//!
//! Invariant: the only user of `notify`; no content of a file is read here.

mod armed;
mod chain;
mod health;
#[cfg(all(test, unix))]
mod laws;
mod mounts;
mod native;
mod poll;
#[cfg(test)]
pub(crate) mod scripted;
mod settle;
#[cfg(test)]
mod tests;
mod unrest;
mod watcher;

pub(crate) use health::{NativeHealth, PathMode};
pub(crate) use settle::{Settle, later};
pub(crate) use watcher::{Counts, Reason, Watcher};

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How file changes are noticed.
///
/// ```
/// use hotconf::Watch;
/// use std::time::Duration;
///
/// assert_eq!(Watch::default(), Watch::Auto);
/// let network_drive = Watch::Poll(Duration::from_secs(2));
/// assert_ne!(network_drive, Watch::Off);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Watch {
    /// By events of the operating system, and by a look every few seconds for what they miss. Where there are no
    /// events the looks come every second.
    #[default]
    Auto,
    /// Only by looking, this often. Intervals below 10 ms count as 10 ms.
    Poll(Duration),
    /// Not at all: the configuration changes only when the program asks for it.
    Off,
}

/// One raw sign from the operating system. Sent from a foreign thread, consumed by the manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Something happened to these paths.
    Event { kind: SignKind, paths: Vec<PathBuf> },
    /// Events were lost: anything may have changed.
    Rescan,
    /// The native watcher reports a fault, and may have lost events.
    Failed(String),
}

/// What an event says happened. It decides how long to wait before looking, never whether something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignKind {
    /// A file that was open for writing was closed.
    Written,
    /// Content changed; the writer may not be done.
    Data,
    /// A name appeared.
    Created,
    /// A folder appeared.
    FolderCreated,
    /// A name moved: away from, onto, or both, in this order.
    Renamed,
    /// A name disappeared.
    Removed,
    /// Permissions, owner, times or the number of links changed.
    Metadata,
    /// Something that the operating system did not name.
    Unknown,
}

impl SignKind {
    /// Whether a name may mean something else than before.
    fn replaces(self) -> bool {
        match self {
            SignKind::Removed | SignKind::Renamed | SignKind::Created | SignKind::FolderCreated => true,
            SignKind::Written | SignKind::Data | SignKind::Metadata | SignKind::Unknown => false,
        }
    }
}

/// Takes signs from the thread of the operating system's events. It must never block and never panic.
pub(crate) type SignSender = Arc<dyn Fn(Sign) + Send + Sync>;

/// One place that a source reads. The path is absolute and keeps its symbolic links: they are part of what is
/// watched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WatchPath {
    pub(crate) path: PathBuf,
    /// Any name inside counts. Files inside that are links or mounts of their own should be named as paths too.
    pub(crate) folder: bool,
}

#[cfg(test)]
impl WatchPath {
    pub(crate) fn file(path: impl Into<PathBuf>) -> WatchPath {
        WatchPath { path: path.into(), folder: false }
    }

    pub(crate) fn folder(path: impl Into<PathBuf>) -> WatchPath {
        WatchPath { path: path.into(), folder: true }
    }
}
