//! What follows the files: a configuration that is read in several ways, and that tells of changes.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use hotconf::testing::Memory;
use hotconf::{Hot, Listener, Subscription, Watch};

use crate::judge::{Judge, Told};
use crate::state::{Parts, Syntax};

/// How changes are noticed, and what there is beside the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watcher {
    Events,
    Polling,
    /// Events, and a source in memory above the files.
    Memory,
}

pub(crate) const WATCHERS: [Watcher; 3] = [Watcher::Events, Watcher::Polling, Watcher::Memory];

impl Watcher {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Watcher::Events => "events",
            Watcher::Polling => "polling",
            Watcher::Memory => "memory",
        }
    }
}

/// A library that is soaked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    Hotconf,
    #[cfg(feature = "peers")]
    DynamicConfig,
    #[cfg(feature = "peers")]
    RtbConfig,
}

pub(crate) const LIBRARIES: &[Library] = &[
    Library::Hotconf,
    #[cfg(feature = "peers")]
    Library::DynamicConfig,
    #[cfg(feature = "peers")]
    Library::RtbConfig,
];

impl Library {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Library::Hotconf => "hotconf",
            #[cfg(feature = "peers")]
            Library::DynamicConfig => "dynamic-config",
            #[cfg(feature = "peers")]
            Library::RtbConfig => "rtb-config",
        }
    }

    /// The format of the files.
    pub(crate) fn syntax(self) -> Syntax {
        match self {
            Library::Hotconf => Syntax::Toml,
            #[cfg(feature = "peers")]
            Library::DynamicConfig => Syntax::Toml,
            #[cfg(feature = "peers")]
            Library::RtbConfig => Syntax::Yaml,
        }
    }

    /// Why a library cannot be asked to watch like this.
    pub(crate) fn lacks(self, watcher: Watcher) -> Option<&'static str> {
        match (self, watcher) {
            (Library::Hotconf, _) => None,
            #[cfg(feature = "peers")]
            (_, Watcher::Events) => None,
            #[cfg(feature = "peers")]
            (_, Watcher::Memory) => Some("it has no source that is changed by hand and watched"),
            #[cfg(feature = "peers")]
            (Library::DynamicConfig, Watcher::Polling) => None,
            #[cfg(feature = "peers")]
            (Library::RtbConfig, Watcher::Polling) => Some("it does not poll"),
        }
    }

    /// Starts to follow the files.
    pub(crate) fn open(
        self,
        files: &[PathBuf],
        watcher: Watcher,
        memory: &Memory,
        judge: &Arc<Judge>,
    ) -> Box<dyn Store> {
        match self {
            Library::Hotconf => Box::new(Ours::open(files, watcher, memory, judge)),
            #[cfg(feature = "peers")]
            Library::DynamicConfig => Box::new(crate::peers::Dynamic::open(files, watcher, judge)),
            #[cfg(feature = "peers")]
            Library::RtbConfig => Box::new(crate::peers::Rtb::open(files, judge)),
        }
    }
}

/// How often files are looked at by those who poll.
pub(crate) const INTERVAL: Duration = Duration::from_millis(20);

/// A configuration that is in use.
pub(crate) trait Store: Send + Sync {
    /// All ways of reading, for one thread.
    fn eyes(&self) -> Vec<Box<dyn Eye>>;

    /// Whether it says that what there is now is bad; nothing where it cannot say.
    fn is_refusing(&self) -> Option<bool>;

    /// Whether everyone who follows has come to the newest state.
    fn is_followed_to_its_end(&self) -> bool;

    /// What it says of itself.
    fn status(&self) -> String;
}

/// One way of reading.
pub(crate) trait Eye {
    /// Shows what is read, with its version if it has one.
    fn look(&mut self, show: &mut dyn FnMut(Option<u64>, &Parts));
}

impl<F: FnMut(&mut dyn FnMut(Option<u64>, &Parts))> Eye for F {
    fn look(&mut self, show: &mut dyn FnMut(Option<u64>, &Parts)) {
        self(show);
    }
}

