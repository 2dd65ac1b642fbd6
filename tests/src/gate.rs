//! A place where another thread can be made to stop.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::DEADLINE;

/// Open at first. While it is closed, whoever passes waits, and the test can see that somebody does.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_closed: bool,
    passes: u64,
    waiting: u64,
}

impl Gate {
    /// An open gate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.0.changed.notify_all();
    }

    /// Whoever comes from now on waits.
    pub fn close(&self) {
        self.change(|state| state.is_closed = true);
    }

    /// Lets everyone through.
    pub fn open(&self) {
        self.change(|state| state.is_closed = false);
    }

    /// Goes through, or waits here as long as the gate is closed.
    pub fn pass(&self) {
        self.change(|state| state.waiting += 1);
        let changed = &self.0.changed;
        let state = changed.wait_while(self.state(), |state| state.is_closed);
        drop(state);
        self.change(|state| {
            state.waiting -= 1;
            state.passes += 1;
        });
    }

    /// How often somebody went through.
    #[must_use]
    pub fn passes(&self) -> u64 {
        self.state().passes
    }

    /// Waits until somebody waits at the closed gate.
    ///
    /// # Panics
    ///
    /// When nobody comes.
    #[track_caller]
    pub fn wait_for_somebody(&self) {
        self.wait_for("somebody at the gate", |state| state.is_closed && state.waiting > 0);
    }

    /// Waits until somebody went through this often.
    ///
    /// # Panics
    ///
    /// When nobody comes.
    #[track_caller]
    pub fn wait_for_passes(&self, passes: u64) {
        self.wait_for("somebody through the gate", |state| state.passes >= passes);
    }

    #[track_caller]
    fn wait_for(&self, what: &str, condition: impl Fn(&State) -> bool) {
        let waited = self.0.changed.wait_timeout_while(self.state(), DEADLINE, |state| !condition(state));
        let waited = waited.unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.1.timed_out(), "waited in vain: {what}");
    }
}
