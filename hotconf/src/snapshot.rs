//! One immutable configuration: the typed value, its version, and the layers that it was built from.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::tree::Layer;

/// One version of a configuration, owned: it may be kept, cloned, sent to other threads and held across `.await`.
///
/// It dereferences to the configuration. All fields read through one snapshot belong to one version, for as long as it is
/// held; a later change makes a new snapshot and leaves this one as it is. Cloning counts a reference.
///
/// ```
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 8000)] port: u16 }
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let snapshot = cfg.snapshot();
/// std::thread::spawn(move || assert_eq!(snapshot.port, 8000)).join().unwrap();
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct Snapshot<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    value: T,
    version: u64,
    /// `None` for a value that the program made itself.
    layers: Option<Vec<Arc<Layer>>>,
    alive: Alive,
}

/// Counts the snapshots of one store that somebody still holds.
#[derive(Debug, Default)]
pub(crate) struct Alive(Arc<AtomicUsize>);

impl Alive {
    /// One more snapshot, which counts until it is dropped.
    fn enter(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(self.0.clone())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        self.alive.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<T> Snapshot<T> {
    pub(crate) fn new(value: T, version: u64, layers: Vec<Arc<Layer>>, alive: &Alive) -> Self {
        Self { inner: Arc::new(Inner { value, version, layers: Some(layers), alive: alive.enter() }) }
    }

    /// The snapshot of a value that the program made itself.
    pub(crate) fn fixed(value: T, version: u64, alive: &Alive) -> Self {
        Self { inner: Arc::new(Inner { value, version, layers: None, alive: alive.enter() }) }
    }

    /// Makes it another version. Nobody else may have it yet.
    pub(crate) fn renumber(&mut self, version: u64) {
        match Arc::get_mut(&mut self.inner) {
            Some(inner) => inner.version = version,
            None => unreachable!("a snapshot that is in use keeps its version"),
        }
    }

    /// Which version this is: the first of a store is 1, and each published change adds one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.inner.version
    }

    /// The layers it was built from; none for a value that the program made itself.
    pub(crate) fn layers(&self) -> &[Arc<Layer>] {
        self.inner.layers.as_deref().unwrap_or_default()
    }

    pub(crate) fn is_fixed(&self) -> bool {
        self.inner.layers.is_none()
    }
}

impl<T> Deref for Snapshot<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner.value
    }
}

impl<T> Clone for Snapshot<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

/// Shows the version and no value.
impl<T> fmt::Debug for Snapshot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("version", &self.version()).finish_non_exhaustive()
    }
}
