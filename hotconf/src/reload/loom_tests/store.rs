//! Whole stores, with the manager that they have.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loom::thread;

use super::{Config, after, config, follow, model};
use crate::change::Subscription;
use crate::error::Error;
use crate::guards::Settings;
use crate::reload::inbox::{Inbox, Task};
use crate::reload::start::after_first_look;
use crate::reload::{Edit, HistoryLimits, Outcome, Shared, Start, start_fixed};
use crate::source::{Bell, Reading, Request, Source, SourceError};
use crate::watch::{Settle, Watch};

/// A source that says a number.
#[derive(Clone, Default)]
struct Said {
    step: Arc<AtomicU64>,
    bell: Arc<std::sync::Mutex<Option<Bell>>>,
}

impl Said {
    fn say(&self, step: u64) {
        self.step.store(step, Ordering::Relaxed);
    }

    fn ring(&self) {
        let bell = self.bell.lock().unwrap().clone();
        bell.unwrap().ring();
    }
}

impl Source for Said {
    fn name(&self) -> String {
        "said".to_owned()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        Ok(Reading::values([("step", self.step.load(Ordering::Relaxed))]))
    }

    fn connect(&mut self, bell: Bell) {
        *self.bell.lock().unwrap() = Some(bell);
    }
}

type Store = Arc<Shared<Config>>;

/// A store of this source, which looks as soon as the bell is rung, and its manager.
fn store(said: &Said) -> (Store, thread::JoinHandle<()>) {
    let start = Start {
        sources: vec![Box::new(said.clone())],
        watch: Watch::Off,
        settle: Settle { quiet: Some(Duration::ZERO), ..Settle::default() },
        guards: Settings::default(),
        history: HistoryLimits::default(),
        prefixes: Vec::new(),
        last_good: None,
        initial: Vec::new(),
        #[cfg(all(unix, feature = "signals"))]
        reload_on_sighup: false,
    };
    let (manager, prepared) = after_first_look(start, Arc::new(Inbox::new())).unwrap();
    prepared.commit(|words| panic!("{words}"));
    let shared = manager.shared.clone();
    (shared, thread::spawn(move || manager.run()))
}

fn subscribe(store: &Store) -> Subscription<Config> {
    Subscription::new(store.core.clone())
}

fn call(store: &Store, task: Task<Config>) -> thread::JoinHandle<Result<Outcome<Config>, Error>> {
    let store = store.clone();
    thread::spawn(move || store.call(task))
}

fn setting(key: &str, value: u64) -> Task<Config> {
    let mut edit = Edit::<Config>::new();
    edit.set(key, value);
    Task::Edit(edit.into_operations())
}

/// Somebody waits for a look and a bell is rung for another: there is one version of what was said, and all hear of it.
#[test]
fn loom_a_bell_and_a_call_for_one_change() {
    model(|| {
        let said = Said::default();
        let (store, manager) = store(&said);
        let mut changes = subscribe(&store);
        let rings = {
            let said = said.clone();
            thread::spawn(move || {
                said.say(7);
                said.ring();
            })
        };
        let answer = store.call(Task::Look).unwrap();
        let change = changes.next().unwrap();
        assert_eq!((after(1, &change), change.new().step), (2, 7));
        assert!(answer.change().is_none_or(|change| change.version() == 2));
        rings.join().unwrap();
        store.end();
        assert!(changes.next().is_none());
        manager.join().unwrap();
        assert_eq!(store.core.cell.fetch().version(), 2);
    });
}

/// An edit looks at no source, so the bell beside it has to be answered as well.
#[test]
fn loom_a_bell_and_an_edit_together() {
    model(|| {
        let said = Said::default();
        let (store, manager) = store(&said);
        let mut changes = subscribe(&store);
        let rings = {
            let said = said.clone();
            thread::spawn(move || {
                said.say(7);
                said.ring();
            })
        };
        let edited = store.call(setting("other", 1)).unwrap();
        let mut seen = 1;
        for change in changes.by_ref() {
            seen = after(seen, &change);
            if (change.new().step, change.new().other) == (7, 1) {
                break;
            }
        }
        assert_eq!(seen, 3);
        assert!(edited.change().is_some_and(|change| change.new().other == 1));
        rings.join().unwrap();
        store.end();
        assert!(changes.next().is_none());
        manager.join().unwrap();
    });
}

/// The store ends while somebody waits for a look and somebody else for changes: both are told, and of the same.
#[test]
fn loom_the_end_during_a_look() {
    model(|| {
        let said = Said::default();
        let (store, manager) = store(&said);
        let changes = subscribe(&store);
        said.say(7);
        let caller = call(&store, Task::Look);
        let follower = thread::spawn(move || follow(changes));
        store.end();
        let newest = store.core.cell.fetch().version();
        let answer = caller.join().unwrap();
        assert_eq!(follower.join().unwrap(), newest);
        match answer {
            Ok(Outcome::Applied(change)) => assert_eq!(change.version(), newest),
            Ok(Outcome::Unchanged) | Err(_) => assert_eq!(newest, 1),
            Ok(other) => panic!("{other:?}"),
        }
        manager.join().unwrap();
        assert_eq!(store.core.cell.fetch().version(), newest, "nothing is published after the end");
    });
}

#[test]
fn loom_the_end_while_a_bell_is_rung() {
    model(|| {
        let said = Said::default();
        let (store, manager) = store(&said);
        let changes = subscribe(&store);
        let rings = {
            let said = said.clone();
            thread::spawn(move || {
                said.say(7);
                said.ring();
            })
        };
        store.end();
        assert_eq!(follow(changes), store.core.cell.fetch().version());
        rings.join().unwrap();
        manager.join().unwrap();
    });
}

/// Two who set something at once: one after the other, and each is told of its own version.
#[test]
fn loom_two_edits_at_once() {
    model(|| {
        let (store, manager) = store(&Said::default());
        let changes = subscribe(&store);
        let other = call(&store, setting("step", 20));
        let answers = [store.call(setting("step", 10)), other.join().unwrap()];
        let mut versions = answers.map(|answer| answer.unwrap().change().unwrap().version());
        versions.sort_unstable();
        assert_eq!(versions, [2, 3]);
        store.end();
        assert_eq!(follow(changes), 3);
        manager.join().unwrap();
    });
}

/// A store without sources has no manager, and those who replace its value take turns.
#[test]
fn loom_two_replacements_at_once() {
    model(|| {
        let store = start_fixed(config(1));
        let changes = subscribe(&store);
        let follower = thread::spawn(move || follow(changes));
        let other = {
            let store = store.clone();
            thread::spawn(move || store.replace(config(20)))
        };
        let outcomes = [store.replace(config(10)), other.join().unwrap()];
        let mut versions = outcomes.map(|outcome| outcome.change().unwrap().version());
        versions.sort_unstable();
        assert_eq!(versions, [2, 3]);
        store.end();
        assert_eq!(follower.join().unwrap(), 3);
    });
}
