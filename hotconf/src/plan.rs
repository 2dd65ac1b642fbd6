//! What a look at the sources would come to, without anything being published.

use std::fmt;
use std::process::ExitCode;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::change::Change;
use crate::error::{Error, Problem};
use crate::history::KeyChange;
use crate::snapshot::Snapshot;
use crate::status::PendingRestart;

/// What the sources say now and what would come of it: from [`Builder::plan`](crate::Builder::plan) and
/// [`Hot::plan`](crate::Hot::plan).
///
/// It comes about as a load or a reload does, by the same code, except that nothing is published and that nobody who
/// takes part in changes is asked. `Display` is a report for people, what a `--check` of a program prints; the alternate
/// form, `{:#}`, shows excerpts of the texts where something is wrong. It and serialization show values, secrets masked.
///
/// ```
/// use hotconf::{Format, Hot, HotConfig};
/// use std::process::ExitCode;
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: u8,
/// }
///
/// # #[cfg(feature = "toml")] {
/// let good = Hot::<AppConfig>::builder().text(Format::Toml, "workers = 8").plan();
/// assert_eq!(good.to_string(), "the configuration is good\nof the defaults 1 key differs:\n  workers: 4 -> 8, at embedded TOML:1:11");
/// assert_eq!(good.exit_code(), ExitCode::SUCCESS);
///
/// let bad = Hot::<AppConfig>::builder().text(Format::Toml, "workers = 800").plan();
/// assert!(bad.to_string().starts_with("1 problem in the configuration\nworkers: 800 is too large"));
/// assert_eq!(bad.exit_code(), ExitCode::FAILURE);
/// # }
/// ```
pub struct Plan<T> {
    pub(crate) basis: Basis,
    pub(crate) outcome: Result<Planned<T>, Error>,
    pub(crate) warnings: Vec<Problem>,
}

/// What a plan compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    Running(u64),
    Defaults,
}

/// What would be published.
pub(crate) struct Planned<T> {
    pub(crate) new: Snapshot<T>,
    pub(crate) change: Option<Change<T>>,
    pub(crate) changes: Vec<KeyChange>,
    pub(crate) pending: Vec<PendingRestart>,
}

impl<T> Plan<T> {
    pub(crate) fn refused(basis: Basis, error: Error) -> Self {
        Self { basis, outcome: Err(error), warnings: Vec::new() }
    }

    /// Whether the sources would be accepted, as far as that can be told without those who take part in changes.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.outcome.is_ok()
    }

    /// Everything that is wrong, guards that would refuse the change included; `None` where the plan is good.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.outcome.as_ref().err()
    }

    /// What would be warned of.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// What would differ, sorted by key: from what runs, or, where nothing does, from the defaults. Keys that wait for a
    /// restart are not among them. Nothing where the plan is not good.
    #[must_use]
    pub fn changes(&self) -> &[KeyChange] {
        self.outcome.as_ref().map_or(&[], |planned| &planned.changes)
    }

    /// The typed change that would be published, with [`Change::of`] and the rest: `None` where nothing differs or the plan
    /// is not good, and of a [`Builder::plan`](crate::Builder::plan), which has nothing to compare with.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig, testing::Memory};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// # let memory = Memory::new();
    /// # let hour = std::time::Duration::from_secs(3600);
    /// # let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).settle(hour, hour).build()?;
    /// memory.set("workers", 8);
    /// let plan = cfg.plan();
    /// assert_eq!(plan.change().unwrap().of(AppConfig::keys().workers), Some((&4, &8)));
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn change(&self) -> Option<&Change<T>> {
        self.outcome.as_ref().ok()?.change.as_ref()
    }

    /// The configuration that would be in place; `None` where the plan is not good.
    #[must_use]
    #[allow(clippy::new_ret_no_self)] // what would be new, not a constructor
    pub fn new(&self) -> Option<&Snapshot<T>> {
        Some(&self.outcome.as_ref().ok()?.new)
    }

    /// The keys whose change would wait for a restart.
    #[must_use]
    pub fn pending_restart(&self) -> &[PendingRestart] {
        self.outcome.as_ref().map_or(&[], |planned| &planned.pending)
    }

    /// What a program that was asked to check its configuration ends with: success where the plan is good, else 1, as of
    /// `nginx -t` and its like.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if self.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// So many of a thing, with the verb that goes with it.
fn count(number: usize, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {more}") }
}

impl<T> fmt::Display for Plan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Err(error) if f.alternate() => write!(f, "{error:#}")?,
            Err(error) => write!(f, "{error}")?,
            Ok(planned) => {
                f.write_str("the configuration is good")?;
                let differing = planned.changes.len();
                match self.basis {
                    Basis::Running(version) if differing == 0 => {
                        write!(f, "\nnothing of version {version} would change")?;
                    }
                    Basis::Running(version) => {
                        let keys = count(differing, "key", "keys");
                        write!(f, "\nof version {version} {keys} would change:")?;
                    }
                    Basis::Defaults if differing == 0 => f.write_str("\nall of it are the defaults")?,
                    Basis::Defaults => {
                        write!(f, "\nof the defaults {}:", count(differing, "key differs", "keys differ"))?;
                    }
                }
                planned.changes.iter().try_for_each(|change| write!(f, "\n  {change}"))?;
                if !planned.pending.is_empty() {
                    let keys = count(planned.pending.len(), "key waits", "keys wait");
                    write!(f, "\n{keys} for a restart:")?;
                    planned.pending.iter().try_for_each(|pending| write!(f, "\n  {pending}"))?;
                }
            }
        }
        if !self.warnings.is_empty() {
            write!(f, "\n{}:", count(self.warnings.len(), "warning", "warnings"))?;
            self.warnings.iter().try_for_each(|warning| write!(f, "\n  {warning}"))?;
        }
        Ok(())
    }
}

/// Shows keys and problems, and no value.
impl<T> fmt::Debug for Plan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.changes().iter().map(KeyChange::key).collect();
        f.debug_struct("Plan")
            .field("error", &self.error())
            .field("keys", &keys)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

impl<T> Serialize for Plan<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut plan = serializer.serialize_struct("Plan", 5)?;
        plan.serialize_field("is_good", &self.is_good())?;
        plan.serialize_field("error", &self.error())?;
        plan.serialize_field("changes", self.changes())?;
        plan.serialize_field("pending_restart", self.pending_restart())?;
        plan.serialize_field("warnings", &self.warnings)?;
        plan.end()
    }
}
