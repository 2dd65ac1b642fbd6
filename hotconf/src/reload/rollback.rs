//! Going back to a version that was published before, and on again.

use super::Outcome;
use super::manager::Manager;
use crate::cell::HotConfig;
use crate::error::Error;
use crate::history::Cause;
use crate::loader::Look;
use crate::tree::changed_keys;

impl<T: HotConfig + Send + Sync> Manager<T> {
    /// Puts the layers and the overrides of a kept version in place, until the sources say something else than at the last
    /// look.
    pub(super) fn roll_back(&mut self, version: u64) -> Result<Outcome<T>, Error> {
        let kept = self.shared.history.lock().find(version)?;
        let look = Look { layers: kept.applied.to_vec(), ..Look::of_nothing() };
        let ready = self.prepare(self.candidate(&look, &kept.overrides)?)?;
        self.applied = look.layers;
        self.overrides = kept.overrides;
        self.hold(Some(version));
        Ok(self.put_in_place(ready, Cause::Rollback(version)))
    }

    /// Lets the sources say again what the configuration is.
    pub(super) fn release(&mut self) -> Outcome<T> {
        if self.rolled_back_to.is_none() {
            return Outcome::Unchanged;
        }
        self.hold(None);
        self.look_now()
    }

    /// Whether what was seen is what a rollback stands against: also where it was something else for a moment, as a file
    /// is that is written anew with what was in it.
    pub(super) fn is_held_against(&self, look: &Look) -> bool {
        // What was refused is answered for, as it would be without the rollback.
        if self.rolled_back_to.is_none() || self.announced.is_some() {
            return false;
        }
        let is_the_same = || changed_keys(T::schema(), &self.good, &look.layers).is_empty();
        self.attempted.as_ref() == Some(&look.revisions) || look.failure.is_none() && is_the_same()
    }

    /// Notes that the sources say what a rollback stands against.
    pub(super) fn keep_holding(&mut self, look: &Look) {
        self.loader.applied();
        self.attempted = Some(look.revisions.clone());
        self.waiting = None;
        self.note_success();
        self.report_sources();
    }

    pub(super) fn hold(&mut self, version: Option<u64>) {
        self.rolled_back_to = version;
        self.shared.status.lock().rolled_back_to = version;
    }
}
