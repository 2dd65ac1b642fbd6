//! Callbacks: run one after the other on a thread of their own, after publication and outside every lock, so that a
//! stuck one stalls no reload.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use parking_lot::{Condvar, Mutex};

use crate::cell::HotConfig;
use crate::change::{Change, Core};
use crate::error::Error;
use crate::key::KeyPath;
use crate::loader::panic_text;
use crate::snapshot::Snapshot;

/// Refusals that wait for slow callbacks; when there are more, the oldest is forgotten.
const MOST_REFUSALS: usize = 16;

pub(crate) type OnChange<T> = Box<dyn FnMut(&Change<T>) + Send>;
pub(crate) type OnRejected = Box<dyn FnMut(&Error) + Send>;

enum Callback<T> {
    Change(OnChange<T>),
    Rejected(OnRejected),
}

struct Entry<T> {
    /// Away while it runs.
    callback: Option<Callback<T>>,
    /// For one that hears of one key only.
    key: Option<KeyPath>,
    /// What was in place when it was registered, until it has heard of a change.
    since: Option<Snapshot<T>>,
    is_for_rejections: bool,
}

/// The callbacks of one store.
pub(crate) struct Listeners<T> {
    registered: Mutex<Registered<T>>,
    /// Something came, or the store ended.
    stirred: Condvar,
}

struct Registered<T> {
    entries: BTreeMap<u64, Entry<T>>,
    /// The entries that hear of one key, by that key.
    by_key: BTreeMap<KeyPath, BTreeSet<u64>>,
    /// The entries that hear of every change.
    of_all: BTreeSet<u64>,
    refusals: VecDeque<Error>,
    next: u64,
    has_news: bool,
    is_closed: bool,
    has_thread: bool,
}

impl<T: HotConfig + Send + Sync> Listeners<T> {
    pub(crate) fn new() -> Self {
        let registered = Registered {
            entries: BTreeMap::new(),
            by_key: BTreeMap::new(),
            of_all: BTreeSet::new(),
            refusals: VecDeque::new(),
            next: 0,
            has_news: false,
            is_closed: false,
            has_thread: false,
        };
        Self { registered: Mutex::new(registered), stirred: Condvar::new() }
    }

    /// Registers a callback for changes of `key`, or of anything. The second value is true the first time, when the
    /// thread has to be started.
    pub(crate) fn on_change(
        self: &Arc<Self>,
        key: Option<KeyPath>,
        since: Snapshot<T>,
        callback: OnChange<T>,
    ) -> (Listener, bool) {
        self.register(Entry {
            callback: Some(Callback::Change(callback)),
            key,
            since: Some(since),
            is_for_rejections: false,
        })
    }

    pub(crate) fn on_rejected(self: &Arc<Self>, callback: OnRejected) -> (Listener, bool) {
        self.register(Entry {
            callback: Some(Callback::Rejected(callback)),
            key: None,
            since: None,
            is_for_rejections: true,
        })
    }

    fn register(self: &Arc<Self>, entry: Entry<T>) -> (Listener, bool) {
        let mut registered = self.registered.lock();
        let id = registered.next;
        registered.next += 1;
        match &entry.key {
            Some(key) => {
                registered.by_key.entry(key.clone()).or_default().insert(id);
            }
            None if !entry.is_for_rejections => {
                registered.of_all.insert(id);
            }
            None => {}
        }
        registered.entries.insert(id, entry);
        let is_first = !std::mem::replace(&mut registered.has_thread, true);
        let listeners: Weak<dyn Unregister> = Arc::downgrade(self) as Weak<dyn Unregister>;
        (Listener { id, listeners }, is_first)
    }

    /// A new version is in place.
    pub(crate) fn tell_of_news(&self) {
        self.stir(|registered| registered.has_news = true);
    }

    /// A change was refused.
    pub(crate) fn tell_of_refusal(&self, error: Error) {
        self.stir(|registered| {
            if registered.refusals.len() == MOST_REFUSALS {
                registered.refusals.pop_front();
            }
            registered.refusals.push_back(error);
        });
    }

    /// The work of the listener thread. `on_panic` is told what a callback said when it panicked.
    pub(crate) fn run(&self, core: &Core<T>, first: Snapshot<T>, on_panic: impl Fn(&str)) {
        let mut told = first;
        loop {
            let (refusals, is_closed) = {
                let mut registered = self.registered.lock();
                while !registered.has_news && registered.refusals.is_empty() && !registered.is_closed {
                    self.stirred.wait(&mut registered);
                }
                registered.has_news = false;
                (std::mem::take(&mut registered.refusals), registered.is_closed)
            };
            let newest = core.cell.fetch();
            if newest.version() > told.version() {
                self.tell_change(core, &told, &newest, &on_panic);
                told = newest;
            }
            for error in &refusals {
                self.tell_rejected(error, &on_panic);
            }
            if is_closed {
                return;
            }
        }
    }

