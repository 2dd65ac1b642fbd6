//! [`Changes`]: a subscription as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::FusedStream;

use super::{Change, Subscription};
use crate::cell::HotConfig;

/// The changes of a store as a [`Stream`], from [`Subscription::into_stream`].
///
/// It is of no runtime: whatever polls it is woken by the store. It ends after the last handle of the store is gone.
pub struct Changes<T> {
    subscription: Subscription<T>,
    is_over: bool,
}

impl<T: HotConfig> Subscription<T> {
    /// The changes as a [`Stream`], for the combinators of `futures` and its like. It goes on where the subscription
    /// stands, and like it gives fewer, merged changes to one who is slow.
    ///
    /// A subscription is no stream by itself, because it is an iterator: beside `StreamExt` its `next` would be ambiguous.
    ///
    /// ```
    /// use hotconf::{Hot, HotConfig};
    /// use futures_core::Stream;
    /// use std::future::poll_fn;
    /// use std::pin::pin;
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 4)]
    ///     workers: usize,
    /// }
    ///
    /// async fn follow(cfg: &Hot<AppConfig>) {
    ///     let mut changes = pin!(cfg.subscribe().into_stream());
    ///     while let Some(change) = poll_fn(|context| changes.as_mut().poll_next(context)).await {
    ///         println!("{change}");
    ///     }
    /// }
    /// ```
    #[must_use = "a stream does nothing unless it is polled"]
    pub fn into_stream(self) -> Changes<T> {
        Changes { subscription: self, is_over: false }
    }
}

impl<T: HotConfig> Stream for Changes<T> {
    type Item = Change<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Change<T>>> {
        let polled = self.subscription.poll_changed(context);
        self.is_over = matches!(polled, Poll::Ready(None));
        polled
    }
}

impl<T: HotConfig> FusedStream for Changes<T> {
    fn is_terminated(&self) -> bool {
        self.is_over
    }
}

/// Shows the version it has seen, and no value.
impl<T> fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("seen", &self.subscription.seen.version()).finish_non_exhaustive()
    }
}
