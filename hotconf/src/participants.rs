//! Those who take part in a change: each prepares before anything is published, and one refusal refuses it for all.

use std::fmt;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::cell::HotConfig;
use crate::change::Change;
use crate::error::{BoxError, Error, Problem, ProblemKind};
use crate::explain::secret_texts;
use crate::key::KeyPath;
use crate::loader::panic_text;

/// What is done once all have agreed and the change is published.
pub(crate) type Commit = Box<dyn FnOnce() + Send>;

/// Prepares for a change; `None` where it is not concerned.
pub(crate) type Prepare<T> = Box<dyn Fn(&Change<T>) -> Option<Result<Commit, BoxError>> + Send + Sync>;

/// Prepares for the first configuration of a store.
pub(crate) type PrepareInitial<T> = Box<dyn FnOnce(&T) -> Result<Commit, BoxError> + Send>;

/// What messages call somebody who takes part.
#[derive(Clone)]
pub(crate) enum Name {
    Given(Arc<str>),
    Caller(&'static Location<'static>),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(name) => write!(f, "`{name}`"),
            Self::Caller(caller) => write!(f, "the participant of {}:{}", caller.file(), caller.line()),
        }
    }
}

struct Entry<T> {
    id: u64,
    name: Name,
    key: Option<KeyPath>,
    prepare: Arc<Prepare<T>>,
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self { id: self.id, name: self.name.clone(), key: self.key.clone(), prepare: self.prepare.clone() }
    }
}

/// The participants of one store, in the order in which they were registered.
pub(crate) struct Participants<T> {
    registered: Mutex<Registered<T>>,
}

struct Registered<T> {
    entries: Vec<Entry<T>>,
    next: u64,
}

impl<T: 'static> Participants<T> {
    pub(crate) fn new() -> Self {
        Self { registered: Mutex::new(Registered { entries: Vec::new(), next: 0 }) }
    }

    pub(crate) fn register(
        self: &Arc<Self>,
        key: Option<KeyPath>,
        caller: &'static Location<'static>,
        prepare: Prepare<T>,
    ) -> Participant {
        let mut registered = self.registered.lock();
        let id = registered.next;
        registered.next += 1;
        registered.entries.push(Entry { id, name: Name::Caller(caller), key, prepare: Arc::new(prepare) });
        let participants: Weak<dyn Book> = Arc::downgrade(self) as Weak<dyn Book>;
        Participant { id, participants }
    }
}

impl<T: HotConfig> Participants<T> {
    /// Asks everybody whom the change concerns, outside of the lock. Where one refuses, what the others have prepared is
    /// dropped, the last first.
    pub(crate) fn prepare(&self, change: &Change<T>) -> Result<Prepared, Error> {
        let entries = self.registered.lock().entries.clone();
        let mut prepared = Prepared::default();
        for Entry { name, key, prepare, .. } in entries {
            match catch_unwind(AssertUnwindSafe(|| prepare(change))) {
                Ok(None) => {}
                Ok(Some(Ok(commit))) => prepared.steps.push((name, commit)),
                Ok(Some(Err(error))) => {
                    let what = format!("{name} refuses the change of {}", Listed(change.keys()));
                    return Err(refusal(ProblemKind::Refused, key, &what, &chain(&*error), change));
                }
                Err(panic) => {
                    let what = format!("{name} panicked over the change of {}", Listed(change.keys()));
                    return Err(refusal(ProblemKind::Panic, key, &what, panic_text(&*panic), change));
                }
            }
        }
        Ok(prepared)
    }
}

/// The same for the first configuration of a store, whose secrets are in no layer but these.
pub(crate) fn prepare_initial<T>(
    participants: Vec<(Name, PrepareInitial<T>)>,
    value: &T,
    secrets: impl Fn() -> Vec<String>,
) -> Result<Prepared, Error> {
    let mut prepared = Prepared::default();
    for (name, prepare) in participants {
        let (kind, what, why) = match catch_unwind(AssertUnwindSafe(|| prepare(value))) {
            Ok(Ok(commit)) => {
                prepared.steps.push((name, commit));
                continue;
            }
            Ok(Err(error)) => (ProblemKind::Refused, "refuses the first configuration", chain(&*error)),
            Err(panic) => {
                (ProblemKind::Panic, "panicked over the first configuration", panic_text(&*panic).to_owned())
            }
        };
        let why = without(&why, secrets());
        return Err(Problem::new(kind, format!("{name} {what}: {why}")).into());
    }
    Ok(prepared)
}

