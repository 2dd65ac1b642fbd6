//! The one loop: sign -> look -> build -> publish -> tell.
//!
//! One manager thread reads, builds and publishes, for signs of change and for every caller alike, so that there is
//! one attempt at a time and versions only rise. Nothing that it calls is under a lock.
//!
//! Invariant: with `watch`, the only floor that has a clock or starts a thread.

mod edit;
mod fixed;
mod guarded;
#[cfg(all(unix, feature = "signals"))]
mod hangup;
mod history;
mod inbox;
mod last_good;
mod look;
#[cfg(all(test, loom))]
mod loom_tests;
mod manager;
mod patience;
mod plan;
mod report;
mod restart;
mod rollback;

use std::cell::Cell as ThreadCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;

use crate::cell::HotConfig;
use crate::change::{Change, Core};
use crate::error::{Error, Problem, ProblemKind};
use crate::explain::secret_texts;
use crate::guards::Settings;
use crate::history::{Diff, HistoryEntry};
use crate::listeners::Listeners;
use crate::loader::{Loader, Look};
use crate::participants::{self, Name, Participants, PrepareInitial, Prepared};
use crate::plan::{Basis, Plan, Planned};
use crate::snapshot::{Alive, Snapshot};
use crate::source::{Bell, Source};
use crate::status::{PendingRestart, Status};
use crate::sync::channel;
use crate::tree::Layer;
use crate::watch::{Settle, Watch, Watcher};

pub use edit::Edit;
pub(crate) use edit::Operation;
use fixed::Fixed;
pub(crate) use fixed::start_fixed;
use guarded::Guards;
pub(crate) use history::HistoryLimits;
use history::{History, Kept};
pub(crate) use inbox::Task;
use inbox::{Call, Inbox};
use last_good::First;
pub(crate) use last_good::LastGood;
use look::rested_look;
use manager::Manager;
pub(crate) use plan::plan;

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

    /// Why it was rejected, where it was.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig, testing::Memory};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: u8 }
    /// # let memory = Memory::new();
    /// # let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).build()?;
    /// memory.set("workers", 1000);
    /// if let Some(error) = cfg.reload().error() {
    ///     println!("the old configuration stays: {error}");
    /// }
    /// # assert!(cfg.reload().error().is_some());
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Rejected(error) => Some(error),
            _ => None,
        }
    }
}

impl<T> Clone for Outcome<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Applied(change) => Self::Applied(change.clone()),
            Self::Unchanged => Self::Unchanged,
            Self::Rejected(error) => Self::Rejected(error.clone()),
            Self::Deferred => Self::Deferred,
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

/// How long the end of a store waits for an attempt that is under way.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(2);

/// Warnings of what happened once, and is not found again at the next look; when there are more the oldest is forgotten.
const MOST_PASSING_WARNINGS: usize = 16;

fn left_behind() -> Problem {
    let message = "the process was forked after the configuration was loaded, and the thread that watches and loads did \
                   not come along; build the store after the fork";
    Problem::new(ProblemKind::Misuse, message)
}

/// What the handle and the manager share.
pub(crate) struct Shared<T> {
    pub(crate) core: Arc<Core<T>>,
    pub(crate) listeners: Arc<Listeners<T>>,
    pub(crate) participants: Arc<Participants<T>>,
    inbox: Arc<Inbox<T>>,
    in_place: Mutex<InPlace>,
    history: Mutex<History>,
    status: Mutex<Status>,
    guards: Guards,
    name: u64,
    /// The process whose threads serve the store.
    process: u32,
    /// The prefixes that variables are read under, the weakest first.
    pub(crate) prefixes: Vec<String>,
    /// Of a store without sources, which has no manager.
    fixed: Option<Fixed>,
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

    /// The status without what has to be counted for it.
    fn status(&self) -> Status {
        let mut status = self.status.lock().clone();
        status.live_snapshots = self.core.alive.count();
        if self.is_left_behind() {
            status.warnings.push(left_behind().into_warning());
        }
        status
    }

    /// Whether this is the copy of a store in a process that was forked later, which has none of the store's threads.
    fn is_left_behind(&self) -> bool {
        !self.is_fixed() && std::process::id() != self.process
    }

    fn is_served_by_this_thread(&self) -> bool {
        SERVES.get() == self.name
    }

    /// Has the manager do something, and waits for its answer; from its own threads without waiting.
    pub(crate) fn call(&self, task: Task<T>) -> Result<Outcome<T>, Error> {
        if self.is_fixed() {
            return fixed::answer(&task);
        }
        if self.is_served_by_this_thread() {
            self.inbox.call(Call { task, reply: None });
            return Ok(Outcome::Deferred);
        }
        if self.is_left_behind() {
            return Err(left_behind().into());
        }
        let (reply, answer) = channel();
        self.inbox.call(Call { task, reply: Some(reply) });
        answer.recv().unwrap_or_else(|_| Err(nobody_answers().into()))
    }
}

