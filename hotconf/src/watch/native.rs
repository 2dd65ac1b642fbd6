//! Events of the operating system, behind a trait so that tests can play the operating system.

use std::fmt;
use std::path::Path;

use super::SignSender;

/// Something that watches single folders and files, without what is below them.
pub(super) trait Backend: Send {
    /// Watches what is at `path` now; a folder stands for the names in it and for itself.
    fn watch(&mut self, path: &Path) -> Result<(), WatchFault>;
    /// Forgets `path`; it is no fault if it was not watched.
    fn unwatch(&mut self, path: &Path) -> Result<(), WatchFault>;
    /// Whether it says when a writer closes its file.
    fn tells_close(&self) -> bool;
    /// Waits until all events of before have been sent, as far as it can.
    fn flush(&mut self);
}

/// Makes a backend that reports to the given sender, or says why there is none.
pub(super) type Open = Box<dyn FnMut(SignSender) -> Result<Box<dyn Backend>, String> + Send>;

/// Why something cannot be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WatchFault {
    /// It is not there.
    Missing,
    /// The folder may be passed through but not read.
    Denied,
    /// The system allows no further watches.
    Limit,
    Other(String),
    /// The backend itself is gone.
    Dead,
}

impl fmt::Display for WatchFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WatchFault::Missing => f.write_str("it is not there"),
            WatchFault::Denied => f.write_str("no permission to read it"),
            WatchFault::Limit => f.write_str("the limit of watches is reached"),
            WatchFault::Other(text) => f.write_str(text),
            WatchFault::Dead => f.write_str("the watcher of the operating system stopped working"),
        }
    }
}

#[cfg(not(all(
    feature = "watch",
    any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "windows")
)))]
pub(super) fn open(_: SignSender) -> Result<Box<dyn Backend>, String> {
    Err(if cfg!(feature = "watch") {
        "this operating system's events end when a file is replaced".to_owned()
    } else {
        "hotconf was built without its feature `watch`".to_owned()
    })
}

#[cfg(all(
    feature = "watch",
    any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "windows")
))]
pub(super) use by_notify::open;

#[cfg(all(
    feature = "watch",
    any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "windows")
))]
mod by_notify {
    use std::io;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
    use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

    use super::{Backend, WatchFault};
    use crate::watch::{Sign, SignKind, SignSender};

    /// The calls into `notify` panic once its thread is gone; all of them are guarded.
    struct NotifyBackend {
        watcher: Option<RecommendedWatcher>,
        wanted: Arc<AtomicBool>,
    }

    pub(in crate::watch) fn open(send: SignSender) -> Result<Box<dyn Backend>, String> {
        let wanted = Arc::new(AtomicBool::new(true));
        let still_wanted = Arc::clone(&wanted);
        // This runs on notify's thread, which goes on for a moment after the watcher is dropped. It filters and
        // sends: a panic would end the thread, a wait would fill the kernel's queue, and a call into the watcher
        // would wait for itself.
        let handler = move |result: notify::Result<notify::Event>| {
            if still_wanted.load(Ordering::Relaxed) {
                if let Some(sign) = translate(result) {
                    send(sign);
                }
            }
        };
        match notify::recommended_watcher(handler) {
            Ok(watcher) => Ok(Box::new(NotifyBackend { watcher: Some(watcher), wanted })),
            Err(error) => Err(explain(&error)),
        }
    }

    impl NotifyBackend {
        fn call(
            &mut self,
            action: impl FnOnce(&mut RecommendedWatcher) -> notify::Result<()>,
        ) -> Result<(), WatchFault> {
            let watcher = self.watcher.as_mut().ok_or(WatchFault::Dead)?;
            match catch_unwind(AssertUnwindSafe(|| action(watcher))) {
                Ok(result) => result.map_err(|error| fault(&error)),
                Err(_) => Err(WatchFault::Dead),
            }
        }
    }

    impl Backend for NotifyBackend {
        fn watch(&mut self, path: &Path) -> Result<(), WatchFault> {
            self.call(|watcher| watcher.watch(path, RecursiveMode::NonRecursive))
        }

        fn unwatch(&mut self, path: &Path) -> Result<(), WatchFault> {
            // Whatever else is wrong, what is not watched any more needs no forgetting.
            match self.call(|watcher| watcher.unwatch(path)) {
                Err(WatchFault::Dead) => Err(WatchFault::Dead),
                _ => Ok(()),
            }
        }

        fn tells_close(&self) -> bool {
            cfg!(any(target_os = "linux", target_os = "android"))
        }

