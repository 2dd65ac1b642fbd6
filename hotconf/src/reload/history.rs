//! The versions that are kept: enough of each to compare it and to go back to it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use super::edit::Overrides;
use crate::error::{Error, Problem, ProblemKind};
use crate::history::{Cause, Diff, HistoryEntry, key_changes, layers_apart};
use crate::key::KeyPath;
use crate::schema::Schema;
use crate::tree::{Layer, changed_keys};

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HistoryLimits {
    pub(crate) versions: usize,
    pub(crate) bytes: usize,
}

impl Default for HistoryLimits {
    fn default() -> Self {
        Self { versions: 8, bytes: 16 << 20 }
    }
}

/// One version that was published.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) version: u64,
    pub(super) published: SystemTime,
    pub(super) cause: Cause,
    pub(super) keys: Arc<[KeyPath]>,
    /// The layers that were in place before it.
    pub(super) before: Arc<[Arc<Layer>]>,
    /// Its own, with what is above the sources.
    pub(super) layers: Arc<[Arc<Layer>]>,
    /// Those of its sources alone.
    pub(super) applied: Arc<[Arc<Layer>]>,
    pub(super) overrides: Overrides,
}

impl Kept {
    /// What a store begins with.
    pub(super) fn first(layers: Arc<[Arc<Layer>]>) -> Self {
        Self {
            version: 1,
            published: SystemTime::now(),
            cause: Cause::Start,
            keys: Vec::new().into(),
            before: layers.clone(),
            applied: layers.clone(),
            layers,
            overrides: Overrides::default(),
        }
    }
}

/// The last versions, the oldest first.
pub(super) struct History {
    limits: HistoryLimits,
    kept: VecDeque<Kept>,
}

impl History {
    pub(super) fn new(limits: HistoryLimits) -> Self {
        Self { limits, kept: VecDeque::new() }
    }

    /// Keeps a version, and forgets the oldest where they are too many, or hold on to too much that is in place no more.
    pub(super) fn keep(&mut self, version: Kept) {
        self.kept.push_back(version);
        while self.kept.len() > self.limits.versions
            || self.kept.len() > 1 && self.bytes() > self.limits.bytes
        {
            self.kept.pop_front();
        }
    }

    /// What the layers take that are kept for the history alone; one that has come back to its place counts all the same.
    fn bytes(&self) -> usize {
        let replaced = self.kept.iter().flat_map(|kept| layers_apart(&kept.before, &kept.layers));
        // Layers that say the same with other words are replaced without a version.
        let pairs = self.kept.iter().zip(self.kept.iter().skip(1));
        let reworded = pairs.flat_map(|(older, newer)| layers_apart(&older.layers, &newer.before));
        replaced.chain(reworded).map(Layer::size).sum()
    }

    pub(super) fn all(&self) -> Vec<Kept> {
        self.kept.iter().cloned().collect()
    }

    /// The version with this number, or why there is none.
    pub(super) fn find(&self, version: u64) -> Result<Kept, Error> {
        let known = |kept: &&Kept| kept.version == version;
        self.kept.iter().find(known).cloned().ok_or_else(|| {
            let there = match (self.kept.front(), self.kept.back()) {
                (Some(first), Some(last)) if first.version < last.version => {
                    format!("the history goes from {} to {}", first.version, last.version)
                }
                (Some(only), _) => format!("the history has {} alone", only.version),
                _ => "there is no history".to_owned(),
            };
            Problem::new(ProblemKind::Misuse, format!("version {version} is not kept; {there}")).into()
        })
    }
}

/// The entries that people see.
pub(super) fn entries(schema: &'static Schema, kept: &[Kept]) -> Vec<HistoryEntry> {
    let entry = |kept: &Kept| HistoryEntry {
        version: kept.version,
        published: kept.published,
        cause: kept.cause.clone(),
        changes: key_changes(schema, &kept.before, &kept.layers, &kept.keys),
    };
    kept.iter().map(entry).collect()
}

/// What differs between two versions.
pub(super) fn diff(schema: &'static Schema, from: &Kept, to: &Kept) -> Diff {
    let keys = changed_keys(schema, &from.layers, &to.layers);
    let changes = key_changes(schema, &from.layers, &to.layers, &keys);
    Diff { from: from.version, to: to.version, changes }
}
