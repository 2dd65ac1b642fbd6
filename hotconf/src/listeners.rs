//! Callbacks: run one after the other on a thread of their own, after publication and outside every lock, so that a
//! stuck one stalls no reload.

mod listener;
mod pending;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::{Bound, Range};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use crate::cell::HotConfig;
use crate::change::{Change, Core};
use crate::error::Error;
use crate::key::KeyPath;
use crate::loader::panic_text;
use crate::snapshot::Snapshot;
use crate::sync::{Condvar, Mutex};
pub use listener::Listener;
use listener::Unregister;
pub(crate) use pending::OnPending;
use pending::PendingList;

/// Refusals that wait for slow callbacks; when there are more, the oldest is forgotten.
const MOST_REFUSALS: usize = 16;

pub(crate) type OnChange<T> = Box<dyn FnMut(&Change<T>) + Send>;
pub(crate) type OnRejected = Box<dyn FnMut(&Error) + Send>;

enum Callback<T> {
    Change(OnChange<T>),
    Rejected(OnRejected),
    Pending(OnPending),
}

/// What an entry hears of.
#[derive(PartialEq)]
enum Ear {
    Changes,
    Rejections,
    /// With the list that it knows.
    Pending(PendingList),
}

struct Entry<T> {
    /// Away while it runs.
    callback: Option<Callback<T>>,
    /// For one that hears of one key only.
    key: Option<KeyPath>,
    /// The version that was in place when it was registered.
    since: u64,
    ear: Ear,
}

/// Those that were registered over one version, until they may be told of the same changes as the others.
struct Newcomers<T> {
    since: Snapshot<T>,
    ids: BTreeSet<u64>,
}

/// A change that was refused, and what had been before.
struct Refusal {
    error: Error,
    /// The version that stayed in place.
    version: u64,
    /// The callbacks that are to hear of it.
    heard_by: Range<u64>,
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
    /// By the version they know of. A snapshot is kept no longer than others have to be told of what was before it.
    newcomers: BTreeMap<u64, Newcomers<T>>,
    refusals: VecDeque<Refusal>,
    /// What waits for a restart.
    pending: PendingList,
    /// Whether nobody has looked for callbacks that do not know it.
    is_pending_new: bool,
    next: u64,
    /// Counts the versions that were put in place.
    news: u64,
    is_closed: bool,
    has_thread: bool,
}

impl<T> Registered<T> {
    fn keep_refusal(&mut self, refusal: Refusal) {
        if self.refusals.len() == MOST_REFUSALS {
            self.refusals.pop_front();
        }
        self.refusals.push_back(refusal);
    }
}