    fn tell_change(
        &self,
        core: &Core<T>,
        told: &Snapshot<T>,
        newest: &Snapshot<T>,
        on_panic: &impl Fn(&str),
    ) {
        let change = Change::between(told.clone(), newest.clone(), core);
        let concerned = self.registered.lock().concerned(&change);
        for id in concerned {
            let Some((callback, since)) = self.borrow(id) else { continue };
            // One that came after the last change was told is not told of what was before its time.
            let own = since.filter(|since| since.version() > told.version());
            let own = own.map(|since| Change::between(since, newest.clone(), core));
            let callback = match callback {
                Callback::Change(mut on_change) => {
                    let change = own.as_ref().unwrap_or(&change);
                    if change.old().version() < change.new().version() {
                        run_caught(|| on_change(change), on_panic);
                    }
                    Callback::Change(on_change)
                }
                other => other,
            };
            self.give_back(id, callback);
        }
    }

    fn tell_rejected(&self, error: &Error, on_panic: &impl Fn(&str)) {
        let ids: Vec<u64> = {
            let registered = self.registered.lock();
            let entries = registered.entries.iter();
            entries.filter(|(_, entry)| entry.is_for_rejections).map(|(&id, _)| id).collect()
        };
        for id in ids {
            let Some((callback, _)) = self.borrow(id) else { continue };
            let callback = match callback {
                Callback::Rejected(mut on_rejected) => {
                    run_caught(|| on_rejected(error), on_panic);
                    Callback::Rejected(on_rejected)
                }
                other => other,
            };
            self.give_back(id, callback);
        }
    }

    fn borrow(&self, id: u64) -> Option<(Callback<T>, Option<Snapshot<T>>)> {
        let mut registered = self.registered.lock();
        let entry = registered.entries.get_mut(&id)?;
        Some((entry.callback.take()?, entry.since.take()))
    }

    fn give_back(&self, id: u64, callback: Callback<T>) {
        let mut registered = self.registered.lock();
        match registered.entries.get_mut(&id) {
            Some(entry) => entry.callback = Some(callback),
            // It was unregistered while it ran; dropping it may run foreign code.
            None => {
                drop(registered);
                drop(callback);
            }
        }
    }
}

impl<T> Listeners<T> {
    /// The store has ended; the thread ends once it has told all there is to tell.
    pub(crate) fn close(&self) {
        self.stir(|registered| registered.is_closed = true);
    }

    fn stir(&self, change: impl FnOnce(&mut Registered<T>)) {
        change(&mut self.registered.lock());
        self.stirred.notify_all();
    }
}

impl<T> Registered<T> {
    /// The callbacks that a change concerns, in the order in which they were registered. The cost follows the callbacks
    /// of the changed keys, not all there are.
    fn concerned(&self, change: &Change<T>) -> BTreeSet<u64> {
        let mut concerned = self.of_all.clone();
        let mut add = |key: &KeyPath| concerned.extend(self.by_key.get(key).into_iter().flatten());
        for changed in change.keys() {
            add(&KeyPath::default());
            let mut above = KeyPath::default();
            for segment in changed.segments() {
                above = above.join(&segment);
                add(&above);
            }
        }
        for changed in change.keys() {
            let beneath = self.by_key.range::<KeyPath, _>((Bound::Excluded(changed), Bound::Unbounded));
            let start = changed.as_str();
            // What begins alike stands together, and what lies beneath is among it.
            for (key, ids) in beneath.take_while(|(key, _)| key.as_str().starts_with(start)) {
                if changed.contains(key) {
                    concerned.extend(ids);
                }
            }
        }
        concerned
    }
}

fn run_caught(callback: impl FnOnce(), on_panic: &impl Fn(&str)) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(callback)) {
        on_panic(panic_text(&*panic));
    }
}

/// Lets a [`Listener`] find its entry without knowing the configuration's type.
trait Unregister: Send + Sync {
    fn unregister(&self, id: u64);
}

impl<T: HotConfig + Send + Sync> Unregister for Listeners<T> {
    fn unregister(&self, id: u64) {
        let entry = {
            let mut registered = self.registered.lock();
            let entry = registered.entries.remove(&id);
            registered.of_all.remove(&id);
            if let Some(key) = entry.as_ref().and_then(|entry| entry.key.as_ref()) {
                if let Some(ids) = registered.by_key.get_mut(key) {
                    ids.remove(&id);
                    if ids.is_empty() {
                        registered.by_key.remove(key);
                    }
                }
            }
            entry
        };
        // What the callback has captured is dropped outside the lock.
        drop(entry);
    }
}

/// A registered callback: it is called until this is dropped.
///
/// Dropping it does not wait for a call that is running. [`forever`](Listener::forever) keeps the callback for as long
/// as the store goes on. A callback that owns a [`Hot`](crate::Hot) would keep its store going for ever; one that needs
/// the store captures a [`WeakHot`](crate::WeakHot) instead.
#[must_use = "the callback is unregistered when the listener is dropped; keep it, or call `forever`"]
pub struct Listener {
    id: u64,
    listeners: Weak<dyn Unregister>,
}

impl Listener {
    /// Keeps the callback for as long as the store goes on.
    pub fn forever(mut self) {
        self.listeners = Weak::<NoListeners>::new();
    }
}

/// What a listener without a registration points to.
struct NoListeners;

impl Unregister for NoListeners {
    fn unregister(&self, _: u64) {}
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(listeners) = self.listeners.upgrade() {
            listeners.unregister(self.id);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
