//! [`Reader`]: reads of one's own.

use std::fmt;
use std::sync::Arc;

use crate::cell::Cached;
use crate::change::Core;
use crate::snapshot::Snapshot;

/// Reads a configuration at the cost of one comparison: for one thread or task that reads often.
///
/// It keeps the snapshot that it saw last until it reads again, and does not keep the store going; once the last
/// [`Hot`](crate::Hot) is gone it goes on reading what was in place then.
///
/// ```
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 4)] workers: usize }
/// # let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let mut reader = cfg.reader();
/// assert_eq!(reader.load().workers, 4);
/// let _ = cfg.set("workers", 8)?;
/// assert_eq!(reader.load().workers, 8);
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct Reader<T> {
    cached: Cached<T>,
    core: Arc<Core<T>>,
}

impl<T> Reader<T> {
    pub(crate) fn new(core: Arc<Core<T>>) -> Self {
        Self { cached: Cached::new(&core.cell), core }
    }

    /// The configuration as it is now. What is read through one reference belongs to one version.
    #[inline]
    pub fn load(&mut self) -> &T {
        self.cached.refreshed(&self.core.cell)
    }

    /// The configuration as it is now, owned.
    pub fn snapshot(&mut self) -> Snapshot<T> {
        self.cached.refreshed(&self.core.cell).clone()
    }
}

impl<T> Clone for Reader<T> {
    fn clone(&self) -> Self {
        Self { cached: self.cached.clone(), core: self.core.clone() }
    }
}

/// Shows no value.
impl<T> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}
