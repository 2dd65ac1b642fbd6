//! What a program holds of a callback that it registered.

use std::fmt;
use std::sync::Weak;

/// Lets a [`Listener`] find its entry without knowing the configuration's type.
pub(super) trait Unregister: Send + Sync {
    fn unregister(&self, id: u64);
}

/// A registered callback: it is called until this is dropped.
///
/// Dropping it does not wait for a call that is running. [`forever`](Listener::forever) keeps the callback for as long
/// as the store goes on. A callback that owns a [`Hot`](crate::Hot) would keep its store going for ever; one that needs
/// the store captures a [`WeakHot`](crate::WeakHot) instead.
///
/// ```
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 4)] workers: usize }
/// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let listener = cfg.on_change(|change| println!("{change}"));
/// drop(listener); // it is not called any more
/// cfg.on_change(|change| println!("{change}")).forever();
/// # Ok::<(), hotconf::Error>(())
/// ```
#[must_use = "the callback is unregistered when the listener is dropped; keep it, or call `forever`"]
pub struct Listener {
    pub(super) id: u64,
    pub(super) listeners: Weak<dyn Unregister>,
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
