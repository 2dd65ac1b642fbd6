//! [`Subscription`]: those who wait for changes.

use std::fmt;
use std::future::poll_fn;
use std::iter::FusedIterator;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::{Change, Core};
use crate::cell::HotConfig;
use crate::snapshot::Snapshot;

/// Why no change came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitError {
    /// The time is over, and nothing has changed so far.
    Timeout,
    /// The last handle of the store is gone: nothing will change any more.
    Closed,
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "nothing has changed within the time",
            Self::Closed => "the configuration's last handle is gone",
        })
    }
}

impl std::error::Error for WaitError {}

/// Changes as they come, from the moment of [`Hot::subscribe`](crate::Hot::subscribe).
///
/// It is an [`Iterator`] whose `next` blocks until there is a change, and ends when the last handle of the store is
/// gone. A subscription that is slower than the changes sees fewer, merged ones: from what it saw last to the newest.
/// It always ends at the newest version, its memory is bounded, and it never makes the publisher wait. It does not
/// keep the store going.
///
/// ```
/// # use hotconf::{Hot, HotConfig};
/// # #[derive(HotConfig)]
/// # struct AppConfig { #[hot(default = 4)] workers: usize, #[hot(default = false)] debug: bool }
/// let cfg: Hot<AppConfig> = Hot::builder().build()?;
/// let mut changes = cfg.subscribe();
/// let keys = AppConfig::keys();
///
/// cfg.set(keys.workers, 8)?;
/// let change = changes.next().unwrap();
/// assert_eq!(change.keys(), ["workers"]);
/// assert_eq!(change.of(keys.workers), Some((&4, &8)));
/// assert_eq!(change.of(keys.debug), None);
/// # Ok::<(), hotconf::Error>(())
/// ```
pub struct Subscription<T> {
    core: Arc<Core<T>>,
    pub(super) seen: Snapshot<T>,
    /// Its place among the wakers, once it has waited asynchronously.
    waiter: Option<u64>,
}

impl<T: HotConfig> Subscription<T> {
    pub(crate) fn new(core: Arc<Core<T>>) -> Self {
        let seen = core.cell.fetch();
        Self { core, seen, waiter: None }
    }

    /// The next change within `time`. Blocks the thread until then.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// use hotconf::WaitError;
    /// use std::time::Duration;
    ///
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let mut changes = cfg.subscribe();
    /// assert_eq!(changes.next_timeout(Duration::ZERO).unwrap_err(), WaitError::Timeout);
    /// let _ = cfg.set("workers", 8)?;
    /// assert!(changes.next_timeout(Duration::from_secs(5)).is_ok());
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`WaitError::Timeout`] when none came, [`WaitError::Closed`] when none will.
    pub fn next_timeout(&mut self, time: Duration) -> Result<Change<T>, WaitError> {
        let mut news = self.core.news.lock();
        let waited = self.core.changed.wait_while_for(
            &mut news,
            |news| news.version <= self.seen.version() && !news.is_closed,
            time,
        );
        drop(news);
        match self.try_next() {
            Some(change) => Ok(change),
            None if waited.timed_out() => Err(WaitError::Timeout),
            None => Err(WaitError::Closed),
        }
    }

    /// The change that has come since the last one, if any; does not wait.
    pub fn try_next(&mut self) -> Option<Change<T>> {
        let newest = self.core.cell.fetch();
        if newest.version() <= self.seen.version() {
            return None;
        }
        let old = std::mem::replace(&mut self.seen, newest.clone());
        Some(Change::between(old, newest, &self.core))
    }

    /// Waits for the next change without blocking the thread, on any runtime; `None` once none will come.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: usize }
    /// async fn follow(cfg: &Hot<AppConfig>) {
    ///     let mut changes = cfg.subscribe();
    ///     while let Some(change) = changes.changed().await {
    ///         println!("{change}");
    ///     }
    /// }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped before it is ready: the next call answers.
    pub async fn changed(&mut self) -> Option<Change<T>> {
        poll_fn(|context| self.poll_changed(context)).await
    }

    pub(crate) fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<Option<Change<T>>> {
        // Cloning and dropping a waker is foreign code too, so both happen outside the lock.
        let waker = context.waker().clone();
        let replaced;
        let is_closed = {
            let mut news = self.core.news.lock();
            if news.version <= self.seen.version() && !news.is_closed {
                let waiter = *self.waiter.get_or_insert_with(|| {
                    news.next_waiter += 1;
                    news.next_waiter
                });
                replaced = news.waiting.insert(waiter, waker);
                drop(news);
                drop(replaced);
                return Poll::Pending;
            }
            news.is_closed
        };
        match self.try_next() {
            Some(change) => Poll::Ready(Some(change)),
            None if is_closed => Poll::Ready(None),
            // The version is told after the snapshot is in place, so there is one to be seen.
            None => unreachable!("a version that was told is in place"),
        }
    }
}

impl<T: HotConfig> Iterator for Subscription<T> {
    type Item = Change<T>;

    fn next(&mut self) -> Option<Change<T>> {
        let mut news = self.core.news.lock();
        self.core
            .changed
            .wait_while(&mut news, |news| news.version <= self.seen.version() && !news.is_closed);
        drop(news);
        self.try_next()
    }
}

/// Once the store is gone, and the newest version has been seen, nothing comes any more.
impl<T: HotConfig> FusedIterator for Subscription<T> {}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter {
            let waker = self.core.news.lock().waiting.remove(&waiter);
            drop(waker);
        }
    }
}

/// Shows the version it has seen, and no value.
impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("seen", &self.seen.version()).finish_non_exhaustive()
    }
}