        /// Asks the thread of the events for something that changes nothing, and waits for its answer. Events that came
        /// before the question are taken before the next one is heard, and the first may be heard in a turn that began
        /// earlier: so it is asked twice.
        fn flush(&mut self) {
            for _ in 0..2 {
                let asked = self.call(|watcher| watcher.configure(notify::Config::default()).map(drop));
                if asked.is_err() {
                    return;
                }
            }
        }
    }

    impl Drop for NotifyBackend {
        fn drop(&mut self) {
            self.wanted.store(false, Ordering::Relaxed);
            let watcher = self.watcher.take();
            let _ = catch_unwind(AssertUnwindSafe(move || drop(watcher)));
        }
    }

    /// The sign of an event. What reading a file causes is no sign, or every look would ask for the next one.
    fn translate(result: notify::Result<notify::Event>) -> Option<Sign> {
        let event = match result {
            Ok(event) => event,
            Err(error) => return Some(Sign::Failed(explain(&error))),
        };
        if event.need_rescan() {
            return Some(Sign::Rescan);
        }
        let kind = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => SignKind::Written,
            EventKind::Access(_) => return None,
            EventKind::Create(CreateKind::Folder) => SignKind::FolderCreated,
            EventKind::Create(_) => SignKind::Created,
            EventKind::Modify(ModifyKind::Metadata(_)) => SignKind::Metadata,
            EventKind::Modify(ModifyKind::Name(_)) => SignKind::Renamed,
            EventKind::Modify(_) => SignKind::Data,
            EventKind::Remove(_) => SignKind::Removed,
            EventKind::Any | EventKind::Other => SignKind::Unknown,
        };
        Some(Sign::Event { kind, paths: event.paths })
    }

    fn fault(error: &notify::Error) -> WatchFault {
        match &error.kind {
            notify::ErrorKind::PathNotFound => WatchFault::Missing,
            notify::ErrorKind::MaxFilesWatch => WatchFault::Limit,
            notify::ErrorKind::Io(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => WatchFault::Missing,
                io::ErrorKind::PermissionDenied => WatchFault::Denied,
                _ => WatchFault::Other(error.to_string()),
            },
            _ => WatchFault::Other(error.to_string()),
        }
    }

    fn explain(error: &notify::Error) -> String {
        match &error.kind {
            #[cfg(unix)]
            notify::ErrorKind::Io(error) if error.raw_os_error() == Some(libc::EMFILE) => {
                format!("{error}; raise fs.inotify.max_user_instances, or the limit of open files")
            }
            _ => error.to_string(),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use notify::event::{DataChange, Flag, RemoveKind, RenameMode};

        fn sign_of(kind: EventKind) -> Option<SignKind> {
            match translate(Ok(notify::Event::new(kind).add_path("/etc/app.toml".into()))) {
                Some(Sign::Event { kind, paths }) => {
                    assert_eq!(paths, [Path::new("/etc/app.toml")]);
                    Some(kind)
                }
                _ => None,
            }
        }

        #[test]
        fn what_reading_causes_is_no_sign() {
            for kind in [
                AccessKind::Open(AccessMode::Any),
                AccessKind::Open(AccessMode::Read),
                AccessKind::Read,
                AccessKind::Close(AccessMode::Read),
                AccessKind::Any,
            ] {
                assert_eq!(sign_of(EventKind::Access(kind)), None);
            }
        }

        #[test]
        fn changes_are_signs_of_their_kind() {
            let cases = [
                (EventKind::Access(AccessKind::Close(AccessMode::Write)), SignKind::Written),
                (EventKind::Create(CreateKind::File), SignKind::Created),
                (EventKind::Create(CreateKind::Folder), SignKind::FolderCreated),
                (EventKind::Modify(ModifyKind::Data(DataChange::Any)), SignKind::Data),
                (EventKind::Modify(ModifyKind::Any), SignKind::Data),
                (EventKind::Modify(ModifyKind::Name(RenameMode::From)), SignKind::Renamed),
                (EventKind::Remove(RemoveKind::Folder), SignKind::Removed),
                (EventKind::Other, SignKind::Unknown),
            ];
            for (kind, sign) in cases {
                assert_eq!(sign_of(kind), Some(sign));
            }
        }

        #[test]
        fn an_overflow_without_paths_is_never_filtered() {
            for kind in [EventKind::Other, EventKind::Access(AccessKind::Open(AccessMode::Any))] {
                let event = notify::Event::new(kind).set_flag(Flag::Rescan);
                assert_eq!(translate(Ok(event)), Some(Sign::Rescan));
            }
            let error = notify::Error::generic("gone");
            assert_eq!(translate(Err(error)), Some(Sign::Failed("gone".into())));
        }
    }
}
