//! The manager: answers calls, follows signs, and puts what is good in place.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::edit::{Operation, Overrides};
use super::history::Kept;
use super::inbox::{Delivery, FinishAtTheEnd, Reply, Task};
use super::last_good::LastGood;
use super::look::{Taken, rested_look, take_look};
use super::patience::Waiting;
use super::restart::{Held, needs_restart};
use super::{InPlace, Outcome, Shared};
use crate::cell::HotConfig;
use crate::change::Change;
use crate::error::{Error, Problem, ProblemKind};
use crate::history::Cause;
use crate::key::KeyPath;
use crate::loader::{self, Built, Loader, Look};
use crate::participants::Prepared;
use crate::snapshot::Snapshot;
use crate::source::Patience;
use crate::status::PendingRestart;
use crate::tree::{Layer, changed_keys};
use crate::watch::{Counts, Reason, Watcher};

pub(super) struct Manager<T> {
    pub(super) shared: Arc<Shared<T>>,
    pub(super) loader: Loader,
    pub(super) watcher: Watcher,
    pub(super) overrides: Overrides,
    /// The layers of the sources, as they are in place.
    pub(super) applied: Vec<Arc<Layer>>,
    /// Those of the last look that was good, which differ where a rollback holds.
    pub(super) good: Vec<Arc<Layer>>,
    /// The version that a rollback holds to.
    pub(super) rolled_back_to: Option<u64>,
    /// What the sources said at the last look that was followed to its end.
    pub(super) attempted: Option<Vec<u64>>,
    /// What they said when a refusal was last announced.
    pub(super) announced: Option<Vec<u64>>,
    pub(super) waiting: Option<Waiting>,
    retry_at: Option<Instant>,
    /// When the look that is under way was begun, or the last one.
    pub(super) look_begun: Instant,
    pub(super) source_warnings: Vec<Problem>,
    pub(super) built_warnings: Vec<Problem>,
    /// The warnings that were logged.
    pub(super) warned: HashSet<String>,
    pub(super) last_good: Option<LastGood>,
    /// What the sources said last that was good, where that was not kept yet.
    pub(super) news: Option<Vec<Arc<Layer>>>,
    /// That the store was started from the last good configuration, until the sources are good.
    pub(super) degraded: Option<Problem>,
    /// What of the watching the status tells.
    pub(super) told: (u64, Counts),
}

/// A configuration that was found good, and how it differs from the running one.
pub(super) struct Candidate<T> {
    pub(super) running: Snapshot<T>,
    pub(super) built: Built<T>,
    pub(super) stack: Vec<Arc<Layer>>,
    pub(super) changed: Vec<KeyPath>,
    pub(super) pending: Vec<PendingRestart>,
}

/// What all have agreed to.
pub(super) struct Ready<T> {
    warnings: Vec<Problem>,
    in_place: InPlace,
    /// What is to be published; `None` where everything stays as it is.
    planned: Option<(Change<T>, Prepared)>,
}

impl<T: HotConfig + Send + Sync> Manager<T> {
    /// A manager of what the first look has put in place.
    pub(super) fn new(
        shared: Arc<Shared<T>>,
        loader: Loader,
        watcher: Watcher,
        first: Look,
        begun: Instant,
    ) -> Self {
        Self {
            shared,
            loader,
            watcher,
            overrides: Overrides::default(),
            good: first.layers.clone(),
            applied: first.layers,
            rolled_back_to: None,
            attempted: Some(first.revisions),
            announced: None,
            waiting: None,
            retry_at: None,
            look_begun: begun,
            source_warnings: first.warnings,
            built_warnings: Vec::new(),
            warned: HashSet::new(),
            last_good: None,
            news: None,
            degraded: None,
            told: (0, Counts::default()),
        }
    }

    pub(super) fn run(self) {
        let shared = self.shared.clone();
        let _finish = FinishAtTheEnd(&shared.inbox);
        // Sources and watches are gone before the end is told.
        let mut manager = self;
        loop {
            manager.catching(Self::keep_last_good);
            let deadline = [manager.watcher.due(), manager.retry_at].into_iter().flatten().min();
            let delivery = shared.inbox.wait_until(deadline);
            if delivery.stop {
                return;
            }
            manager.catching(|manager| manager.turn(delivery));
        }
    }