impl<T: HotConfig + Send + Sync> Listeners<T> {
    pub(crate) fn new() -> Self {
        let registered = Registered {
            entries: BTreeMap::new(),
            by_key: BTreeMap::new(),
            of_all: BTreeSet::new(),
            newcomers: BTreeMap::new(),
            refusals: VecDeque::new(),
            pending: PendingList::default(),
            is_pending_new: false,
            next: 0,
            news: 0,
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
        let callback = Some(Callback::Change(callback));
        self.register(Entry { callback, key, since: since.version(), ear: Ear::Changes }, Some(since))
    }

    /// Registers a callback for refusals. It hears of what stands refused since the start, if anything does.
    pub(crate) fn on_rejected(
        self: &Arc<Self>,
        callback: OnRejected,
        refused: Option<(Error, u64)>,
    ) -> (Listener, bool) {
        let callback = Some(Callback::Rejected(callback));
        let entry = Entry { callback, key: None, since: 0, ear: Ear::Rejections };
        let (listener, is_first) = self.register(entry, None);
        if let Some((error, version)) = refused {
            let heard_by = listener.id..listener.id + 1;
            self.stir(|registered| registered.keep_refusal(Refusal { error, version, heard_by }));
        }
        (listener, is_first)
    }

    fn register(self: &Arc<Self>, mut entry: Entry<T>, since: Option<Snapshot<T>>) -> (Listener, bool) {
        let mut registered = self.registered.lock();
        let id = registered.next;
        registered.next += 1;
        if let Ear::Pending(known) = &mut entry.ear {
            known.clone_from(&registered.pending);
        }
        if let Some(since) = since {
            let newcomers = registered.newcomers.entry(entry.since);
            newcomers.or_insert_with(|| Newcomers { since, ids: BTreeSet::new() }).ids.insert(id);
        }
        match &entry.key {
            Some(key) => {
                registered.by_key.entry(key.clone()).or_default().insert(id);
            }
            None if entry.ear == Ear::Changes => {
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
        self.stir(|registered| registered.news += 1);
    }

    /// A change was refused, and this version stays.
    pub(crate) fn tell_of_refusal(&self, error: Error, version: u64) {
        self.stir(|registered| {
            let heard_by = 0..registered.next;
            registered.keep_refusal(Refusal { error, version, heard_by });
        });
    }

    /// The work of the listener thread. `on_panic` is told what a callback said when it panicked.
    pub(crate) fn run(&self, core: &Core<T>, first: Snapshot<T>, on_panic: impl Fn(&str)) {
        // A version may have come between the first registration and the start of the thread.
        let oldest =
            self.registered.lock().newcomers.values().next().map(|newcomers| newcomers.since.clone());
        let mut told = oldest.filter(|oldest| oldest.version() < first.version()).unwrap_or(first);
        let mut news = 0;
        loop {
            let (refusals, newest, is_pending_new, is_closed) = {
                let mut registered = self.registered.lock();
                while !registered.has_anything_since(news) {
                    self.stirred.wait(&mut registered);
                }
                news = registered.news;
                let is_pending_new = std::mem::take(&mut registered.is_pending_new);
                // Both at once, or a change could be told before what was refused ahead of it.
                let (refusals, newest) = (std::mem::take(&mut registered.refusals), core.cell.fetch());
                (refusals, newest, is_pending_new, registered.is_closed)
            };
            // Callbacks are caught one by one; values that end here, and defaults that are asked for, are foreign too.
            run_caught(|| self.tell(core, &mut told, newest, &refusals, &on_panic), &on_panic);
            if is_pending_new {
                self.tell_pending(&on_panic);
            }
            if is_closed {
                return;
            }
        }
    }

    /// Tells of all that has happened since `told`, in its order, so that whoever hears of refusals and of changes ends
    /// with what holds.
    fn tell(
        &self,
        core: &Core<T>,
        told: &mut Snapshot<T>,
        newest: Snapshot<T>,
        refusals: &VecDeque<Refusal>,
        on_panic: &impl Fn(&str),
    ) {
        let is_before = |refusal: &&Refusal| refusal.version < newest.version();
        let (before, after): (Vec<_>, Vec<_>) = refusals.iter().partition(is_before);
        before.into_iter().for_each(|refusal| self.tell_rejected(refusal, on_panic));
        if newest.version() > told.version() {
            self.tell_change(core, told, &newest, on_panic);
            *told = newest;
        }
        after.into_iter().for_each(|refusal| self.tell_rejected(refusal, on_panic));
    }

    fn tell_change(
        &self,
        core: &Core<T>,
        told: &Snapshot<T>,
        newest: &Snapshot<T>,
        on_panic: &impl Fn(&str),
    ) {
        let change = Change::between(told.clone(), newest.clone(), core);
        let (concerned, newcomers) = self.registered.lock().concerned_since(told.version(), &change);
        let mut due: BTreeMap<u64, Change<T>> =
            concerned.into_iter().map(|id| (id, change.clone())).collect();
        // One that came after the last change was told is not told of what was before its time.
        for Newcomers { since, ids } in newcomers {
            let own = Change::between(since, newest.clone(), core);
            let concerned = self.registered.lock().concerned(&own);
            due.extend(ids.intersection(&concerned).map(|&id| (id, own.clone())));
        }
        for (id, change) in due {
            self.call(id, on_panic, |callback| {
                if let Callback::Change(on_change) = callback {
                    on_change(&change);
                }
            });
        }
    }

    fn tell_rejected(&self, refusal: &Refusal, on_panic: &impl Fn(&str)) {
        let ids: Vec<u64> = {
            let registered = self.registered.lock();
            let entries = registered.entries.range(refusal.heard_by.clone());
            entries.filter(|(_, entry)| entry.ear == Ear::Rejections).map(|(&id, _)| id).collect()
        };
        for id in ids {
            self.call(id, on_panic, |callback| {
                if let Callback::Rejected(on_rejected) = callback {
                    on_rejected(&refusal.error);
                }
            });
        }
    }

    /// Runs one callback, outside the lock, if it is still registered.
    fn call(&self, id: u64, on_panic: &impl Fn(&str), run: impl FnOnce(&mut Callback<T>)) {
        let Some(mut callback) = self.borrow(id) else { return };
        run_caught(|| run(&mut callback), on_panic);
        self.give_back(id, callback, on_panic);
    }

    fn borrow(&self, id: u64) -> Option<Callback<T>> {
        self.registered.lock().entries.get_mut(&id)?.callback.take()
    }

    fn give_back(&self, id: u64, callback: Callback<T>, on_panic: &impl Fn(&str)) {
        let mut registered = self.registered.lock();
        match registered.entries.get_mut(&id) {
            Some(entry) => entry.callback = Some(callback),
            // It was unregistered while it ran; dropping it may run foreign code.
            None => {
                drop(registered);
                run_caught(|| drop(callback), on_panic);
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
    /// Whether there is something to be done, `news` being the versions that were told of.
    fn has_anything_since(&self, news: u64) -> bool {
        self.news != news || !self.refusals.is_empty() || self.is_pending_new || self.is_closed
    }

    /// The callbacks that are to hear of a change since version `told`; apart from them, those that came later than that
    /// and before the change's new version. They are newcomers no more.
    fn concerned_since(
        &mut self,
        told: u64,
        change: &Change<T>,
    ) -> (BTreeSet<u64>, impl Iterator<Item = Newcomers<T>> + use<T>) {
        let mut concerned = self.concerned(change);
        for id in self.newcomers.range(told + 1..).flat_map(|(_, newcomers)| &newcomers.ids) {
            concerned.remove(id);
        }
        let later = self.newcomers.split_off(&change.version());
        let newcomers = std::mem::replace(&mut self.newcomers, later);
        (
            concerned,
            newcomers.into_iter().filter(move |(since, _)| *since > told).map(|(_, newcomers)| newcomers),
        )
    }

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

impl<T: HotConfig + Send + Sync> Unregister for Listeners<T> {
    fn unregister(&self, id: u64) {
        let removed = {
            let mut registered = self.registered.lock();
            let entry = registered.entries.remove(&id);
            registered.of_all.remove(&id);
            let since = entry.as_ref().map_or(0, |entry| entry.since);
            let is_last = registered.newcomers.get_mut(&since).is_some_and(|newcomers| {
                newcomers.ids.remove(&id);
                newcomers.ids.is_empty()
            });
            let newcomers = is_last.then(|| registered.newcomers.remove(&since));
            if let Some(key) = entry.as_ref().and_then(|entry| entry.key.as_ref()) {
                if let Some(ids) = registered.by_key.get_mut(key) {
                    ids.remove(&id);
                    if ids.is_empty() {
                        registered.by_key.remove(key);
                    }
                }
            }
            (entry, newcomers)
        };
        // What the callback has captured, and what it knew of, is dropped outside the lock.
        drop(removed);
    }
}