/// The problem that one participant makes. What it says itself is shown but for the secrets in it.
fn refusal<T: HotConfig>(
    kind: ProblemKind,
    key: Option<KeyPath>,
    what: &str,
    why: &str,
    change: &Change<T>,
) -> Error {
    let layers = [change.old().layers(), change.new().layers()];
    let secrets = layers.iter().flat_map(|layers| secret_texts(T::schema(), layers)).collect();
    let problem = Problem::new(kind, format!("{what}: {}", without(why, secrets)));
    let key = key.or_else(|| match change.keys() {
        [only] => Some(only.clone()),
        _ => None,
    });
    match key {
        Some(key) => problem.with_key(key).into(),
        None => problem.into(),
    }
}

/// An error with its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut said: Vec<String> = causes.map(ToString::to_string).collect();
    // Many errors say their cause themselves.
    said.dedup_by(|cause, error| error.ends_with(cause.as_str()));
    said.join(": ")
}

/// A text without what must not be shown.
fn without(text: &str, mut secrets: Vec<String>) -> String {
    // A secret that is part of another one must not keep that from being found.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let shown =
        |text: String, secret: &String| if secret.is_empty() { text } else { text.replace(secret, "***") };
    secrets.iter().fold(text.to_owned(), shown)
}

/// Some keys, for a message.
struct Listed<'k>(&'k [KeyPath]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 5;
        for (at, key) in self.0.iter().take(MOST).enumerate() {
            write!(f, "{}{key}", if at == 0 { "" } else { ", " })?;
        }
        match self.0.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// What all participants have prepared for one change. Dropped without being committed, the last goes first.
#[derive(Default)]
#[must_use]
pub(crate) struct Prepared {
    steps: Vec<(Name, Commit)>,
}

impl Prepared {
    /// The change is published. A step that panics is told of and stops none of the others.
    pub(crate) fn commit(mut self, on_panic: impl Fn(String)) {
        for (name, commit) in std::mem::take(&mut self.steps) {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(commit)) {
                on_panic(format!("{name} panicked after the change was published: {}", panic_text(&*panic)));
            }
        }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        while let Some((_, commit)) = self.steps.pop() {
            // What is taken back is foreign, and the rest has to be taken back as well.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(commit)));
        }
    }
}

/// The book that a participant stands in.
trait Book: Send + Sync {
    fn strike(&self, id: u64);
    fn name(&self, id: u64, name: &str);
}

impl<T: 'static> Book for Participants<T> {
    fn strike(&self, id: u64) {
        let mut registered = self.registered.lock();
        let at = registered.entries.iter().position(|entry| entry.id == id);
        let struck = at.map(|at| registered.entries.remove(at));
        drop(registered);
        // May run a user's `Drop`, which may register another one.
        drop(struck);
    }

    fn name(&self, id: u64, name: &str) {
        let mut registered = self.registered.lock();
        if let Some(entry) = registered.entries.iter_mut().find(|entry| entry.id == id) {
            entry.name = Name::Given(name.into());
        }
    }
}

/// Somebody who takes part in the changes of a store, until this is dropped: from [`Hot::prepare`](crate::Hot::prepare).
///
/// Dropping it waits for nobody: a change that is being prepared meanwhile may still ask it.
#[must_use = "a participant takes part until it is dropped; `forever` keeps it"]
pub struct Participant {
    id: u64,
    participants: Weak<dyn Book>,
}

impl Participant {
    /// Gives it a name for messages, which call it by its place in the program otherwise.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let enough = |_: &AppConfig, new: &AppConfig| {
    ///     if new.workers == 0 { Err("no worker is left")? }
    ///     Ok(|| ())
    /// };
    /// cfg.prepare(enough).named("the pool").forever();
    /// let error = cfg.set("workers", 0).unwrap_err();
    /// assert_eq!(error.problems()[0].message(), "`the pool` refuses the change of workers: no worker is left");
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn named(self, name: impl AsRef<str>) -> Self {
        if let Some(participants) = self.participants.upgrade() {
            participants.name(self.id, name.as_ref());
        }
        self
    }

    /// Keeps it for as long as the store goes on.
    pub fn forever(mut self) {
        self.participants = Weak::<NoBook>::new();
    }
}

/// What a participant without a registration points to.
struct NoBook;

impl Book for NoBook {
    fn strike(&self, _: u64) {}

    fn name(&self, _: u64, _: &str) {}
}

impl Drop for Participant {
    fn drop(&mut self) {
        if let Some(participants) = self.participants.upgrade() {
            participants.strike(self.id);
        }
    }
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Participant")
    }
}