    /// Foreign code is caught where it is called, but for the `Drop` of values, which may run anywhere.
    fn catching(&mut self, step: impl FnOnce(&mut Self)) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| step(self))) {
            let words = loader::panic_text(&*panic);
            let problem = Problem::new(ProblemKind::Panic, format!("a load panicked: {words}"));
            // The logger may be what panics.
            let _ = catch_unwind(AssertUnwindSafe(|| self.shared.warn(problem)));
        }
    }

    fn turn(&mut self, delivery: Delivery<T>) {
        let now = Instant::now();
        for sign in delivery.signs {
            self.watcher.sign(sign, now);
        }
        for call in delivery.calls {
            if self.shared.inbox.is_stopping() {
                return;
            }
            self.answer(call.task, call.reply);
        }
        let now = Instant::now();
        if delivery.rung {
            self.watcher.ring(now);
        }
        let reason = self.watcher.wake(now);
        let is_retry = self.retry_at.is_some_and(|at| at <= now);
        if is_retry || reason.is_some() {
            self.look_because_of(reason);
        }
        self.follow_watching();
    }

    fn answer(&mut self, task: Task<T>, reply: Option<Reply<T>>) {
        let outcome = match task {
            Task::Look => Ok(self.look_now()),
            Task::WaiveGuards => {
                self.shared.guards.waive();
                Ok(self.look_now())
            }
            Task::Edit(operations) => self.edit(operations),
            Task::RollBack(version) => self.roll_back(version),
            Task::Release => Ok(self.release()),
            Task::Plan(asker) => {
                // Nobody waits any more when the asker's thread is gone.
                let _ = asker.send(self.plan());
                return;
            }
        };
        match (reply, outcome) {
            // Nobody waits any more when the caller's thread is gone.
            (Some(reply), outcome) => drop(reply.send(outcome)),
            // A look that is refused has been announced by itself.
            (None, Err(error)) => {
                let message = format!("what a callback asked for is refused: {error}");
                self.shared.warn(Problem::new(ProblemKind::Misuse, message));
            }
            (None, Ok(outcome)) => drop(outcome),
        }
    }

    /// A look that nobody waits for: it may take its time over something half-written.
    fn look_because_of(&mut self, reason: Option<Reason>) {
        self.retry_at = None;
        self.look_begun = Instant::now();
        let Taken { look, is_half_written } =
            take_look(&mut self.loader, &mut self.watcher, &self.shared.inbox);
        if is_half_written {
            // Another look is due by itself, once the writer is done.
            if let Some(waiting) = &mut self.waiting {
                waiting.disturbed(self.watcher.longest_wait(), Instant::now());
            }
            return;
        }
        self.watcher.looked(Instant::now());
        if self.attempted.as_ref() == Some(&look.revisions) {
            self.waiting = None;
            self.note_time(&mut self.shared.status.lock());
            self.report_sources();
            let failed = self.last_good.as_ref().and_then(LastGood::not_kept);
            self.news = self.news.take().or(failed);
            return;
        }
        if reason == Some(Reason::Routine) {
            self.watcher.count_missed();
        }
        // What could be built may be half of a change as well.
        let is_between = look.is_torn || look.is_without_a_file;
        let patience = look.patience();
        if is_between && self.be_patient(&look, patience.unwrap_or(Patience::Broken)) {
            return;
        }
        if self.is_held_against(&look) {
            self.keep_holding(&look);
            return;
        }
        match self.attempt(&look) {
            Ok(outcome) => drop(outcome),
            Err(error) => {
                if is_between || !self.be_patient(&look, patience.unwrap_or(Patience::Broken)) {
                    self.reject(error, &look);
                }
            }
        }
    }

    /// Plans another look where what is wrong may be gone by then. False once that has gone on long enough.
    fn be_patient(&mut self, look: &Look, patience: Patience) -> bool {
        let now = Instant::now();
        let mut waiting = Waiting::after(self.waiting.take(), &look.revisions, now);
        self.retry_at = waiting.next_look(patience, now);
        if self.retry_at.is_some() {
            self.waiting = Some(waiting);
        }
        self.retry_at.is_some()
    }

    /// A look that somebody waits for, and that answers for what is there now.
    pub(super) fn look_now(&mut self) -> Outcome<T> {
        self.retry_at = None;
        self.look_begun = Instant::now();
        let look = rested_look(&mut self.loader, &mut self.watcher, &self.shared.inbox);
        if self.is_held_against(&look) {
            self.keep_holding(&look);
            return Outcome::Unchanged;
        }
        match self.attempt(&look) {
            Ok(outcome) => outcome,
            Err(error) => {
                self.reject(error.clone(), &look);
                Outcome::Rejected(error)
            }
        }
    }

    /// Tries to put what was seen in place.
    fn attempt(&mut self, look: &Look) -> Result<Outcome<T>, Error> {
        let ready = self.prepare(self.candidate(look, &self.overrides)?)?;
        let cause = Cause::sources(&self.applied, &look.layers, |index| self.loader.source_name(index));
        self.hold(None);
        self.applied.clone_from(&look.layers);
        self.good.clone_from(&look.layers);
        self.loader.applied();
        self.attempted = Some(look.revisions.clone());
        self.announced = None;
        self.waiting = None;
        self.source_warnings.clone_from(&look.warnings);
        self.degraded = None;
        // Nothing is put in place after the end.
        self.news = (!self.shared.inbox.is_stopping()).then(|| look.layers.clone());
        self.note_success();
        Ok(self.put_in_place(ready, cause))
    }

    /// Keeps what the sources said last that was good, once everybody has been told.
    fn keep_last_good(&mut self) {
        let (Some(last_good), Some(layers)) = (&mut self.last_good, self.news.take()) else { return };
        // What is good only beneath overrides is not good after them, and they end with the program.
        if self.overrides.layer().is_some() && loader::build::<T>(&layers).is_err() {
            return;
        }
        let version = self.shared.core.cell.fetch().version();
        last_good.keep(T::schema(), &self.loader, layers, version);
        self.renew_warnings();
    }

    /// Sets and takes away overrides, over the layers that are in place: a source that is bad at present does not block
    /// an operator, and stays reported.
    fn edit(&mut self, operations: Vec<Operation>) -> Result<Outcome<T>, Error> {
        let overrides = self.overrides.after(T::schema(), operations)?;
        let look = Look { layers: self.applied.clone(), ..Look::of_nothing() };
        let ready = self.prepare(self.candidate(&look, &overrides)?)?;
        self.overrides = overrides;
        if self.announced.is_some() {
            // What was refused may go together with what is set now.
            self.attempted = None;
            self.retry_at = Some(Instant::now());
        }
        Ok(self.put_in_place(ready, Cause::Override))
    }

    /// Builds and checks what was seen with the overrides on top, and keeps what waits for a restart.
    pub(super) fn candidate(&self, look: &Look, overrides: &Overrides) -> Result<Candidate<T>, Error> {
        let mut stack = look.layers.clone();
        stack.extend(overrides.layer());
        let mut built = self.guarded(look, &stack)?;
        let running = self.shared.core.cell.fetch();
        let mut changed = changed_keys(T::schema(), running.layers(), &stack);
        let held = Held::new(T::schema(), &changed, running.layers(), &stack);
        if self.shared.guards.settings.refuses_restart {
            held.refuse()?;
        }
        if let Some(layer) = held.layer() {
            stack.push(layer);
            built = loader::build::<T>(&stack).map_err(|error| needs_restart(&error, &held))?;
            changed = changed_keys(T::schema(), running.layers(), &stack);
        }
        Ok(Candidate { running, built, stack, changed, pending: held.pending })
    }

    /// Has everybody prepare who takes part in the change. What they refuse is refused whole.
    pub(super) fn prepare(&self, candidate: Candidate<T>) -> Result<Ready<T>, Error> {
        let Candidate { running, built, stack, changed, pending } = candidate;
        let in_place = InPlace { layers: stack.clone().into(), pending };
        let warnings = built.warnings;
        if changed.is_empty() || self.shared.inbox.is_stopping() {
            return Ok(Ready { warnings, in_place, planned: None });
        }
        let version = running.version() + 1;
        let snapshot = Snapshot::new(built.value, version, stack, &self.shared.core.alive);
        let change = Change::planned(running, snapshot, changed);
        let prepared = self.shared.participants.prepare(&change)?;
        Ok(Ready { warnings, in_place, planned: Some((change, prepared)) })
    }

    /// Publishes what all have agreed to. The status is told first, so that whoever hears of the version finds it there.
    pub(super) fn put_in_place(&mut self, ready: Ready<T>, cause: Cause) -> Outcome<T> {
        let Ready { warnings, in_place, planned } = ready;
        if self.shared.inbox.is_stopping() {
            // The last handle went while the sources were read, and nothing is published after the end.
            return Outcome::Unchanged;
        }
        self.shared.guards.passed(planned.is_some());
        self.report(warnings, in_place.pending.clone());
        let Some((change, prepared)) = planned else {
            *self.shared.in_place.lock() = in_place;
            self.tell_pending();
            return Outcome::Unchanged;
        };
        self.publish(&change, in_place, cause);
        prepared.commit(|words| self.shared.warn(Problem::new(ProblemKind::Panic, words)));
        log::info!("hotconf: {change}");
        self.shared.listeners.tell_of_news();
        self.tell_pending();
        Outcome::Applied(change)
    }

    fn publish(&self, change: &Change<T>, in_place: InPlace, cause: Cause) {
        let published = SystemTime::now();
        let version = Kept {
            version: change.version(),
            published,
            cause,
            keys: change.shared_keys(),
            before: self.shared.in_place.lock().layers.clone(),
            layers: in_place.layers.clone(),
            applied: self.applied.as_slice().into(),
            overrides: self.overrides.clone(),
        };
        // What is answered by key, and the version that the status tells, are not ahead of the readers, and not behind for
        // whoever is told.
        self.shared.core.publish(change.new().clone(), change.shared_keys(), || {
            *self.shared.in_place.lock() = in_place;
            self.shared.history.lock().keep(version);
            let mut status = self.shared.status.lock();
            status.version = change.version();
            status.since = published;
        });
    }
}
