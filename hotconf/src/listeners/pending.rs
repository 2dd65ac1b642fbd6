//! Callbacks that hear of what waits for a restart: of the newest list, never of a queue of them.

use std::sync::Arc;

use super::{Callback, Ear, Entry, Listener, Listeners};
use crate::cell::HotConfig;
use crate::status::PendingRestart;

pub(crate) type OnPending = Box<dyn FnMut(&[PendingRestart]) + Send>;

pub(super) type PendingList = Arc<[PendingRestart]>;

impl<T: HotConfig + Send + Sync> Listeners<T> {
    pub(crate) fn on_pending(self: &Arc<Self>, callback: OnPending) -> (Listener, bool) {
        let callback = Some(Callback::Pending(callback));
        self.register(
            Entry { callback, key: None, since: 0, ear: Ear::Pending(PendingList::default()) },
            None,
        )
    }

    /// This is what waits for a restart.
    pub(crate) fn tell_of_pending(&self, pending: Vec<PendingRestart>) {
        let mut registered = self.registered.lock();
        if *registered.pending == *pending {
            return;
        }
        registered.pending = pending.into();
        registered.is_pending_new = true;
        drop(registered);
        self.stirred.notify_all();
    }

    /// Tells everybody of what waits who knows something else.
    pub(super) fn tell_pending(&self, on_panic: &impl Fn(&str)) {
        let (newest, ids) = {
            let mut registered = self.registered.lock();
            let newest = registered.pending.clone();
            let mut ids = Vec::new();
            for (&id, entry) in &mut registered.entries {
                match &mut entry.ear {
                    Ear::Pending(known) if *known != newest => {
                        known.clone_from(&newest);
                        ids.push(id);
                    }
                    _ => {}
                }
            }
            (newest, ids)
        };
        for id in ids {
            self.call(id, on_panic, |callback| {
                if let Callback::Pending(on_pending) = callback {
                    on_pending(&newest);
                }
            });
        }
    }
}
