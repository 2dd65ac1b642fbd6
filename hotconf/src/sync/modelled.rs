//! Locks and waiting as the model checker sees them, with the faces of the real ones.
//!
//! There is no time in a model: a wait of no time is over at once, and no deadline is ever reached. So a model holds
//! without the help of any deadline, and what only a deadline would wake is told as a deadlock.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::mpsc::{RecvError, SendError};
use std::time::{Duration, Instant};

#[derive(Default)]
pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

pub(crate) struct MutexGuard<'m, T> {
    /// Away only while it waits.
    held: Option<loom::sync::MutexGuard<'m, T>>,
}

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard { held: Some(self.0.lock().unwrap()) }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.held.as_ref().unwrap()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.held.as_mut().unwrap()
    }
}

#[derive(Default)]
pub(crate) struct Condvar(loom::sync::Condvar);

pub(crate) struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub(crate) fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }

    pub(crate) fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        let held = guard.held.take().unwrap();
        guard.held = Some(self.0.wait(held).unwrap());
    }

    pub(crate) fn wait_while<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(guard) {
            self.wait(guard);
        }
    }

    /// The deadline is never reached.
    pub(crate) fn wait_until<T>(&self, guard: &mut MutexGuard<'_, T>, _: Instant) -> WaitTimeoutResult {
        self.wait(guard);
        WaitTimeoutResult(false)
    }

    /// No time is over at once, and any other never.
    pub(crate) fn wait_while_for<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
        time: Duration,
    ) -> WaitTimeoutResult {
        let is_over = time.is_zero() && condition(guard);
        if !is_over {
            self.wait_while(guard, condition);
        }
        WaitTimeoutResult(is_over)
    }
}

/// The channel of the model checker does not tell when its senders are gone, and that is what a caller must hear.
struct Channel<T> {
    sent: Mutex<Sent<T>>,
    arrived: Condvar,
}

struct Sent<T> {
    items: VecDeque<T>,
    is_sender_gone: bool,
}

pub(crate) struct Sender<T>(Arc<Channel<T>>);

pub(crate) struct Receiver<T>(Arc<Channel<T>>);

pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let sent = Mutex::new(Sent { items: VecDeque::new(), is_sender_gone: false });
    let channel = Arc::new(Channel { sent, arrived: Condvar::new() });
    (Sender(channel.clone()), Receiver(channel))
}

impl<T> Sender<T> {
    /// Nobody asks whether the receiver is still there.
    pub(crate) fn send(&self, item: T) -> Result<(), SendError<T>> {
        self.0.sent.lock().items.push_back(item);
        self.0.arrived.notify_one();
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.sent.lock().is_sender_gone = true;
        self.0.arrived.notify_one();
    }
}

impl<T> Receiver<T> {
    pub(crate) fn recv(&self) -> Result<T, RecvError> {
        let mut sent = self.0.sent.lock();
        self.0.arrived.wait_while(&mut sent, |sent| sent.items.is_empty() && !sent.is_sender_gone);
        sent.items.pop_front().ok_or(RecvError)
    }
}
