//! SIGHUP as daemons know it: look again.

use std::sync::Arc;
use std::sync::mpsc::RecvError;

use signal_hook::consts::SIGHUP;
use signal_hook::iterator::{Handle, Signals};

use super::Outcome;
use super::inbox::{Call, Inbox, Task};
use crate::error::{Error, Problem, ProblemKind};
use crate::sync::channel;

/// Passes each SIGHUP on to the manager, until it is dropped.
pub(super) struct Hangups {
    handle: Handle,
}

impl Hangups {
    /// Begins to listen, on a thread of its own.
    pub(super) fn listen<T: Send + Sync + 'static>(inbox: Arc<Inbox<T>>) -> Result<Self, Error> {
        let failed = |error| {
            let message = format!("SIGHUP cannot be listened to: {error}");
            Error::from(Problem::new(ProblemKind::Misuse, message))
        };
        let mut signals = Signals::new([SIGHUP]).map_err(failed)?;
        let handle = signals.handle();
        let listen = move || signals.forever().for_each(|_| look_again(&inbox));
        std::thread::Builder::new().name("hotconf-signal".to_owned()).spawn(listen).map_err(failed)?;
        Ok(Self { handle })
    }
}

impl Drop for Hangups {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Whoever sends the signal has no other answer than the log.
fn look_again<T>(inbox: &Inbox<T>) {
    let (reply, answer) = channel();
    inbox.call(Call { task: Task::Look, reply: Some(reply) });
    match answer.recv() {
        Ok(Ok(Outcome::Applied(change))) => {
            log::info!("hotconf: looked again because of SIGHUP, and published version {}", change.version());
        }
        Ok(Ok(Outcome::Rejected(error)) | Err(error)) => {
            let count = error.problems().len();
            log::warn!(
                "hotconf: looked again because of SIGHUP, and the last good configuration stays (problems: {count})"
            );
        }
        Ok(Ok(Outcome::Unchanged | Outcome::Deferred)) => {
            log::info!("hotconf: looked again because of SIGHUP, and nothing differs");
        }
        // The store has ended.
        Err(RecvError) => {}
    }
}
