//! The one loop: sign -> look -> build -> publish -> tell.
//!
//! One manager thread reads, builds and publishes, for signs of change and for every caller alike, so that there is
//! one attempt at a time and versions only rise. Nothing that it calls is under a lock.
//!
//! Invariant: with `watch`, the only floor that has a clock or starts a thread.

mod edit;
mod inbox;
mod restart;

use std::cell::Cell as ThreadCell;
use std::collections::HashSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;

use crate::cell::HotConfig;
use crate::change::{Change, Core};
use crate::error::{Error, Problem, ProblemKind};
use crate::key::KeyPath;
use crate::listeners::Listeners;
use crate::loader::{self, Built, Loader, Look};
use crate::snapshot::{Alive, Snapshot};
use crate::source::{Bell, Patience, Source};
use crate::status::{PendingRestart, SourceStatus, Status, Watched};
use crate::tree::{Layer, changed_keys};
use crate::watch::{PathMode, Reason, Settle, Watch, WatchPath, Watcher};

pub use edit::Edit;
pub(crate) use edit::Operation;
use edit::Overrides;
pub(crate) use inbox::Task;
use inbox::{Call, Delivery, FinishAtTheEnd, Inbox, Reply};
use restart::Held;

/// What an attempt to change the configuration came to.
#[must_use = "a reload may be rejected; say `let _ =` where that does not matter"]
pub enum Outcome<T> {
    /// A new version is published.
    Applied(Change<T>),
    /// Everything is as it was; also when all that differs waits for a restart.
    Unchanged,
    /// The new state is bad, and the last good one keeps serving.
    Rejected(Error),
    /// The call came from inside of code that the store runs, such as a callback, and is done right after it.
    Deferred,
}

impl<T> Outcome<T> {
    /// The change, where one was applied.
    #[must_use]
    pub fn change(&self) -> Option<&Change<T>> {
        match self {
            Self::Applied(change) => Some(change),
            _ => None,
        }
    }
}

/// Shows versions, keys and problems, and no value.
impl<T> fmt::Debug for Outcome<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied(change) => f.debug_tuple("Applied").field(change).finish(),
            Self::Unchanged => f.write_str("Unchanged"),
            Self::Rejected(error) => f.debug_tuple("Rejected").field(error).finish(),
            Self::Deferred => f.write_str("Deferred"),
        }
    }
}

/// How long something that may be half-way through a change is given.
const PATIENCE_WITH_TORN: Duration = Duration::from_secs(2);
const PATIENCE_WITH_MISSING: Duration = Duration::from_millis(500);
const PATIENCE_WITH_BROKEN: Duration = Duration::from_millis(300);
/// Between looks at something that is being written.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// Several files may change while they are read; who keeps changing them is looked at again a little later.
const MOST_ROUNDS: usize = 8;
/// How long the end of a store waits for an attempt that is under way.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(2);

/// What the handle and the manager share.
pub(crate) struct Shared<T> {
    pub(crate) core: Arc<Core<T>>,
    pub(crate) listeners: Arc<Listeners<T>>,
    inbox: Arc<Inbox<T>>,
    in_place: Mutex<InPlace>,
    status: Mutex<Status>,
    name: u64,
}

/// The layers that answer questions by key. Those of the snapshot may be older: a change of origin alone makes none.
#[derive(Clone)]
pub(crate) struct InPlace {
    pub(crate) layers: Arc<[Arc<Layer>]>,
    pub(crate) pending: Vec<PendingRestart>,
}

thread_local! {
    /// The store whose thread this is.
    static SERVES: ThreadCell<u64> = const { ThreadCell::new(0) };
}

impl<T> Shared<T> {
    pub(crate) fn in_place(&self) -> InPlace {
        self.in_place.lock().clone()
    }

    pub(crate) fn status(&self) -> Status {
        let mut status = self.status.lock().clone();
        status.live_snapshots = self.core.alive.count();
        status
    }

    fn is_served_by_this_thread(&self) -> bool {
        SERVES.get() == self.name
    }

