//! What waits for the manager thread: calls, signs of change, the end. Bounded where strangers put things in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Outcome;
use super::edit::Operation;
use crate::error::Error;
use crate::plan::Plan;
use crate::sync::{Condvar, Mutex, Sender};
use crate::watch::Sign;

/// More signs than this are not kept one by one: the watcher is told that some were lost, and looks at everything.
const MOST_SIGNS: usize = 1024;

/// Where a call gets its answer.
pub(crate) type Reply<T> = Sender<Result<Outcome<T>, Error>>;

/// Something that the manager is asked to do.
pub(crate) struct Call<T> {
    pub(crate) task: Task<T>,
    /// `None` for a call that could not wait for its answer.
    pub(crate) reply: Option<Reply<T>>,
}

pub(crate) enum Task<T> {
    Look,
    /// Lets the next change pass the guards that can be waived, and looks.
    WaiveGuards,
    Edit(Vec<Operation>),
    /// To a version that was published before.
    RollBack(u64),
    /// The sources say again what the configuration is.
    Release,
    /// Answered by itself.
    Plan(Sender<Plan<T>>),
}

/// What was waiting.
pub(crate) struct Delivery<T> {
    pub(crate) calls: VecDeque<Call<T>>,
    pub(crate) signs: VecDeque<Sign>,
    /// A source rang its bell.
    pub(crate) rung: bool,
    pub(crate) stop: bool,
}

pub(crate) struct Inbox<T> {
    waiting: Mutex<Delivery<T>>,
    arrived: Condvar,
    is_finished: Mutex<bool>,
    finished: Condvar,
}

impl<T> Inbox<T> {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::new(Delivery::empty()),
            arrived: Condvar::new(),
            is_finished: Mutex::new(false),
            finished: Condvar::new(),
        }
    }

    /// Nobody takes a call after the end; it is dropped, which its caller hears.
    pub(crate) fn call(&self, call: Call<T>) {
        let mut call = Some(call);
        self.put(|waiting| {
            if !waiting.stop {
                waiting.calls.extend(call.take());
            }
        });
    }

    /// Never blocks for longer than another sign takes to be put in, and never grows beyond its bound.
    pub(crate) fn sign(&self, sign: Sign) {
        self.put(|waiting| {
            if waiting.signs.len() < MOST_SIGNS {
                waiting.signs.push_back(sign);
            } else if waiting.signs.back() != Some(&Sign::Rescan) {
                waiting.signs.push_back(Sign::Rescan);
            }
        });
    }

    pub(crate) fn ring(&self) {
        self.put(|waiting| waiting.rung = true);
    }

    pub(crate) fn stop(&self) {
        self.put(|waiting| waiting.stop = true);
    }

    fn put(&self, change: impl FnOnce(&mut Delivery<T>)) {
        change(&mut self.waiting.lock());
        self.arrived.notify_one();
    }

    /// Whether the end was announced while the manager is at work.
    pub(crate) fn is_stopping(&self) -> bool {
        self.waiting.lock().stop
    }

    /// What has arrived, at the latest at `deadline`.
    pub(crate) fn wait_until(&self, deadline: Option<Instant>) -> Delivery<T> {
        let mut waiting = self.waiting.lock();
        while waiting.is_empty() {
            match deadline {
                Some(deadline) if self.arrived.wait_until(&mut waiting, deadline).timed_out() => break,
                Some(_) => {}
                None => self.arrived.wait(&mut waiting),
            }
        }
        let stop = waiting.stop;
        let delivery = std::mem::replace(&mut *waiting, Delivery::empty());
        waiting.stop = stop;
        delivery
    }

    /// The signs that have arrived so far.
    pub(crate) fn take_signs(&self) -> VecDeque<Sign> {
        std::mem::take(&mut self.waiting.lock().signs)
    }

    /// Says that the manager has ended. What is left is answered by nobody, and whoever waits for it hears that.
    fn finish(&self) {
        let left = {
            let mut waiting = self.waiting.lock();
            waiting.stop = true;
            std::mem::take(&mut waiting.calls)
        };
        drop(left);
        *self.is_finished.lock() = true;
        self.finished.notify_all();
    }

    /// Waits for the manager's end. False when it takes longer than `patience`.
    pub(crate) fn wait_for_finish(&self, patience: Duration) -> bool {
        let mut is_finished = self.is_finished.lock();
        !self.finished.wait_while_for(&mut is_finished, |is_finished| !*is_finished, patience).timed_out()
    }
}

/// Says that the manager has ended, also when it ends by a panic.
pub(crate) struct FinishAtTheEnd<'i, T>(pub(crate) &'i Inbox<T>);

impl<T> Drop for FinishAtTheEnd<'_, T> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

impl<T> Delivery<T> {
    fn empty() -> Self {
        Self { calls: VecDeque::new(), signs: VecDeque::new(), rung: false, stop: false }
    }

    fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.signs.is_empty() && !self.rung && !self.stop
    }
}
