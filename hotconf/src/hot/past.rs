//! The versions before, and the one that may come next.

use super::Hot;
use crate::cell::HotConfig;
use crate::error::Error;
use crate::history::{Diff, HistoryEntry};
use crate::plan::Plan;
use crate::reload::{Outcome, Task};

impl<T: HotConfig + Send + Sync> Hot<T> {
    /// The versions that were published last, the oldest first: when, why, and which keys each has changed, with both
    /// values and where these come from.
    ///
    /// Eight are kept, of which the older ones may hold on to 16 MiB of texts that are in place no more;
    /// [`Builder::history`](crate::Builder::history) says otherwise. Where it is the first that would be too much, it is kept
    /// alone. A [fixed](Hot::fixed) store has no history.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let _ = cfg.set("workers", 8)?;
    /// for entry in cfg.history() {
    ///     println!("{entry}"); // version 2, by an override: workers
    /// }
    /// let history = cfg.history();
    /// let change = &history[1].changes()[0];
    /// assert_eq!(change.key(), "workers");
    /// assert_eq!((change.old().unwrap().to_string(), change.new().unwrap().to_string()), ("4".into(), "8".into()));
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn history(&self) -> Vec<HistoryEntry> {
        self.shared().history()
    }

    /// What differs between two versions of the [`history`](Hot::history), in either order.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(default = false)] debug: bool }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let _ = cfg.set("workers", 8)?;
    /// let _ = cfg.set("debug", true)?;
    /// let keys: Vec<_> = cfg.diff(1, 3)?.changes().iter().map(|change| change.key().to_string()).collect();
    /// assert_eq!(keys, ["debug", "workers"]);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When one of them is not kept; the error says which are.
    pub fn diff(&self, from: u64, to: u64) -> Result<Diff, Error> {
        self.shared().diff(from, to)
    }

    /// Goes back to a version of the [`history`](Hot::history), as a new version: to what its sources said and to the
    /// overrides that were in place.
    ///
    /// It is checked, prepared for and published as any change. It holds until the sources say something else than they did
    /// at the last look: that is applied then, if it is good. A file that is written anew with the same values does not end
    /// it. [`release_rollback`](Hot::release_rollback) ends it at once, and [`reload`](Hot::reload) does not. Overrides may
    /// be set and taken away meanwhile. Overrides that were set after the version are gone, also when it ends. A restart of
    /// the program begins with the sources. As long as it holds, [`Status::rolled_back_to`](crate::Status::rolled_back_to)
    /// says so.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig, Outcome, testing::Memory};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// # let memory = Memory::new();
    /// # let hour = std::time::Duration::from_secs(3600);
    /// # let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).settle(hour, hour).build()?;
    /// memory.set("workers", 8);
    /// assert!(matches!(cfg.reload(), Outcome::Applied(_)));
    ///
    /// let outcome = cfg.rollback(1)?;
    /// assert_eq!(outcome.change().unwrap().version(), 3);
    /// assert_eq!(cfg.load().workers, 4);
    ///
    /// let _ = cfg.release_rollback();
    /// assert_eq!(cfg.load().workers, 8);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the version is not kept, and when the change is refused; everything stays as it was then.
    pub fn rollback(&self, version: u64) -> Result<Outcome<T>, Error> {
        self.ask(Task::RollBack(version))
    }

    /// Ends a [`rollback`](Hot::rollback) and looks at the sources, as [`reload`](Hot::reload) does:
    /// [`Unchanged`](Outcome::Unchanged) where there is none. Where the sources are refused the version before keeps serving.
    pub fn release_rollback(&self) -> Outcome<T> {
        self.shared().call(Task::Release).unwrap_or_else(Outcome::Rejected)
    }

    /// Looks at all sources as [`reload`](Hot::reload) does, and tells what would come of it without doing it: nothing is
    /// published, nobody is told, and those who take part in changes are not asked. What the watching has noticed meanwhile
    /// is followed as ever, right after it.
    ///
    /// From inside of code that the store runs, such as a callback, the plan is an error.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig, testing::Memory};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: u8 }
    /// # let memory = Memory::new();
    /// # let hour = std::time::Duration::from_secs(3600);
    /// # let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).settle(hour, hour).build()?;
    /// memory.set("workers", 8);
    /// let plan = cfg.plan();
    /// assert_eq!(plan.changes()[0].key(), "workers");
    /// assert_eq!(cfg.load().workers, 4);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn plan(&self) -> Plan<T> {
        self.shared().plan()
    }
}