fn nobody_answers() -> Problem {
    let message =
        "the thread that loads the configuration has ended; please report this as a fault of hotconf";
    Problem::new(ProblemKind::Misuse, message)
}

impl<T> Shared<T> {
    /// Ends the store: the manager is asked to stop and waited for, within bounds, and those who wait for changes are
    /// told.
    pub(crate) fn end(&self) {
        self.inbox.stop();
        // Its own thread cannot wait for itself; it stops as soon as it is back in the loop.
        let is_waited_for = !self.is_fixed() && !self.is_served_by_this_thread() && !self.is_left_behind();
        if is_waited_for && !self.inbox.wait_for_finish(PATIENCE_AT_THE_END) {
            log::warn!("hotconf: a load is taking long; its thread is left to end by itself");
        }
        self.core.close();
        self.listeners.close();
    }
}

impl<T: HotConfig + Send + Sync> Shared<T> {
    fn new(
        core: Core<T>,
        inbox: Arc<Inbox<T>>,
        in_place: InPlace,
        history: History,
        guards: Guards,
        prefixes: Vec<String>,
        fixed: Option<Fixed>,
    ) -> Self {
        static STORES: AtomicU64 = AtomicU64::new(1);
        Self {
            core: Arc::new(core),
            listeners: Arc::new(Listeners::new()),
            participants: Arc::new(Participants::new()),
            inbox,
            in_place: Mutex::new(in_place),
            history: Mutex::new(history),
            status: Mutex::new(Status::of_the_first(SystemTime::now())),
            guards,
            name: STORES.fetch_add(1, Ordering::Relaxed),
            process: std::process::id(),
            prefixes,
            fixed,
        }
    }

    pub(crate) fn history(&self) -> Vec<HistoryEntry> {
        let kept = self.history.lock().all();
        history::entries(T::schema(), &kept)
    }

    pub(crate) fn diff(&self, from: u64, to: u64) -> Result<Diff, Error> {
        let (from, to) = {
            let history = self.history.lock();
            (history.find(from)?, history.find(to)?)
        };
        Ok(history::diff(T::schema(), &from, &to))
    }

    /// What would come of a look.
    pub(crate) fn plan(&self) -> Plan<T> {
        let running = self.core.cell.fetch();
        let basis = Basis::Running(running.version());
        let refused = |problem: Problem| Plan::refused(basis, problem.into());
        if self.is_fixed() {
            let planned = Planned { new: running, change: None, changes: Vec::new(), pending: Vec::new() };
            return Plan { basis, outcome: Ok(planned), warnings: Vec::new() };
        }
        if self.is_served_by_this_thread() {
            let message =
                "a plan cannot be made from inside of code that the store runs; ask from another thread";
            return refused(Problem::new(ProblemKind::Misuse, message));
        }
        if self.is_left_behind() {
            return refused(left_behind());
        }
        let (asker, answer) = channel();
        self.inbox.call(Call { task: Task::Plan(asker), reply: None });
        answer.recv().unwrap_or_else(|_| refused(nobody_answers()))
    }

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
        let problem = problem.into_warning();
        let mut status = self.status.lock();
        if status.warnings.contains(&problem) {
            return;
        }
        let is_passing =
            |warning: &Problem| matches!(warning.kind(), ProblemKind::Panic | ProblemKind::Misuse);
        if status.warnings.iter().filter(|warning| is_passing(warning)).count() >= MOST_PASSING_WARNINGS {
            if let Some(oldest) = status.warnings.iter().position(is_passing) {
                status.warnings.remove(oldest);
            }
        }
        status.warnings.push(problem);
    }
}

/// What a store is started with.
pub(crate) struct Start<T> {
    pub(crate) sources: Vec<Box<dyn Source>>,
    pub(crate) watch: Watch,
    pub(crate) settle: Settle,
    pub(crate) guards: Settings,
    pub(crate) history: HistoryLimits,
    /// The prefixes that variables are read under, the weakest first.
    pub(crate) prefixes: Vec<String>,
    /// Where the last good configuration is kept.
    pub(crate) last_good: Option<LastGood>,
    /// Who prepares for the first configuration.
    pub(crate) initial: Vec<(Name, PrepareInitial<T>)>,
    /// Whether SIGHUP asks for a look.
    #[cfg(all(unix, feature = "signals"))]
    pub(crate) reload_on_sighup: bool,
}

