//! Callbacks that come, are called, and go.

use std::sync::{Arc, Mutex};

use loom::thread;

use super::{Config, after, core, model, publish};
use crate::change::Core;
use crate::error::{Error, Problem, ProblemKind};
use crate::key::KeyPath;
use crate::listeners::{Listener, Listeners};
use crate::status::PendingRestart;

/// A store's callbacks and their thread.
struct Store {
    core: Arc<Core<Config>>,
    listeners: Arc<Listeners<Config>>,
    thread: Option<thread::JoinHandle<()>>,
    /// The version that was read right after the last callback had been registered.
    read: u64,
}

/// What one callback was told. The lock is a real one: no step of a model lies within it.
type Heard = Arc<Mutex<Vec<String>>>;

impl Store {
    fn new() -> Self {
        Self { core: core(), listeners: Arc::new(Listeners::new()), thread: None, read: 1 }
    }

    /// Calls back after each change: a version as `2`.
    fn on_change(&mut self) -> (Listener, Heard) {
        let heard = Heard::default();
        let note = heard.clone();
        let since = self.core.cell.fetch();
        let mut seen = since.version();
        let callback = Box::new(move |change: &_| {
            seen = after(seen, change);
            note.lock().unwrap().push(seen.to_string());
        });
        let (listener, is_first) = self.listeners.on_change(None, since, callback);
        self.read = self.core.cell.fetch().version();
        self.listen_if(is_first);
        (listener, heard)
    }

    fn on_rejected(&mut self, heard: &Heard) -> Listener {
        let note = heard.clone();
        let callback = Box::new(move |error: &Error| {
            note.lock().unwrap().push(error.problems()[0].message().to_owned())
        });
        let (listener, is_first) = self.listeners.on_rejected(callback, None);
        self.listen_if(is_first);
        listener
    }

    fn listen_if(&mut self, is_first: bool) {
        if is_first {
            let (core, listeners, first) =
                (self.core.clone(), self.listeners.clone(), self.core.cell.fetch());
            self.thread = Some(thread::spawn(move || {
                listeners.run(&core, first, |words| panic!("a callback panicked: {words}"));
            }));
        }
    }

    /// What the manager does in its thread.
    fn manage(
        &self,
        work: impl FnOnce(&Core<Config>, &Listeners<Config>) + 'static,
    ) -> thread::JoinHandle<()> {
        let (core, listeners) = (self.core.clone(), self.listeners.clone());
        thread::spawn(move || work(&core, &listeners))
    }

    /// Ends the store, and waits for the last callback.
    fn end(mut self) {
        self.listeners.close();
        self.thread.take().unwrap().join().unwrap();
    }
}

fn publish_and_tell(core: &Core<Config>, listeners: &Listeners<Config>, version: u64) {
    publish(core, version);
    listeners.tell_of_news();
}

fn refuse(core: &Core<Config>, listeners: &Listeners<Config>, words: &'static str) {
    let error = Problem::new(ProblemKind::Rule, words).into();
    listeners.tell_of_refusal(error, core.cell.fetch().version());
}

fn heard(heard: &Heard) -> Vec<String> {
    heard.lock().unwrap().clone()
}

#[test]
fn loom_a_callback_ends_at_the_newest() {
    model(|| {
        let mut store = Store::new();
        let (_listener, told) = store.on_change();
        let manager = store.manage(|core, listeners| {
            publish_and_tell(core, listeners, 2);
            publish_and_tell(core, listeners, 3);
        });
        manager.join().unwrap();
        store.end();
        assert_eq!(heard(&told).last().map(String::as_str), Some("3"));
    });
}

