//! How a store begins: the first look, what comes of it, and the thread that goes on from there.

use std::sync::Arc;
use std::time::Instant;

use super::guarded::Guards;
#[cfg(all(unix, feature = "signals"))]
use super::hangup;
use super::history::{History, HistoryLimits, Kept};
use super::inbox::Inbox;
use super::last_good::{First, LastGood};
use super::look::rested_look;
use super::manager::Manager;
use super::{InPlace, SERVES, Shared};
use crate::cell::HotConfig;
use crate::change::Core;
use crate::error::{Error, Problem, ProblemKind};
use crate::explain::secret_texts;
use crate::guards::Settings;
use crate::loader::{Loader, Look};
use crate::participants::{self, Name, PrepareInitial, Prepared};
use crate::snapshot::{Alive, Snapshot};
use crate::source::{Bell, Source};
use crate::watch::{Settle, Watch, Watcher};

/// What a store is started with.
pub(crate) struct Start<T> {
    pub(crate) sources: Vec<Box<dyn Source>>,
    pub(crate) watch: Watch,
    pub(crate) settle: Settle,
    pub(crate) guards: Settings,
    pub(crate) history: HistoryLimits,
    /// The prefixes that variables are read under, the weakest first.
    pub(crate) prefixes: Vec<String>,
    /// Where the last good configuration is kept.
    pub(crate) last_good: Option<LastGood>,
    /// Who prepares for the first configuration.
    pub(crate) initial: Vec<(Name, PrepareInitial<T>)>,
    /// Whether SIGHUP asks for a look.
    #[cfg(all(unix, feature = "signals"))]
    pub(crate) reload_on_sighup: bool,
}

/// Loads the configuration for the first time and starts the manager. What changes from the moment before the first
/// reading on is noticed.
pub(crate) fn start<T: HotConfig + Send + Sync>(start: Start<T>) -> Result<Arc<Shared<T>>, Error> {
    let inbox = Arc::new(Inbox::new());
    // A signal that comes during the first look is kept, and answered after it.
    #[cfg(all(unix, feature = "signals"))]
    let hangups = start.reload_on_sighup.then(|| hangup::Hangups::listen(inbox.clone())).transpose()?;
    let (manager, prepared) = after_first_look::<T>(start, inbox)?;
    let shared = manager.shared.clone();
    let spawned = std::thread::Builder::new().name("hotconf".to_owned()).spawn(move || {
        SERVES.set(manager.shared.name);
        #[cfg(all(unix, feature = "signals"))]
        let _hangups = hangups;
        manager.run();
    });
    match spawned {
        Ok(_) => {
            prepared.commit(|words| shared.warn(Problem::new(ProblemKind::Panic, words)));
            Ok(shared)
        }
        Err(error) => {
            let message = format!("the thread that watches and loads could not be started: {error}");
            Err(Problem::new(ProblemKind::Misuse, message).into())
        }
    }
}

/// The manager of a store, with all that the first look has put in place, and what has been prepared for that.
pub(super) fn after_first_look<T: HotConfig + Send + Sync>(
    start: Start<T>,
    inbox: Arc<Inbox<T>>,
) -> Result<(Manager<T>, Prepared), Error> {
    let (signs, rings) = (inbox.clone(), inbox.clone());
    let mut watcher = Watcher::new(start.watch, start.settle, Arc::new(move |sign| signs.sign(sign)));
    let mut loader = Loader::new(start.sources, start.guards.max_file_size);
    loader.connect(&Bell::new(move || rings.ring()));
    remember(&mut loader, start.last_good.as_ref());
    let begun = Instant::now();
    let look = rested_look(&mut loader, &mut watcher, &inbox);
    let first =
        First::<T>::new(&start.guards, &look, &mut loader, &start.prefixes, start.last_good.as_ref())?;
    let prepared = prepare_first(start.initial, &first)?;
    let First { built, layers, degraded } = first;
    if degraded.is_none() {
        loader.applied();
    } else {
        loader.refused();
    }
    let alive = Alive::default();
    let snapshot = Snapshot::new(built.value, 1, layers.clone(), &alive);
    let core = Core::new(snapshot, alive);
    let in_place = InPlace { layers: layers.clone().into(), pending: Vec::new() };
    let mut history = History::new(start.history);
    history.keep(Kept::first(in_place.layers.clone()));
    let guards = Guards::new(start.guards);
    let shared = Arc::new(Shared::new(core, inbox, in_place, history, guards, start.prefixes, None));
    let mut manager = Manager::new(shared.clone(), loader, watcher, Look { layers, ..look }, begun);
    manager.last_good = start.last_good;
    shared.status.lock().last_attempt_took = begun.elapsed();
    match degraded {
        Some(degraded) => manager.begin_degraded(degraded),
        None => manager.news = Some(manager.applied.clone()),
    }
    manager.report(built.warnings, Vec::new());
    Ok((manager, prepared))
}

/// Loads the configuration once, for a caller that keeps the value and nothing else.
pub(crate) fn load<T: HotConfig>(mut start: Start<T>) -> Result<T, Error> {
    let inbox = Inbox::<T>::new();
    let mut watcher = Watcher::new(start.watch, start.settle, Arc::new(|_| {}));
    let mut loader = Loader::new(start.sources, start.guards.max_file_size);
    remember(&mut loader, start.last_good.as_ref());
    let look = rested_look(&mut loader, &mut watcher, &inbox);
    let first =
        First::<T>::new(&start.guards, &look, &mut loader, &start.prefixes, start.last_good.as_ref())?;
    let prepared = prepare_first(start.initial, &first)?;
    let First { built, layers, degraded } = first;
    for warning in look.warnings.iter().chain(&built.warnings) {
        log::warn!("hotconf: {warning}");
    }
    prepared.commit(|words| log::warn!("hotconf: {words}"));
    match (degraded, &mut start.last_good) {
        (Some(degraded), _) => degraded.log(),
        (None, Some(last_good)) => {
            last_good.keep(T::schema(), &loader, layers, 1);
            if let Some(warning) = last_good.failure() {
                log::warn!("hotconf: {warning}");
            }
        }
        (None, None) => {}
    }
    Ok(built.value)
}

/// A file that had keys when it was good, and is empty now, was truncated more likely than emptied.
pub(super) fn remember(loader: &mut Loader, last_good: Option<&LastGood>) {
    loader.remember(last_good.map(LastGood::had_keys).unwrap_or_default());
}

fn prepare_first<T: HotConfig>(
    initial: Vec<(Name, PrepareInitial<T>)>,
    first: &First<T>,
) -> Result<Prepared, Error> {
    let secrets = || secret_texts(T::schema(), &first.layers);
    let prepared = participants::prepare_initial(initial, &first.built.value, secrets);
    prepared.map_err(|refusal| first.refused(refusal))
}
