//! Stores without sources, of a value that the program makes itself.

use super::Hot;
use crate::cell::HotConfig;
use crate::error::{Error, Problem, ProblemKind};
use crate::explain::is_known;
use crate::key::KeyPath;
use crate::reload::{Outcome, start_fixed};

impl<T: HotConfig + Send + Sync> Hot<T> {
    /// A store of this value, without sources: for tests, and for programs that have none. Nothing is watched, and no
    /// thread is started until there is a callback.
    ///
    /// Reads, subscriptions, callbacks and [`status`](Hot::status) are as in any store;
    /// [`replace`](Hot::replace) changes it. There are no layers, so whatever asks them has nothing to say:
    /// [`get`](Hot::get) is `None`, [`values`](Hot::values) is an empty map, [`get_as`](Hot::get_as) is an error,
    /// [`explain`](Hot::explain) says that the key is set in code, [`reload`](Hot::reload) is
    /// [`Outcome::Unchanged`], and [`set`](Hot::set), [`update`](Hot::update) and [`unset`](Hot::unset) are errors.
    /// The value is taken as it is: no rule is checked.
    ///
    /// ```
    /// use hotconf::{Hot, HotConfig};
    ///
    /// #[derive(HotConfig)]
    /// struct Limits {
    ///     per_minute: u32,
    /// }
    ///
    /// fn allows(cfg: &Hot<Limits>, seen: u32) -> bool {
    ///     seen < cfg.load().per_minute
    /// }
    ///
    /// let cfg = Hot::fixed(Limits { per_minute: 2 });
    /// assert!(allows(&cfg, 1));
    /// assert_eq!(cfg.explain("per_minute").to_string(), "per_minute is set in code");
    /// ```
    #[must_use]
    pub fn fixed(value: T) -> Self {
        Self::new(start_fixed(value))
    }

    /// Puts another value in place in a store that [`fixed`](Hot::fixed) made, and tells everyone who listens.
    ///
    /// That is always a new version: values are not compared, and every key of the schema is a key of the change, those
    /// that are marked `restart` too. It is done at once, also from inside a callback. A store with sources answers
    /// [`Outcome::Rejected`] and stays as it is: what it holds is for its sources to say.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct Limits { per_minute: u32 }
    /// let cfg = Hot::fixed(Limits { per_minute: 2 });
    /// let mut changes = cfg.subscribe();
    ///
    /// let _ = cfg.replace(Limits { per_minute: 3 });
    /// let change = changes.next().unwrap();
    /// assert_eq!((change.version(), cfg.load().per_minute), (2, 3));
    /// assert_eq!(change.of(Limits::keys().per_minute), Some((&2, &3)));
    /// ```
    pub fn replace(&self, value: T) -> Outcome<T> {
        self.shared().replace(value)
    }
}

/// Why a value that was set in code cannot be asked for by a dotted path.
pub(super) fn not_by_text<T: HotConfig>(path: KeyPath) -> Error {
    let problem = if is_known(T::schema(), &path) {
        Problem::new(ProblemKind::Misuse, "is set in code, and can only be read by its typed key")
    } else {
        Problem::new(ProblemKind::UnknownKey, "unknown key")
    };
    problem.with_key(path).into()
}
