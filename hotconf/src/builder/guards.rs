//! What a store lets in: its limits, and what a change may do.

use super::Builder;
use crate::cell::HotConfig;
use crate::key::DEEPEST;

/// The largest that can be read at all: positions in a text are 31 bits wide.
const MOST_FILE_SIZE: u64 = (1 << 31) - 1;

impl<T: HotConfig + Send + Sync> Builder<T> {
    /// The largest file or text that is read, in bytes; 16 MiB where nothing is said, 2 GiB at most. A larger one is a
    /// problem.
    pub fn max_file_size(mut self, bytes: u64) -> Self {
        self.guards.max_file_size = bytes.min(MOST_FILE_SIZE);
        self
    }

    /// The most keys that a configuration may have, all layers merged; a million where nothing is said. Each single value
    /// counts, every item of a list and every entry of a map by itself; defaults do not. More are a problem, of the kind
    /// [`Limit`](crate::ProblemKind::Limit).
    ///
    /// [`Hot::waive_guards`](crate::Hot::waive_guards) lets one change of a running store go beyond it. What is in place by
    /// that may change and shrink, and not grow.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(Debug, HotConfig)]
    /// # struct AppConfig { mirrors: Vec<String> }
    /// let builder = Hot::<AppConfig>::builder().arg_overrides(["mirrors=a,b,c,d"]);
    /// let error = builder.max_keys(3).build().unwrap_err();
    /// assert_eq!(error.problems()[0].message(), "the configuration has 4 keys, and `max_keys` allows 3");
    /// ```
    pub fn max_keys(mut self, keys: usize) -> Self {
        self.guards.max_keys = keys;
        self
    }

    /// How deep a configuration may be nested, as the segments of its longest key: `server.port` has two. 64 where
    /// nothing is said, and at most. Deeper is a problem, of the kind [`Limit`](crate::ProblemKind::Limit).
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(Debug, HotConfig)]
    /// # struct AppConfig { server: Server }
    /// # #[derive(Debug, HotConfig)]
    /// # struct Server { port: u16 }
    /// let builder = Hot::<AppConfig>::builder().arg_overrides(["server.port=80"]);
    /// let error = builder.max_depth(1).build().unwrap_err();
    /// assert_eq!(error.problems()[0].message(), "nested 2 levels deep, and `max_depth` allows 1");
    /// ```
    pub fn max_depth(mut self, levels: usize) -> Self {
        self.guards.max_depth = levels.clamp(1, DEEPEST);
        self
    }

    /// Refuses a change of the sources by which a map, a list or a set loses more than this share of its entries, or a
    /// section all that sources set in it: a file that was cut off, or a template that was filled with nothing. `0.5` lets
    /// half of the entries go at once. Without this call nothing guards that.
    ///
    /// The share is held against what the sources say in place. So the only entry of a map is all of it, and goes by a
    /// waiver only. Entries of maps are told apart by their names and those of sets by their values; of lists the lengths
    /// are compared. A section is emptied where its keys fall back to defaults, also where it was one key, and where an
    /// optional one goes; that is refused whatever the share. With `1.0` nothing but that is. A number that is no share
    /// counts as the nearest one that is.
    ///
    /// The change is [`Rejected`](crate::Outcome::Rejected) whole, each loss a problem of the kind
    /// [`Shrink`](crate::ProblemKind::Shrink), until the sources are put right or
    /// [`Hot::waive_guards`](crate::Hot::waive_guards) lets it pass. [`set`](crate::Hot::set),
    /// [`unset`](crate::Hot::unset), [`update`](crate::Hot::update) and [`rollback`](crate::Hot::rollback) are not guarded:
    /// whoever calls them sees at once what comes of it.
    ///
    /// ```
    /// use hotconf::{Hot, HotConfig, Outcome, ProblemKind, testing::Memory};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     upstreams: Vec<String>,
    /// }
    ///
    /// let memory = Memory::new();
    /// memory.set("upstreams", ["a", "b", "c", "d"]);
    /// let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).shrink_guard(0.5).build()?;
    ///
    /// memory.set("upstreams", ["a"]);
    /// let outcome = cfg.reload();
    /// assert_eq!(outcome.error().unwrap().problems()[0].kind(), ProblemKind::Shrink);
    /// assert_eq!(cfg.load().upstreams.len(), 4);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn shrink_guard(mut self, share: f64) -> Self {
        // Not a number is no share that anything could be held against.
        self.guards.shrink = Some(if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) });
        self
    }

    /// Refuses a change of a key that is marked `restart`, and with it the whole edit, instead of keeping the running value
    /// until the restart. For programs that must never run with half of what is configured.
    ///
    /// The change is [`Rejected`](crate::Outcome::Rejected), each such key a problem of the kind
    /// [`NeedsRestart`](crate::ProblemKind::NeedsRestart) with the value that runs and the one that is configured; and
    /// [`set`](crate::Hot::set) is an error. Nothing is ever [pending](crate::Status::pending_restart).
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 8000, restart)] port: u16 }
    /// let cfg: Hot<AppConfig> = Hot::builder().refuse_restart_changes().build()?;
    /// let error = cfg.set("port", 9000).unwrap_err();
    /// assert_eq!(error.problems()[0].message(), "runs with 8000, and 9000 needs a restart");
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn refuse_restart_changes(mut self) -> Self {
        self.guards.refuses_restart = true;
        self
    }
}
