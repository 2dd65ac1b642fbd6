//! What the manager lets be known: the status, the log, the callbacks for refusals.

use std::collections::HashSet;
use std::time::SystemTime;

use super::manager::Manager;
use crate::cell::HotConfig;
use crate::error::{Error, Problem, ProblemKind};
use crate::loader::Look;
use crate::status::{PendingRestart, SourceStatus, Watched};
use crate::watch::PathMode;

impl<T: HotConfig + Send + Sync> Manager<T> {
    /// Notes that the sources are good.
    pub(super) fn note_success(&self) {
        let healed = {
            let mut status = self.shared.status.lock();
            status.last_attempt = SystemTime::now();
            status.last_error.take().is_some()
        };
        // A logger is foreign code, and may ask for the status.
        if healed {
            log::info!("hotconf: the sources are good again");
        }
    }

    /// Notes what came of an attempt that went well, and logs the warnings that are new.
    pub(super) fn report(&mut self, built: Vec<Problem>, pending: Vec<PendingRestart>) {
        let mut warnings = self.source_warnings.clone();
        warnings.extend(built);
        let watching = self.watcher.warnings().into_iter();
        warnings.extend(watching.map(|warning| Problem::new(ProblemKind::UnreadableSource, warning)));
        let current: HashSet<String> = warnings.iter().map(ToString::to_string).collect();
        for warning in current.difference(&self.warned) {
            log::warn!("hotconf: {warning}");
        }
        self.warned = current;
        let new_pending: Vec<_> = {
            let mut status = self.shared.status.lock();
            let passing = status
                .warnings
                .iter()
                .filter(|warning| matches!(warning.kind(), ProblemKind::Panic | ProblemKind::Misuse));
            warnings.extend(passing.cloned());
            status.warnings = warnings.into_iter().map(Problem::into_warning).collect();
            let before = std::mem::replace(&mut status.pending_restart, pending);
            let waiting = status.pending_restart.iter().filter(|waiting| !before.contains(waiting));
            waiting.map(|waiting| waiting.key().clone()).collect()
        };
        for key in new_pending {
            log::info!("hotconf: the change of {key} waits for a restart");
        }
        self.report_sources();
    }

    /// Notes a refusal; the same bad contents are announced once.
    pub(super) fn reject(&mut self, error: Error, look: &Look) {
        self.waiting = None;
        self.attempted = Some(look.revisions.clone());
        self.loader.refused();
        {
            let mut status = self.shared.status.lock();
            status.last_attempt = SystemTime::now();
            status.last_error = Some(error.clone());
        }
        self.report_sources();
        if self.announced.as_ref() != Some(&look.revisions) {
            self.announced = Some(look.revisions.clone());
            log::warn!("hotconf: the change is refused, and the last good configuration stays: {error}");
            self.shared.listeners.tell_of_refusal(error);
        }
    }

    /// Notes how the sources and their watches are doing.
    pub(super) fn report_sources(&self) {
        let sources = self.loader.states().into_iter().map(|state| SourceStatus { state }).collect();
        let health = self.watcher.health();
        let every = health.interval.map_or_else(String::new, |interval| format!("a look every {interval:?}"));
        let watching = health.paths.into_iter().map(|path| {
            let mut how = match path.mode {
                PathMode::Native => format!("events, and {every}"),
                PathMode::NativeAndPoll => format!("events as far as there are any, and {every}"),
                PathMode::Poll => every.clone(),
                PathMode::Off => "not watched".to_owned(),
            };
            for reason in &path.reasons {
                how.push_str("; ");
                how.push_str(reason);
            }
            Watched { path: path.path, how }
        });
        let watching = watching.collect();
        let mut status = self.shared.status.lock();
        status.sources = sources;
        status.watching = watching;
    }
}
