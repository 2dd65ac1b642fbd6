//! Stores without sources: no layers, no manager, nothing to look at. The program puts every version in place itself.

use std::cell::Cell as ThreadCell;
use std::sync::Arc;
use std::time::SystemTime;

use super::guarded::Guards;
use super::history::{History, HistoryLimits};
use super::inbox::{Inbox, Task};
use super::{InPlace, Outcome, Shared};
use crate::cell::HotConfig;
use crate::change::{Change, Core};
use crate::error::{Error, Problem, ProblemKind};
use crate::guards::Settings;
use crate::snapshot::{Alive, Snapshot};
use crate::sync::Mutex;

thread_local! {
    /// The store whose participants this thread is asking.
    static PREPARES: ThreadCell<u64> = const { ThreadCell::new(0) };
}

/// What only a store without sources has.
#[derive(Default)]
pub(super) struct Fixed {
    /// One replacement at a time, so that versions rise by one.
    turn: Mutex<()>,
}

/// A store of this value.
pub(crate) fn start_fixed<T: HotConfig + Send + Sync>(value: T) -> Arc<Shared<T>> {
    let alive = Alive::default();
    let first = Snapshot::fixed(value, 1, &alive);
    let core = Core::fixed(first, alive, T::schema().every_key());
    let in_place = InPlace { layers: Vec::new().into(), pending: Vec::new() };
    let history = History::new(HistoryLimits::default());
    let guards = Guards::new(Settings::default());
    let fixed = Some(Fixed::default());
    Arc::new(Shared::new(core, Arc::new(Inbox::new()), in_place, history, guards, Vec::new(), fixed))
}

/// What a store without sources says to what a manager would do.
pub(super) fn answer<T>(task: &Task<T>) -> Result<Outcome<T>, Error> {
    match task {
        Task::Look | Task::WaiveGuards | Task::Release | Task::Plan(_) => Ok(Outcome::Unchanged),
        Task::Edit(_) | Task::RollBack(_) => {
            Err(misuse("the store was made by `Hot::fixed` and has no layers; use `replace`"))
        }
    }
}

fn misuse(message: &str) -> Error {
    Problem::new(ProblemKind::Misuse, message).into()
}

impl<T> Shared<T> {
    pub(crate) fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }
}

impl<T: HotConfig + Send + Sync> Shared<T> {
    /// Puts a value in place, as the next version.
    pub(crate) fn replace(&self, value: T) -> Outcome<T> {
        let Some(fixed) = &self.fixed else {
            return Outcome::Rejected(misuse("the store has sources, which say what it holds; use `set`"));
        };
        if PREPARES.get() == self.name {
            return Outcome::Rejected(misuse("a participant cannot replace what it is asked about"));
        }
        let core = &self.core;
        let mut snapshot = Snapshot::fixed(value, 0, &core.alive);
        let (change, prepared) = loop {
            let running = core.cell.fetch();
            snapshot.renumber(running.version() + 1);
            let change = Change::planned(running, snapshot, T::schema().every_key());
            let outside = PREPARES.replace(self.name);
            let answer = self.participants.prepare(&change);
            PREPARES.set(outside);
            let prepared = match answer {
                Ok(prepared) => prepared,
                Err(error) => return Outcome::Rejected(error),
            };
            {
                let _turn = fixed.turn.lock();
                // No user's code runs in here: the value before is kept alive until after.
                if core.cell.fetch().version() == change.old().version() {
                    let now = SystemTime::now();
                    let mut status = self.status.lock();
                    status.version = change.version();
                    (status.since, status.last_attempt) = (now, now);
                    core.cell.store(change.new().clone());
                    break (change, prepared);
                }
            }
            // Somebody else came first, and it has to be asked about the change from that version.
            drop(prepared);
            snapshot = change.into_new();
        };
        core.announce(change.version());
        prepared.commit(|words| self.warn(Problem::new(ProblemKind::Panic, words)));
        log::info!("hotconf: {change}");
        self.listeners.tell_of_news();
        Outcome::Applied(change)
    }
}
