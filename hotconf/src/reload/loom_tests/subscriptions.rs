//! Those who wait for changes, blocked or asleep.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use loom::thread;

use super::{Config, core, follow, model, publish};
use crate::change::{Change, Core, Subscription, WaitError};
use crate::sync::{Condvar, Mutex};

/// Publishes two versions and closes, in a thread.
fn publish_and_close(core: &Arc<Core<Config>>) -> thread::JoinHandle<()> {
    let core = core.clone();
    thread::spawn(move || {
        publish(&core, 2);
        publish(&core, 3);
        core.close();
    })
}

/// The runtime of one task.
#[derive(Default)]
struct Alarm {
    is_ringing: Mutex<bool>,
    rung: Condvar,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        *self.is_ringing.lock() = true;
        self.rung.notify_one();
    }
}

fn block_on<R>(task: impl Future<Output = R>) -> R {
    let alarm = Arc::new(Alarm::default());
    let waker = Waker::from(alarm.clone());
    let mut task = pin!(task);
    loop {
        if let Poll::Ready(result) = task.as_mut().poll(&mut Context::from_waker(&waker)) {
            return result;
        }
        let mut is_ringing = alarm.is_ringing.lock();
        alarm.rung.wait_while(&mut is_ringing, |is_ringing| !*is_ringing);
        *is_ringing = false;
    }
}

#[test]
fn loom_a_blocked_subscription_ends_at_the_newest() {
    model(|| {
        let core = core();
        let subscription = Subscription::new(core.clone());
        let publisher = publish_and_close(&core);
        assert_eq!(follow(subscription), 3);
        publisher.join().unwrap();
    });
}

#[test]
fn loom_two_subscriptions_end_at_the_newest() {
    model(|| {
        let core = core();
        let [one, other] = [(); 2].map(|()| Subscription::new(core.clone()));
        let publisher = publish_and_close(&core);
        let other = thread::spawn(move || follow(other));
        assert_eq!(follow(one), 3);
        assert_eq!(other.join().unwrap(), 3);
        publisher.join().unwrap();
    });
}

#[test]
fn loom_a_sleeping_task_ends_at_the_newest() {
    model(|| {
        let core = core();
        let mut subscription = Subscription::new(core.clone());
        let publisher = publish_and_close(&core);
        assert_eq!(follow(std::iter::from_fn(|| block_on(subscription.changed()))), 3);
        publisher.join().unwrap();
    });
}

/// A task that gives up waiting, and waits again with another waker, loses nothing. One that goes disturbs nobody.
#[test]
fn loom_a_task_that_is_given_up_loses_nothing() {
    model(|| {
        let core = core();
        let [mut one, mut other] = [(); 2].map(|()| Subscription::new(core.clone()));
        let publisher = publish_and_close(&core);
        let at_once = |subscription: &mut Subscription<Config>| -> Option<Change<Config>> {
            block_on(poll_fn(|context| {
                Poll::Ready(match subscription.poll_changed(context) {
                    Poll::Ready(change) => change,
                    Poll::Pending => None,
                })
            }))
        };
        let first = at_once(&mut one);
        drop(at_once(&mut other));
        drop(other);
        let rest = std::iter::from_fn(|| block_on(one.changed()));
        assert_eq!(follow(first.into_iter().chain(rest)), 3);
        publisher.join().unwrap();
    });
}

/// A time that is over is told only while nothing has changed, and the end only after the newest.
#[test]
fn loom_a_wait_with_a_time() {
    model(|| {
        let core = core();
        let mut subscription = Subscription::new(core.clone());
        let publisher = publish_and_close(&core);
        let first = subscription.next_timeout(Duration::ZERO);
        assert_ne!(first.as_ref().err(), Some(&WaitError::Closed), "there was a change before the end");
        let rest = std::iter::from_fn(|| match subscription.next_timeout(Duration::from_secs(3600)) {
            Ok(change) => Some(change),
            Err(error) => {
                assert_eq!(error, WaitError::Closed);
                None
            }
        });
        assert_eq!(follow(first.into_iter().chain(rest)), 3);
        publisher.join().unwrap();
    });
}

/// Whoever subscribes while a version is published has it already, or is told of it.
#[test]
fn loom_a_subscription_begins_during_a_publication() {
    model(|| {
        let core = core();
        let publisher = publish_and_close(&core);
        let mut subscription = Subscription::new(core.clone());
        let begun = subscription.try_next().map_or(0, |change| change.version());
        let ended = subscription.last().map_or(begun, |change| change.version());
        assert!(ended == 0 || ended == 3, "it ends at version {ended}");
        assert_eq!(core.cell.fetch().version(), 3);
        publisher.join().unwrap();
    });
}
