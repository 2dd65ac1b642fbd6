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
mod start;

use std::cell::Cell as ThreadCell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;

use crate::cell::HotConfig;
use crate::change::{Change, Core};
use crate::error::{Error, Problem, ProblemKind};
use crate::history::{Diff, HistoryEntry};
use crate::listeners::Listeners;
use crate::participants::Participants;
use crate::plan::{Basis, Plan, Planned};
use crate::status::{PendingRestart, Status};
use crate::sync::channel;
use crate::tree::Layer;

pub use edit::Edit;
pub(crate) use edit::Operation;
use fixed::Fixed;
pub(crate) use fixed::start_fixed;
use guarded::Guards;
use history::History;
pub(crate) use history::HistoryLimits;
pub(crate) use inbox::Task;
use inbox::{Call, Inbox};
pub(crate) use last_good::LastGood;
pub(crate) use plan::plan;
pub(crate) use start::{Start, load, start};

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

    /// What is wrong with the sources since the start, if that was from the last good configuration, and the version in
    /// place.
    pub(crate) fn refused_since_the_start(&self) -> Option<(Error, u64)> {
        let status = self.status.lock();
        status.started_from_last_good?;
        Some((status.last_error.clone()?, status.version))
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
