//! [`WeakHot`]: a handle that does not keep its store going.

use std::fmt;
use std::sync::{Arc, Weak};

use super::{Hot, Store};
use crate::change::Core;

/// A handle that does not keep its store going: for callbacks, and for whatever the configuration itself leads to.
///
/// ```
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 4)] workers: usize }
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let weak = cfg.downgrade();
/// assert_eq!(weak.upgrade().unwrap().load().workers, 4);
/// drop(cfg);
/// assert!(weak.upgrade().is_none());
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct WeakHot<T> {
    pub(super) core: Arc<Core<T>>,
    pub(super) store: Weak<Store<T>>,
}

impl<T> WeakHot<T> {
    /// The handle, while there is still another one.
    #[must_use]
    pub fn upgrade(&self) -> Option<Hot<T>> {
        Some(Hot { core: self.core.clone(), store: self.store.upgrade()? })
    }
}

impl<T> Clone for WeakHot<T> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone(), store: self.store.clone() }
    }
}

impl<T> fmt::Debug for WeakHot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakHot")
    }
}
