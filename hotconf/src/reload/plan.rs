//! What would come of the sources as they are now, without anything being put in place.

use std::sync::Arc;
use std::time::Instant;

use super::guarded::evaluate_first;
use super::inbox::Inbox;
use super::look::rested_look;
use super::manager::{Candidate, Manager};
use super::start::{Start, remember};
use crate::cell::HotConfig;
use crate::change::Change;
use crate::error::Problem;
use crate::history::key_changes;
use crate::loader::{Loader, Look};
use crate::plan::{Basis, Plan, Planned};
use crate::snapshot::{Alive, Snapshot};
use crate::tree::changed_keys;
use crate::watch::Watcher;

impl<T: HotConfig + Send + Sync> Manager<T> {
    pub(super) fn plan(&mut self) -> Plan<T> {
        let is_watching = self.watcher.due().is_some();
        let mut look = rested_look(&mut self.loader, &mut self.watcher, &self.shared.inbox);
        if self.attempted.as_ref() != Some(&look.revisions) && is_watching {
            // The look has used up the signs of a change that is to be followed all the same.
            self.watcher.ring(Instant::now());
        }
        let warnings = look.warnings.clone();
        if self.is_held_against(&look) {
            look = Look { layers: self.applied.clone(), ..Look::of_nothing() };
        }
        let running = self.shared.core.cell.fetch();
        let basis = Basis::Running(running.version());
        match self.candidate(&look, &self.overrides) {
            Ok(candidate) => self.planned(candidate, basis, warnings),
            Err(error) => Plan { warnings, ..Plan::refused(basis, error) },
        }
    }

    fn planned(&self, candidate: Candidate<T>, basis: Basis, mut warnings: Vec<Problem>) -> Plan<T> {
        let Candidate { running, built, stack, changed, pending } = candidate;
        warnings.extend(built.warnings);
        let changes = key_changes(T::schema(), running.layers(), &stack, &changed);
        let planned = if changed.is_empty() {
            Planned { new: running, change: None, changes, pending }
        } else {
            let new = Snapshot::new(built.value, running.version() + 1, stack, &self.shared.core.alive);
            let change = Change::planned(running, new.clone(), changed);
            Planned { new, change: Some(change), changes, pending }
        };
        Plan { basis, outcome: Ok(planned), warnings }
    }
}

/// What a store with these sources would begin with.
pub(crate) fn plan<T: HotConfig + Send + Sync>(start: Start<T>) -> Plan<T> {
    let inbox = Inbox::<T>::new();
    let mut watcher = Watcher::new(start.watch, start.settle, Arc::new(|_| {}));
    let mut loader = Loader::new(start.sources, start.guards.max_file_size);
    remember(&mut loader, start.last_good.as_ref());
    let look = rested_look(&mut loader, &mut watcher, &inbox);
    let mut warnings = look.warnings.clone();
    match evaluate_first::<T>(&start.guards, &look, &start.prefixes) {
        Ok(built) => {
            warnings.extend(built.warnings);
            let keys = changed_keys(T::schema(), &[], &look.layers);
            let changes = key_changes(T::schema(), &[], &look.layers, &keys);
            let new = Snapshot::new(built.value, 1, look.layers, &Alive::default());
            let planned = Planned { new, change: None, changes, pending: Vec::new() };
            Plan { basis: Basis::Defaults, outcome: Ok(planned), warnings }
        }
        Err(error) => Plan { warnings, ..Plan::refused(Basis::Defaults, error) },
    }
}