/// Loads the configuration for the first time and starts the manager. What changes from the moment before the first
/// reading on is noticed.
pub(crate) fn start<T: HotConfig + Send + Sync>(start: Start<T>) -> Result<Arc<Shared<T>>, Error> {
    let inbox = Arc::new(Inbox::new());
    // A signal that comes during the first look is kept, and answered after it.
    #[cfg(all(unix, feature = "signals"))]
    let hangups = start.reload_on_sighup.then(|| hangup::Hangups::listen(inbox.clone())).transpose()?;
    let (manager, prepared) = after_first_look::<T>(start, inbox)?;
    let shared = manager.shared.clone();
    let spawned = std::thread::Builder::new().name("hotconf".to_owned()).spawn(move || {
        SERVES.set(manager.shared.name);
        #[cfg(all(unix, feature = "signals"))]
        let _hangups = hangups;
        manager.run();
    });
    match spawned {
        Ok(_) => {
            prepared.commit(|words| shared.warn(Problem::new(ProblemKind::Panic, words)));
            Ok(shared)
        }
        Err(error) => {
            let message = format!("the thread that watches and loads could not be started: {error}");
            Err(Problem::new(ProblemKind::Misuse, message).into())
        }
    }
}

/// The manager of a store, with all that the first look has put in place, and what has been prepared for that.
fn after_first_look<T: HotConfig + Send + Sync>(
    start: Start<T>,
    inbox: Arc<Inbox<T>>,
) -> Result<(Manager<T>, Prepared), Error> {
    let (signs, rings) = (inbox.clone(), inbox.clone());
    let mut watcher = Watcher::new(start.watch, start.settle, Arc::new(move |sign| signs.sign(sign)));
    let mut loader = Loader::new(start.sources, start.guards.max_file_size);
    loader.connect(&Bell::new(move || rings.ring()));
    remember(&mut loader, start.last_good.as_ref());
    let begun = Instant::now();
    let look = rested_look(&mut loader, &mut watcher, &inbox);
    let first =
        First::<T>::new(&start.guards, &look, &mut loader, &start.prefixes, start.last_good.as_ref())?;
    let prepared = prepare_first(start.initial, &first)?;
    let First { built, layers, degraded } = first;
    if degraded.is_none() {
        loader.applied();
    } else {
        loader.refused();
    }
    let alive = Alive::default();
    let snapshot = Snapshot::new(built.value, 1, layers.clone(), &alive);
    let core = Core::new(snapshot, alive);
    let in_place = InPlace { layers: layers.clone().into(), pending: Vec::new() };
    let mut history = History::new(start.history);
    history.keep(Kept::first(in_place.layers.clone()));
    let guards = Guards::new(start.guards);
    let shared = Arc::new(Shared::new(core, inbox, in_place, history, guards, start.prefixes, None));
    let mut manager = Manager::new(shared.clone(), loader, watcher, Look { layers, ..look }, begun);
    manager.last_good = start.last_good;
    shared.status.lock().last_attempt_took = begun.elapsed();
    match degraded {
        Some(degraded) => manager.begin_degraded(degraded),
        None => manager.news = Some(manager.applied.clone()),
    }
    manager.report(built.warnings, Vec::new());
    Ok((manager, prepared))
}

/// Loads the configuration once, for a caller that keeps the value and nothing else.
pub(crate) fn load<T: HotConfig>(mut start: Start<T>) -> Result<T, Error> {
    let inbox = Inbox::<T>::new();
    let mut watcher = Watcher::new(start.watch, start.settle, Arc::new(|_| {}));
    let mut loader = Loader::new(start.sources, start.guards.max_file_size);
    remember(&mut loader, start.last_good.as_ref());
    let look = rested_look(&mut loader, &mut watcher, &inbox);
    let first =
        First::<T>::new(&start.guards, &look, &mut loader, &start.prefixes, start.last_good.as_ref())?;
    let prepared = prepare_first(start.initial, &first)?;
    let First { built, layers, degraded } = first;
    for warning in look.warnings.iter().chain(&built.warnings) {
        log::warn!("hotconf: {warning}");
    }
    prepared.commit(|words| log::warn!("hotconf: {words}"));
    match (degraded, &mut start.last_good) {
        (Some(degraded), _) => degraded.log(),
        (None, Some(last_good)) => {
            last_good.keep(T::schema(), &loader, layers, 1);
            if let Some(warning) = last_good.failure() {
                log::warn!("hotconf: {warning}");
            }
        }
        (None, None) => {}
    }
    Ok(built.value)
}

/// A file that had keys when it was good, and is empty now, was truncated more likely than emptied.
fn remember(loader: &mut Loader, last_good: Option<&LastGood>) {
    loader.remember(last_good.map(LastGood::had_keys).unwrap_or_default());
}

fn prepare_first<T: HotConfig>(
    initial: Vec<(Name, PrepareInitial<T>)>,
    first: &First<T>,
) -> Result<Prepared, Error> {
    let secrets = || secret_texts(T::schema(), &first.layers);
    let prepared = participants::prepare_initial(initial, &first.built.value, secrets);
    prepared.map_err(|refusal| first.refused(refusal))
}
