//! Values that the program sets itself, above all sources.

use std::panic::Location;

use super::Hot;
use crate::cell::HotConfig;
use crate::error::Error;
use crate::key::ToKeyPath;
use crate::reload::{Edit, Operation, Outcome, Task};
use crate::value::IntoValue;

impl<T: HotConfig + Send + Sync> Hot<T> {
    /// Sets a key, typed or by its dotted path, to a value, above all sources. It survives reloads, until
    /// [`unset`](Hot::unset), and is built over the layers in place, so that a source which is bad at present does not
    /// stand in the way. It is [`Applied`](Outcome::Applied) once published, [`Unchanged`](Outcome::Unchanged) where the value
    /// is so already or waits for a restart, and never [`Rejected`](Outcome::Rejected): that is the error.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let outcome = cfg.set(AppConfig::keys().workers, 8)?;
    /// assert_eq!(outcome.change().unwrap().keys(), ["workers"]);
    /// let _ = cfg.set("workers", 16)?;
    /// let _ = cfg.unset("workers")?;
    /// assert_eq!(cfg.load().workers, 4);
    /// assert!(cfg.set("workers", "many").is_err());
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the configuration would not be good with it; nothing is kept then.
    #[track_caller]
    pub fn set(&self, key: impl ToKeyPath<T>, value: impl IntoValue) -> Result<Outcome<T>, Error> {
        self.edit(vec![Operation::Set(key.to_key_path(), value.into_value(), Location::caller())])
    }

    /// Takes back what [`set`](Hot::set) has set at this key or beneath it; what the sources say is uncovered.
    ///
    /// # Errors
    ///
    /// When the configuration would not be good without it; the override stays then.
    pub fn unset(&self, key: impl ToKeyPath<T>) -> Result<Outcome<T>, Error> {
        self.edit(vec![Operation::Unset(key.to_key_path())])
    }

    /// Sets and takes back several overrides in one step, which makes one version or, on an error, none.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(default = false)] debug: bool }
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let outcome = cfg.update(|edit| {
    ///     edit.set(AppConfig::keys().debug, true);
    ///     edit.set("workers", 8);
    /// })?;
    /// assert_eq!(outcome.change().unwrap().keys(), ["debug", "workers"]);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the configuration would not be good with them; nothing is kept then.
    pub fn update(&self, edit: impl FnOnce(&mut Edit<T>)) -> Result<Outcome<T>, Error> {
        let mut operations = Edit::new();
        edit(&mut operations);
        self.edit(operations.into_operations())
    }

    fn edit(&self, operations: Vec<Operation>) -> Result<Outcome<T>, Error> {
        self.ask(Task::Edit(operations))
    }

    /// Asks for something of which a refusal is an error.
    pub(super) fn ask(&self, task: Task<T>) -> Result<Outcome<T>, Error> {
        match self.shared().call(task)? {
            Outcome::Rejected(error) => Err(error),
            outcome => Ok(outcome),
        }
    }
}
