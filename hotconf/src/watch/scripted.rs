//! A backend that does what a test says, so that the watcher can be tested without an operating system.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::native::{Backend, Open, WatchFault};
use super::{Settle, Sign, SignSender, Watch, Watcher};

/// What the backend does, and what was asked of it.
#[derive(Default)]
pub(crate) struct Script {
    /// Why no backend can be made at present.
    pub(super) refuses_to_open: Option<String>,
    /// What cannot be watched.
    pub(super) faults: HashMap<PathBuf, WatchFault>,
    /// What happens right before something is watched.
    pub(super) before_watch: Option<Interruption>,
    /// What is on its way, and arrives when it is waited for.
    pub(crate) on_its_way: Vec<Sign>,
    pub(super) opened: u32,
    pub(super) watched: BTreeSet<PathBuf>,
    /// All calls since the test last took them, as `+path` and `-path`.
    pub(super) calls: Vec<String>,
}

type Interruption = Box<dyn FnMut(&Path) + Send>;

pub(crate) type Shared = Arc<Mutex<Script>>;

struct Scripted(Shared, SignSender);

/// A watcher whose backends follow the script.
pub(crate) fn watcher(mode: Watch, script: &Shared, send: SignSender) -> Watcher {
    Watcher::with_backend(mode, Settle::default(), send, open(script))
}

/// Makes backends that follow the script.
fn open(script: &Shared) -> Open {
    let script = Arc::clone(script);
    Box::new(move |send| {
        let mut state = script.lock();
        if let Some(refusal) = &state.refuses_to_open {
            return Err(refusal.clone());
        }
        state.opened += 1;
        Ok(Box::new(Scripted(Arc::clone(&script), send)))
    })
}

impl Backend for Scripted {
    fn watch(&mut self, path: &Path) -> Result<(), WatchFault> {
        let mut state = self.0.lock();
        if let Some(before_watch) = &mut state.before_watch {
            before_watch(path);
        }
        if let Some(fault) = state.faults.get(path) {
            return Err(fault.clone());
        }
        state.calls.push(format!("+{}", path.display()));
        state.watched.insert(path.to_owned());
        Ok(())
    }

    fn unwatch(&mut self, path: &Path) -> Result<(), WatchFault> {
        let mut state = self.0.lock();
        state.calls.push(format!("-{}", path.display()));
        state.watched.remove(path);
        Ok(())
    }

    fn tells_close(&self) -> bool {
        true
    }

    fn flush(&mut self) {
        let on_its_way = std::mem::take(&mut self.0.lock().on_its_way);
        on_its_way.into_iter().for_each(|sign| (self.1)(sign));
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.0.lock().watched.clear();
    }
}
