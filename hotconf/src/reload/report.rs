//! What the manager lets be known: the status, the log, the callbacks for refusals.

use std::collections::HashSet;
use std::time::SystemTime;

use super::last_good::{Degraded, LastGood};
use super::manager::Manager;
use crate::cell::HotConfig;
use crate::error::{Error, Problem, ProblemKind};
use crate::key::KeyPath;
use crate::loader::Look;
use crate::status::{PendingRestart, SourceStatus, Status, Watched, WatcherStatus};
use crate::watch::{NativeHealth, PathMode};

impl<T: HotConfig + Send + Sync> Manager<T> {
    /// Notes that the sources are good.
    pub(super) fn note_success(&self) {
        let healed = {
            let mut status = self.shared.status.lock();
            self.note_time(&mut status);
            status.started_from_last_good = None;
            status.last_error.take().is_some()
        };
        // A logger is foreign code, and may ask for the status.
        if healed {
            log::info!("hotconf: the sources are good again");
        }
    }

    /// Notes that the store begins with the last good configuration, because the sources are bad.
    pub(super) fn begin_degraded(&mut self, degraded: Degraded) {
        degraded.log();
        let Degraded { error, time, warning } = degraded;
        // The log has it in other words.
        self.warned.insert(warning.to_string());
        self.degraded = Some(warning);
        self.announced = self.attempted.clone();
        self.source_warnings.clear();
        let mut status = self.shared.status.lock();
        status.last_error = Some(error);
        status.started_from_last_good = Some(time);
    }

    /// Notes that the look which is under way has come to its end.
    pub(super) fn note_time(&self, status: &mut Status) {
        status.last_attempt = SystemTime::now();
        status.last_attempt_took = self.look_begun.elapsed();
    }

    /// Notes what came of an attempt that went well, and logs the warnings that are new.
    pub(super) fn report(&mut self, built: Vec<Problem>, pending: Vec<PendingRestart>) {
        self.built_warnings = built;
        self.renew_warnings();
        let before = {
            let mut status = self.shared.status.lock();
            std::mem::replace(&mut status.pending_restart, pending.clone())
        };
        for waiting in pending.iter().filter(|waiting| !before.contains(waiting)) {
            log::info!("hotconf: the change of {} waits for a restart", waiting.key());
        }
        let waits = |key: &KeyPath| pending.iter().any(|waiting| waiting.key() == key);
        for waited in before.iter().filter(|waited| !waits(waited.key())) {
            log::info!("hotconf: {} does not wait for a restart any more", waited.key());
        }
        self.report_sources();
    }

    /// Tells those who listen for it what waits for a restart, if that is not as they know it.
    pub(super) fn tell_pending(&self) {
        let pending = self.shared.status.lock().pending_restart.clone();
        self.shared.listeners.tell_of_pending(pending);
    }

    /// Tells the warnings of the sources, of the last build and of the watching, and logs those that are new.
    pub(super) fn renew_warnings(&mut self) {
        let mut warnings: Vec<Problem> = self.degraded.iter().cloned().collect();
        warnings.extend_from_slice(&self.source_warnings);
        warnings.extend_from_slice(&self.built_warnings);
        warnings.extend(self.last_good.as_ref().and_then(LastGood::failure).cloned());
        let watching = self.watcher.warnings().into_iter();
        warnings.extend(watching.map(|warning| Problem::new(ProblemKind::UnreadableSource, warning)));
        let current: HashSet<String> = warnings.iter().map(ToString::to_string).collect();
        for warning in current.difference(&self.warned) {
            log::warn!("hotconf: {warning}");
        }
        self.warned = current;
        let mut status = self.shared.status.lock();
        let passing = status
            .warnings
            .iter()
            .filter(|warning| matches!(warning.kind(), ProblemKind::Panic | ProblemKind::Misuse));
        warnings.extend(passing.cloned());
        status.warnings = warnings.into_iter().map(Problem::into_warning).collect();
    }

    /// Notes a refusal; the same bad contents are announced once.
    pub(super) fn reject(&mut self, error: Error, look: &Look) {
        self.waiting = None;
        self.attempted = Some(look.revisions.clone());
        self.loader.refused();
        {
            let mut status = self.shared.status.lock();
            self.note_time(&mut status);
            status.last_error = Some(error.clone());
        }
        self.report_sources();
        if self.announced.as_ref() != Some(&look.revisions) {
            self.announced = Some(look.revisions.clone());
            log::warn!("hotconf: the change is refused, and the last good configuration stays: {error}");
            let running = self.shared.core.cell.fetch();
            self.shared.listeners.tell_of_refusal(error, running.version());
        }
    }

    /// Notes how the sources and their watches are doing.
    pub(super) fn report_sources(&mut self) {
        let sources = self.loader.states().into_iter().map(|state| SourceStatus { state }).collect();
        self.shared.status.lock().sources = sources;
        self.report_watching();
    }

    /// Notes what the watcher has noticed since it was last asked, and how it watches if that is not as it was.
    pub(super) fn follow_watching(&mut self) {
        let revision = self.watcher.revision();
        if self.told.0 != revision {
            self.told.0 = revision;
            self.renew_warnings();
            self.report_watching();
        } else if self.told.1 != self.watcher.counts() {
            self.report_counts();
        }
    }

    fn report_watching(&mut self) {
        let health = self.watcher.health();
        let (hears_events, failure) = match health.native {
            NativeHealth::Unused => (false, None),
            NativeHealth::Working => (true, None),
            NativeHealth::Failed(failure) => (false, Some(failure)),
        };
        let watching = health.paths.into_iter().map(|path| Watched {
            path: path.path,
            hears_events: matches!(path.mode, PathMode::Native | PathMode::NativeAndPoll),
            interval: health.interval.filter(|_| path.mode != PathMode::Off),
            reasons: path.reasons,
        });
        let watching = watching.collect();
        {
            let mut status = self.shared.status.lock();
            status.watching = watching;
            status.watcher = WatcherStatus { hears_events, failure, ..status.watcher.clone() };
        }
        self.report_counts();
    }

    fn report_counts(&mut self) {
        let counts = self.watcher.counts();
        let has_heard = std::mem::replace(&mut self.told.1, counts).signs != counts.signs;
        let mut status = self.shared.status.lock();
        status.watcher.counts = counts;
        if has_heard {
            status.watcher.last_sign = Some(SystemTime::now());
        }
    }
}
