//! What callbacks heard.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use crate::wait_until;

/// A list that callbacks write and tests read.
#[derive(Debug)]
pub struct Record<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone + Debug> Record<T> {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// Adds an entry.
    pub fn push(&self, entry: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// All entries so far.
    #[must_use]
    pub fn all(&self) -> Vec<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many entries there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether there is no entry so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits until there are at least `count` entries, and gives them.
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> Vec<T> {
        wait_until(&format!("{count} entries in {:?}", self.all()), || self.len() >= count);
        self.all()
    }
}

impl<T: Clone + Debug> Default for Record<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Record<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