    /// Has the manager do something, and waits for its answer; from its own threads without waiting.
    pub(crate) fn call(&self, task: Task) -> Result<Outcome<T>, Error> {
        if self.is_served_by_this_thread() {
            self.inbox.call(Call { task, reply: None });
            return Ok(Outcome::Deferred);
        }
        let (reply, answer) = std::sync::mpsc::channel();
        self.inbox.call(Call { task, reply: Some(reply) });
        answer.recv().unwrap_or_else(|_| {
            let message =
                "the thread that loads the configuration has ended; please report this as a fault of hotconf";
            Err(Problem::new(ProblemKind::Misuse, message).into())
        })
    }
}

impl<T> Shared<T> {
    /// Ends the store: the manager is asked to stop and waited for, within bounds, and those who wait for changes are
    /// told.
    pub(crate) fn end(&self) {
        self.inbox.stop();
        // Its own thread cannot wait for itself; it stops as soon as it is back in the loop.
        if !self.is_served_by_this_thread() && !self.inbox.wait_for_finish(PATIENCE_AT_THE_END) {
            log::warn!("hotconf: a load is taking long; its thread is left to end by itself");
        }
        self.core.close();
        self.listeners.close();
    }
}

impl<T: HotConfig + Send + Sync> Shared<T> {
    /// Starts the thread of the callbacks.
    pub(crate) fn start_listening(self: &Arc<Self>) {
        let shared = self.clone();
        let first = self.core.cell.fetch();
        let started = std::thread::Builder::new().name("hotconf-listen".to_owned()).spawn(move || {
            SERVES.set(shared.name);
            let listeners = shared.listeners.clone();
            listeners.run(&shared.core, first, |words| shared.note_panic(words));
        });
        if let Err(error) = started {
            self.warn(Problem::new(
                ProblemKind::Misuse,
                format!("callbacks will not be called: no thread ({error})"),
            ));
        }
    }

    fn note_panic(&self, words: &str) {
        self.warn(Problem::new(ProblemKind::Panic, format!("a callback panicked: {words}")));
    }

    fn warn(&self, problem: Problem) {
        log::warn!("hotconf: {problem}");
        let mut status = self.status.lock();
        if !status.warnings.contains(&problem) {
            status.warnings.push(problem);
        }
    }
}

/// What a store is started with.
pub(crate) struct Start {
    pub(crate) sources: Vec<Box<dyn Source>>,
    pub(crate) watch: Watch,
    pub(crate) settle: Settle,
    pub(crate) max_size: u64,
}

/// Loads the configuration for the first time and starts the manager. What changes from the moment before the first
/// reading on is noticed.
pub(crate) fn start<T: HotConfig + Send + Sync>(start: Start) -> Result<Arc<Shared<T>>, Error> {
    static STORES: AtomicU64 = AtomicU64::new(1);
    let inbox = Arc::new(Inbox::new());
    let signs = inbox.clone();
    let rings = inbox.clone();
    let mut watcher = Watcher::new(start.watch, start.settle, Arc::new(move |sign| signs.sign(sign)));
    let mut loader = Loader::new(start.sources, start.max_size);
    loader.connect(&Bell::new(move || rings.ring()));

    let look = first_look(&mut loader, &mut watcher, &inbox);
    let built = evaluate::<T>(&look, &look.layers)?;
    loader.applied();
    let alive = Alive::default();
    let snapshot = Snapshot::new(built.value, 1, look.layers.clone(), &alive);
    let now = SystemTime::now();
    let status = Status {
        version: 1,
        since: now,
        last_attempt: now,
        last_error: None,
        warnings: Vec::new(),
        sources: Vec::new(),
        watching: Vec::new(),
        pending_restart: Vec::new(),
        live_snapshots: 1,
    };
    let shared = Arc::new(Shared {
        core: Arc::new(Core::new(snapshot, alive)),
        listeners: Arc::new(Listeners::new()),
        inbox,
        in_place: Mutex::new(InPlace { layers: look.layers.clone().into(), pending: Vec::new() }),
        status: Mutex::new(status),
        name: STORES.fetch_add(1, Ordering::Relaxed),
    });
    let mut manager = Manager {
        shared: shared.clone(),
        loader,
        watcher,
        overrides: Overrides::default(),
        applied: look.layers,
        attempted: Some(look.revisions),
        announced: None,
        waiting: None,
        retry_at: None,
        source_warnings: look.warnings,
        warned: HashSet::new(),
    };
    manager.report(built.warnings, Vec::new());
    let spawned = std::thread::Builder::new().name("hotconf".to_owned()).spawn(move || {
        SERVES.set(manager.shared.name);
        manager.run();
    });
    match spawned {
        Ok(_) => Ok(shared),
        Err(error) => {
            let message = format!("the thread that watches and loads could not be started: {error}");
            Err(Problem::new(ProblemKind::Misuse, message).into())
        }
    }
}

