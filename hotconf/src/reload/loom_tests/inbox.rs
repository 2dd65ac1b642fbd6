//! What is put in while the manager works, goes to sleep, or ends.

use std::sync::Arc;
use std::time::Duration;

use loom::thread;

use super::{Config, model};
use crate::reload::Outcome;
use crate::reload::inbox::{Call, Delivery, FinishAtTheEnd, Inbox, Task};
use crate::sync::channel;
use crate::watch::Sign;

const FAR: Duration = Duration::from_secs(3600);

/// A manager that does `work` with what arrives, until the end is announced.
fn manage(inbox: &Arc<Inbox<Config>>, work: impl Fn(Delivery<Config>) + 'static) -> thread::JoinHandle<()> {
    let inbox = inbox.clone();
    thread::spawn(move || {
        let _finish = FinishAtTheEnd(&inbox);
        loop {
            let delivery = inbox.wait_until(None);
            if delivery.stop {
                return;
            }
            work(delivery);
        }
    })
}

fn answer(delivery: Delivery<Config>) {
    for call in delivery.calls {
        drop(call.reply.unwrap().send(Ok(Outcome::Unchanged)));
    }
}

/// True for an answer, false when there will be none. Whoever hears neither waits for ever.
fn ask(inbox: &Inbox<Config>) -> bool {
    let (reply, answer) = channel();
    inbox.call(Call { task: Task::Look, reply: Some(reply) });
    answer.recv().is_ok()
}

fn ask_in_a_thread(inbox: &Arc<Inbox<Config>>) -> thread::JoinHandle<bool> {
    let inbox = inbox.clone();
    thread::spawn(move || ask(&inbox))
}

#[test]
fn loom_calls_are_answered_while_the_manager_goes_to_sleep() {
    model(|| {
        let inbox = Arc::new(Inbox::new());
        let manager = manage(&inbox, answer);
        let other = ask_in_a_thread(&inbox);
        assert!(ask(&inbox) && ask(&inbox));
        assert!(other.join().unwrap());
        inbox.stop();
        assert!(inbox.wait_for_finish(FAR));
        manager.join().unwrap();
    });
}

/// The manager has slept enough when all three have arrived, and would sleep for ever if one did not.
#[test]
fn loom_a_sign_a_bell_and_a_call_arrive_together() {
    model(|| {
        let inbox = Arc::new(Inbox::new());
        let signs = {
            let inbox = inbox.clone();
            thread::spawn(move || {
                inbox.sign(Sign::Rescan);
                inbox.ring();
            })
        };
        let caller = ask_in_a_thread(&inbox);
        let (mut signs_seen, mut is_rung, mut calls_seen) = (0, false, 0);
        while (signs_seen, is_rung, calls_seen) != (1, true, 1) {
            let delivery = inbox.wait_until(None);
            signs_seen += delivery.signs.len();
            is_rung |= delivery.rung;
            calls_seen += delivery.calls.len();
            answer(delivery);
        }
        signs.join().unwrap();
        assert!(caller.join().unwrap());
    });
}

/// Signs are taken out in the middle of a look as well, and each of them once, in its order.
#[test]
fn loom_signs_during_a_look_are_handed_over_once() {
    model(|| {
        let inbox = Arc::new(Inbox::<Config>::new());
        let said = ["one", "two", "three"].map(|text| Sign::Failed(text.to_owned()));
        let signs = {
            let (inbox, said) = (inbox.clone(), said.clone());
            thread::spawn(move || said.into_iter().for_each(|sign| inbox.sign(sign)))
        };
        let mut seen = Vec::new();
        while seen.len() < said.len() {
            seen.extend(inbox.wait_until(None).signs);
            seen.extend(inbox.take_signs());
        }
        assert_eq!(seen, said);
        signs.join().unwrap();
    });
}

/// As a signal may come when the last handle goes: there is an answer, or the word that there will be none.
#[test]
fn loom_the_end_during_calls() {
    model(|| {
        let inbox = Arc::new(Inbox::new());
        let manager = manage(&inbox, answer);
        let caller = ask_in_a_thread(&inbox);
        inbox.stop();
        assert!(inbox.wait_for_finish(FAR));
        manager.join().unwrap();
        caller.join().unwrap();
        assert!(!ask(&inbox), "nobody answers after the end");
    });
}

/// A manager that ends by itself, as by a panic, with one call in its hands and others on their way.
#[test]
fn loom_the_manager_ends_unasked() {
    model(|| {
        let inbox = Arc::new(Inbox::new());
        let manager = {
            let inbox = inbox.clone();
            thread::spawn(move || {
                let _finish = FinishAtTheEnd(&inbox);
                drop(inbox.wait_until(None));
            })
        };
        let callers = [ask_in_a_thread(&inbox), ask_in_a_thread(&inbox)];
        for caller in callers {
            assert!(!caller.join().unwrap(), "nobody has answered");
        }
        manager.join().unwrap();
    });
}

#[test]
fn loom_the_end_among_signs() {
    model(|| {
        let inbox = Arc::new(Inbox::new());
        let manager = manage(&inbox, drop);
        let signs = {
            let inbox = inbox.clone();
            thread::spawn(move || {
                inbox.sign(Sign::Rescan);
                inbox.ring();
            })
        };
        inbox.stop();
        assert!(inbox.wait_for_finish(FAR));
        assert!(inbox.is_stopping());
        manager.join().unwrap();
        signs.join().unwrap();
    });
}

/// Two who wait for the end, one who has no time for it, and one who comes late.
#[test]
fn loom_all_who_wait_for_the_end_hear_of_it() {
    model(|| {
        let inbox = Arc::new(Inbox::<Config>::new());
        let waiting = {
            let inbox = inbox.clone();
            thread::spawn(move || inbox.wait_for_finish(FAR))
        };
        let manager = manage(&inbox, drop);
        inbox.stop();
        let _ = inbox.wait_for_finish(Duration::ZERO);
        assert!(inbox.wait_for_finish(FAR) && inbox.wait_for_finish(FAR));
        assert!(waiting.join().unwrap());
        manager.join().unwrap();
    });
}
