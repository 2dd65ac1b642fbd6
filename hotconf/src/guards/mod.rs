//! What a configuration may be at most, and what a change may take away.
//!
//! The limits of single sources stand with those who read them: the size of a text with the sources and the loader, the
//! items of a field with the build.

mod shrink;
mod size;
mod used;

use crate::key::DEEPEST;

pub(crate) use shrink::{Shrinkage, shrinkage};
pub(crate) use size::excess;
pub use used::GuardStatus;
pub(crate) use used::{Usage, guard_status};

/// So many values are let in where nothing is said. Whoever has more of them has them in a database.
const MAX_KEYS: usize = 1_000_000;

/// The largest file that is read where nothing else is said: 16 MiB.
const MAX_FILE_SIZE: u64 = 16 << 20;

/// What the builder says of what a configuration may be, and of what a change may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) max_keys: usize,
    pub(crate) max_depth: usize,
    pub(crate) max_file_size: u64,
    /// The share of a collection that one change may take away; `None` where nothing guards that.
    pub(crate) shrink: Option<f64>,
    /// Whether a change of a key that waits for a restart is refused, instead of waiting.
    pub(crate) refuses_restart: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_keys: MAX_KEYS,
            max_depth: DEEPEST,
            max_file_size: MAX_FILE_SIZE,
            shrink: None,
            refuses_restart: false,
        }
    }
}