/// The first look. Files that are being written at that moment are given time, as later ones are.
fn first_look<T: HotConfig>(loader: &mut Loader, watcher: &mut Watcher, inbox: &Inbox<T>) -> Look {
    let deadline = Instant::now() + PATIENCE_WITH_TORN;
    loop {
        let taken = take_look(loader, watcher, inbox);
        watcher.looked(Instant::now());
        let is_unstable = taken.is_half_written
            || taken.look.is_torn
            || taken.look.failure.as_ref().is_some_and(|failure| failure.patience == Patience::Torn);
        if !is_unstable || Instant::now() >= deadline {
            return taken.look;
        }
        std::thread::park_timeout(SHORTEST_PAUSE);
    }
}

/// What was read, and whether somebody began to write while it was.
struct Taken {
    look: Look,
    is_half_written: bool,
}

/// Arms the watches, then reads, until what was read together was there together. It is for the caller to say that the
/// look is over: one that is half-written is followed by another.
fn take_look<T: HotConfig>(loader: &mut Loader, watcher: &mut Watcher, inbox: &Inbox<T>) -> Taken {
    let mut round = 0;
    loop {
        round += 1;
        watcher.set_paths(&watch_paths(loader));
        hand_over_signs(watcher, inbox);
        watcher.arm(Instant::now());
        let look = loader.look::<T>();
        // What is read may name further files, which have to be watched before they are believed.
        let has_new_paths = watcher.set_paths(&watch_paths(loader));
        if (look.is_torn || has_new_paths) && round < MOST_ROUNDS {
            continue;
        }
        hand_over_signs(watcher, inbox);
        return Taken { look, is_half_written: watcher.is_half_written() };
    }
}

fn hand_over_signs<T>(watcher: &mut Watcher, inbox: &Inbox<T>) {
    let now = Instant::now();
    for sign in inbox.take_signs() {
        watcher.sign(sign, now);
    }
}

fn watch_paths(loader: &Loader) -> Vec<WatchPath> {
    let paths = loader.paths().into_iter();
    paths.map(|path| WatchPath { path: path.path, folder: path.is_folder }).collect()
}

/// Builds what was seen, or says all that is wrong with it.
fn evaluate<T: HotConfig>(look: &Look, stack: &[Arc<Layer>]) -> Result<Built<T>, Error> {
    let built = loader::build::<T>(stack);
    let Some(failure) = &look.failure else {
        return built;
    };
    let mut problems = failure.problems.clone();
    // The layers that could be read are checked all the same. What they lack may be in the one that could not.
    if let Err(error) = built {
        let certain = error.problems().iter().filter(|problem| problem.kind() != ProblemKind::MissingKey);
        problems.extend(certain.cloned());
    }
    Err(Error::new(problems))
}

/// Something that may be half-way through a change, and since when.
struct Waiting {
    since: Instant,
    first: Instant,
    revisions: Vec<u64>,
    pause: Duration,
}

struct Manager<T> {
    shared: Arc<Shared<T>>,
    loader: Loader,
    watcher: Watcher,
    overrides: Overrides,
    /// The layers of the sources, as they are in place.
    applied: Vec<Arc<Layer>>,
    /// What the sources said at the last look that was followed to its end.
    attempted: Option<Vec<u64>>,
    /// What they said when a refusal was last announced.
    announced: Option<Vec<u64>>,
    waiting: Option<Waiting>,
    retry_at: Option<Instant>,
    source_warnings: Vec<Problem>,
    warned: HashSet<String>,
}

/// What came of an attempt that went well.
struct Done<T> {
    outcome: Outcome<T>,
    warnings: Vec<Problem>,
    pending: Vec<PendingRestart>,
}