/// Makes an eye of a closure.
pub(crate) fn eye(look: impl FnMut(&mut dyn FnMut(Option<u64>, &Parts)) + 'static) -> Box<dyn Eye> {
    Box::new(look)
}

/// hotconf, with a subscription that is waited for, one that is rarely asked, and a callback.
struct Ours {
    cfg: Option<Hot<Parts>>,
    prompt: Option<JoinHandle<()>>,
    rare: Mutex<(Subscription<Parts>, Told)>,
    judge: Arc<Judge>,
    /// The versions that the subscription and the callback have come to.
    reached: [Arc<AtomicU64>; 2],
    _listeners: [Listener; 2],
}

impl Ours {
    fn open(files: &[PathBuf], watcher: Watcher, memory: &Memory, judge: &Arc<Judge>) -> Self {
        let mut builder = Hot::<Parts>::builder();
        for file in files {
            builder = builder.file(file);
        }
        builder = match watcher {
            Watcher::Events => builder,
            Watcher::Polling => builder.watch(Watch::Poll(INTERVAL)),
            Watcher::Memory => builder.source(memory.clone()),
        };
        let cfg = builder.build().expect("the first state is good");
        let reached = [(); 2].map(|()| Arc::new(AtomicU64::new(cfg.version())));

        let (heard, seen, mut told) = (judge.clone(), reached[0].clone(), Told::default());
        let changes = cfg.subscribe();
        let prompt = std::thread::spawn(move || {
            for change in changes {
                hear(&heard, &mut told, &change);
                seen.store(change.version(), Ordering::Release);
            }
        });

        let (heard, seen, mut told) = (judge.clone(), reached[1].clone(), Told::default());
        let on_change = cfg.on_change(move |change| {
            hear(&heard, &mut told, change);
            seen.store(change.version(), Ordering::Release);
        });
        let heard = judge.clone();
        let on_rejected = cfg.on_rejected(move |error| heard.refused(|| error.to_string()));

        Self {
            rare: Mutex::new((cfg.subscribe(), Told::default())),
            cfg: Some(cfg),
            prompt: Some(prompt),
            judge: judge.clone(),
            reached,
            _listeners: [on_change, on_rejected],
        }
    }

    fn cfg(&self) -> &Hot<Parts> {
        self.cfg.as_ref().expect("it is there until it is dropped")
    }
}

fn hear(judge: &Judge, told: &mut Told, change: &hotconf::Change<Parts>) {
    let (old, new) = (change.old(), change.new());
    told.hear(judge, (Some(old.version()), old), (Some(new.version()), new));
}

impl Store for Ours {
    fn eyes(&self) -> Vec<Box<dyn Eye>> {
        let (load, read, snapshot) = (self.cfg().clone(), self.cfg().clone(), self.cfg().clone());
        let (mut reader, mut owning_reader) = (self.cfg().reader(), self.cfg().reader());
        vec![
            eye(move |show| {
                let guard = load.load();
                show(Some(guard.version()), &guard);
            }),
            eye(move |show| read.read(|parts| show(None, parts))),
            eye(move |show| show(None, reader.load())),
            eye(move |show| {
                let snapshot = owning_reader.snapshot();
                show(Some(snapshot.version()), &snapshot);
            }),
            eye(move |show| {
                let snapshot = snapshot.snapshot();
                show(Some(snapshot.version()), &snapshot);
            }),
        ]
    }

    fn is_refusing(&self) -> Option<bool> {
        Some(self.cfg().status().last_error().is_some())
    }

    fn is_followed_to_its_end(&self) -> bool {
        let newest = self.cfg().version();
        let mut rare = self.rare.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, told) = &mut *rare;
        let rare_version = changes.try_next().map(|change| {
            hear(&self.judge, told, &change);
            change.version()
        });
        rare_version.is_none_or(|version| version >= newest)
            && self.reached.iter().all(|reached| reached.load(Ordering::Acquire) >= newest)
    }

    fn status(&self) -> String {
        format!("{:?}", self.cfg().status())
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        drop(self.cfg.take());
        self.prompt.take().map(JoinHandle::join);
    }
}