/// One that goes while others are told takes what it has captured with it, and keeps nobody from hearing.
#[test]
fn loom_a_callback_goes_while_others_are_told() {
    model(|| {
        let mut store = Store::new();
        let (going, told_one) = store.on_change();
        let (_listener, told_other) = store.on_change();
        let manager = store.manage(|core, listeners| publish_and_tell(core, listeners, 2));
        drop(going);
        manager.join().unwrap();
        store.end();
        assert!(heard(&told_one).len() <= 1);
        assert_eq!(Arc::strong_count(&told_one), 1, "what the callback had captured is gone");
        assert_eq!(heard(&told_other), ["2"]);
    });
}

/// The store ends while one goes, and while one is told.
#[test]
fn loom_a_callback_goes_while_the_store_ends() {
    model(|| {
        let mut store = Store::new();
        let (going, told) = store.on_change();
        let (core, listeners) = (store.core.clone(), store.listeners.clone());
        publish_and_tell(&core, &listeners, 2);
        let goes = thread::spawn(move || drop(going));
        store.end();
        goes.join().unwrap();
        assert!(heard(&told).len() <= 1);
        assert_eq!(Arc::strong_count(&told), 1, "what the callback had captured is gone");
    });
}

/// One that comes while a version is published is told of it, unless it is in place by then for whoever reads.
#[test]
fn loom_a_callback_comes_during_a_publication() {
    model(|| {
        let mut store = Store::new();
        let (_listener, of_first) = store.on_change();
        let manager = store.manage(|core, listeners| publish_and_tell(core, listeners, 2));
        let (_other, of_other) = store.on_change();
        let read = store.read;
        manager.join().unwrap();
        store.end();
        assert_eq!(heard(&of_first), ["2"]);
        let of_other = heard(&of_other);
        assert!(
            of_other == ["2"] || read == 2 && of_other.is_empty(),
            "{of_other:?} after version {read} was read"
        );
    });
}

/// The same for the first one, whose thread is not there yet.
#[test]
fn loom_the_first_callback_comes_during_a_publication() {
    model(|| {
        let mut store = Store::new();
        let manager = store.manage(|core, listeners| publish_and_tell(core, listeners, 2));
        let (_listener, told) = store.on_change();
        let read = store.read;
        manager.join().unwrap();
        store.end();
        let told = heard(&told);
        assert!(told == ["2"] || read == 2 && told.is_empty(), "{told:?} after version {read} was read");
    });
}

/// Whoever hears of refusals and of changes hears of all in their order, and ends with what holds.
#[test]
fn loom_refusals_and_changes_are_told_in_their_order() {
    model(|| {
        let mut store = Store::new();
        let (_listener, told) = store.on_change();
        let _other = store.on_rejected(&told);
        let manager = store.manage(|core, listeners| {
            refuse(core, listeners, "bad");
            refuse(core, listeners, "worse");
            publish_and_tell(core, listeners, 2);
            refuse(core, listeners, "bad again");
        });
        manager.join().unwrap();
        store.end();
        assert_eq!(heard(&told), ["bad", "worse", "2", "bad again"]);
    });
}

/// Whoever hears of what waits for a restart ends with what waits, and never hears of the same list twice.
#[test]
fn loom_what_waits_is_told_to_the_end() {
    model(|| {
        let mut store = Store::new();
        let told = Heard::default();
        let note = told.clone();
        let callback = Box::new(move |pending: &[PendingRestart]| {
            note.lock().unwrap().push(pending.iter().map(|pending| pending.key().as_str()).collect());
        });
        let (_listener, is_first) = store.listeners.on_pending(callback);
        store.listen_if(is_first);
        let manager = store.manage(|core, listeners| {
            listeners.tell_of_pending(vec![waits("step")]);
            publish_and_tell(core, listeners, 2);
            listeners.tell_of_pending(vec![waits("other")]);
        });
        manager.join().unwrap();
        store.end();
        let told = heard(&told);
        assert!(told == ["other"] || told == ["step", "other"], "{told:?}");
    });
}

fn waits(key: &str) -> PendingRestart {
    PendingRestart { key: KeyPath::parse(key), running: None, configured: None, origin: None }
}