impl<T: HotConfig + Send + Sync> Manager<T> {
    fn run(&mut self) {
        let shared = self.shared.clone();
        let _finish = FinishAtTheEnd(&shared.inbox);
        loop {
            let deadline = [self.watcher.due(), self.retry_at].into_iter().flatten().min();
            let delivery = self.shared.inbox.wait_until(deadline);
            if delivery.stop {
                return;
            }
            // Foreign code is caught where it is called, but for the `Drop` of values, which may run anywhere.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.turn(delivery))) {
                let words = loader::panic_text(&*panic);
                self.shared.warn(Problem::new(ProblemKind::Panic, format!("a load panicked: {words}")));
            }
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
        let reason = self.watcher.wake(now);
        let is_retry = self.retry_at.is_some_and(|at| at <= now);
        if delivery.rung || is_retry || reason.is_some() {
            self.look_because_of(reason);
        }
    }

    fn answer(&mut self, task: Task, reply: Option<Reply<T>>) {
        let outcome = match task {
            Task::Look => Ok(self.look_now()),
            Task::Edit(operations) => self.edit(operations),
        };
        if let Some(reply) = reply {
            // Nobody waits any more when the caller's thread is gone.
            let _ = reply.send(outcome);
        }
    }

    /// A look that nobody waits for: it may take its time over something half-written.
    fn look_because_of(&mut self, reason: Option<Reason>) {
        self.retry_at = None;
        let Taken { look, is_half_written } =
            take_look(&mut self.loader, &mut self.watcher, &self.shared.inbox);
        if is_half_written {
            // Another look is due by itself, once the writer is done.
            return;
        }
        self.watcher.looked(Instant::now());
        if self.attempted.as_ref() == Some(&look.revisions) {
            self.waiting = None;
            return;
        }
        if reason == Some(Reason::Routine) {
            self.watcher.count_missed();
        }
        if look.is_torn && self.be_patient(&look, Patience::Torn) {
            return;
        }
        let patience = look.failure.as_ref().map(|failure| failure.patience);
        match self.attempt(&look) {
            Ok(outcome) => drop(outcome),
            Err(error) => {
                if !self.be_patient(&look, patience.unwrap_or(Patience::Broken)) {
                    self.reject(error, &look);
                }
            }
        }
    }

    /// Plans another look where what is wrong may be gone by then. False once that has gone on long enough.
    fn be_patient(&mut self, look: &Look, patience: Patience) -> bool {
        let now = Instant::now();
        let limit = match patience {
            Patience::None => Duration::ZERO,
            Patience::Broken => PATIENCE_WITH_BROKEN,
            Patience::Missing => PATIENCE_WITH_MISSING,
            Patience::Torn => PATIENCE_WITH_TORN,
        };
        let waiting = match self.waiting.take() {
            Some(waiting) if waiting.revisions == look.revisions => waiting,
            // Something else is wrong now, which has a time of its own, though not for ever.
            Some(waiting) => Waiting { since: now, revisions: look.revisions.clone(), ..waiting },
            None => {
                Waiting { since: now, first: now, revisions: look.revisions.clone(), pause: SHORTEST_PAUSE }
            }
        };
        let end = (waiting.since + limit).min(waiting.first + PATIENCE_WITH_TORN.max(limit));
        if now >= end {
            return false;
        }
        let next = if patience == Patience::Torn { (now + waiting.pause).min(end) } else { end };
        self.retry_at = Some(next);
        self.waiting = Some(Waiting { pause: (waiting.pause * 2).min(LONGEST_PAUSE), ..waiting });
        true
    }

    /// A look that somebody waits for, and that answers for what is there now.
    fn look_now(&mut self) -> Outcome<T> {
        self.retry_at = None;
        let Taken { look, .. } = take_look(&mut self.loader, &mut self.watcher, &self.shared.inbox);
        self.watcher.looked(Instant::now());
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
        let overrides = self.overrides.clone();
        let done = self.put_in_place(look, &look.layers, &overrides)?;
        self.applied = look.layers.clone();
        self.loader.applied();
        self.attempted = Some(look.revisions.clone());
        self.announced = None;
        self.waiting = None;
        self.source_warnings.clone_from(&look.warnings);
        {
            let mut status = self.shared.status.lock();
            status.last_attempt = SystemTime::now();
            status.last_error = None;
        }
        self.report(done.warnings, done.pending);
        Ok(done.outcome)
    }

    /// Sets and takes away overrides, over the layers that are in place: a source that is bad at present does not block
    /// an operator, and stays reported.
    fn edit(&mut self, operations: Vec<Operation>) -> Result<Outcome<T>, Error> {
        let overrides = self.overrides.after(operations);
        let look = Look { layers: self.applied.clone(), ..Look::of_nothing() };
        let done = self.put_in_place(&look, &look.layers, &overrides)?;
        self.overrides = overrides;
        self.report(done.warnings, done.pending);
        Ok(done.outcome)
    }

    /// Builds and checks the layers with the overrides on top, keeps what waits for a restart, and publishes what is
    /// left of the change.
    fn put_in_place(
        &mut self,
        look: &Look,
        layers: &[Arc<Layer>],
        overrides: &Overrides,
    ) -> Result<Done<T>, Error> {
        let mut configured = layers.to_vec();
        configured.extend(overrides.layer());
        let mut built = evaluate::<T>(look, &configured)?;
        let running = self.shared.core.cell.fetch();
        let mut changed = changed_keys(T::schema(), running.layers(), &configured);
        let held = Held::new(T::schema(), &changed, running.layers(), &configured);
        let mut stack = configured;
        if let Some(layer) = held.layer() {
            stack.push(layer);
            built = loader::build::<T>(&stack).map_err(|error| needs_restart(&error, &held))?;
            changed = changed_keys(T::schema(), running.layers(), &stack);
        }
        self.shared
            .in_place
            .lock()
            .clone_from(&InPlace { layers: stack.clone().into(), pending: held.pending.clone() });
        let outcome = if changed.is_empty() {
            Outcome::Unchanged
        } else {
            Outcome::Applied(self.publish(running, built.value, stack, changed))
        };
        Ok(Done { outcome, warnings: built.warnings, pending: held.pending })
    }

    fn publish(
        &self,
        running: Snapshot<T>,
        value: T,
        stack: Vec<Arc<Layer>>,
        changed: Vec<KeyPath>,
    ) -> Change<T> {
        let core = &self.shared.core;
        let version = running.version() + 1;
        let snapshot = Snapshot::new(value, version, stack, &core.alive);
        {
            let mut status = self.shared.status.lock();
            status.version = version;
            status.since = SystemTime::now();
        }
        core.publish(snapshot.clone(), changed);
        let change = Change::between(running, snapshot, core);
        log::info!("hotconf: {change}");
        self.shared.listeners.tell_of_news();
        change
    }

    /// Notes what came of an attempt that went well, and logs the warnings that are new.
    fn report(&mut self, built: Vec<Problem>, pending: Vec<PendingRestart>) {
        let mut warnings = self.source_warnings.clone();
        warnings.extend(built);
        let watching = self.watcher.warnings().into_iter();
        warnings.extend(watching.map(|warning| Problem::new(ProblemKind::UnreadableSource, warning)));
        for warning in &warnings {
            if self.warned.insert(warning.to_string()) {
                log::warn!("hotconf: {warning}");
            }
        }
        {
            let mut status = self.shared.status.lock();
            let panics = status.warnings.iter().filter(|warning| warning.kind() == ProblemKind::Panic);
            warnings.extend(panics.cloned());
            status.warnings = warnings;
            status.pending_restart = pending;
        }
        self.report_sources();
    }

    /// Notes a refusal; the same bad contents are announced once.
    fn reject(&mut self, error: Error, look: &Look) {
        self.waiting = None;
        self.attempted = Some(look.revisions.clone());
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

    fn report_sources(&self) {
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

/// Why a change cannot even be half applied: what is left of it does not go together with what waits.
fn needs_restart(error: &Error, held: &Held) -> Error {
    let waiting: Vec<_> = held.pending.iter().map(|pending| pending.key.to_string()).collect();
    let waiting = waiting.join(", ");
    let problems = error.problems().iter().map(|problem| {
        let message = format!(
            "{}; the change needs a restart, because the running {waiting} cannot be changed before",
            problem.message()
        );
        let restated =
            Problem::new(ProblemKind::NeedsRestart, message).with_origin(problem.origin().cloned(), 0);
        match problem.key() {
            Some(key) => restated.with_key(key.clone()),
            None => restated,
        }
    });
    Error::new(problems.collect())
}
