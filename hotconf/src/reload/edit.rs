//! Overrides: values set while the program runs, the layer above all sources.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::key::{KeyPath, ToKeyPath};
use crate::origin::{Origin, OriginKind};
use crate::tree::{Draft, Layer, LayerName};
use crate::value::{IntoValue, Value};

/// One step of a change of overrides.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Set(KeyPath, Value),
    Unset(KeyPath),
}

/// Several overrides that are set and taken away together, in [`Hot::update`](crate::Hot::update).
pub struct Edit<T> {
    operations: Vec<Operation>,
    configuration: PhantomData<fn() -> T>,
}

impl<T: 'static> Edit<T> {
    pub(crate) fn new() -> Self {
        Self { operations: Vec::new(), configuration: PhantomData }
    }

    /// Sets `key`, a typed key or a dotted path, to `value`.
    pub fn set(&mut self, key: impl ToKeyPath<T>, value: impl IntoValue) -> &mut Self {
        self.operations.push(Operation::Set(key.to_key_path(), value.into_value()));
        self
    }

    /// Takes the override of `key`, and all beneath it, away; what lies beneath is uncovered.
    pub fn unset(&mut self, key: impl ToKeyPath<T>) -> &mut Self {
        self.operations.push(Operation::Unset(key.to_key_path()));
        self
    }

    pub(crate) fn into_operations(self) -> Vec<Operation> {
        self.operations
    }
}

impl<T> fmt::Debug for Edit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit").field("operations", &self.operations.len()).finish()
    }
}

/// The overrides that are in place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    draft: Draft,
}

impl Overrides {
    /// These overrides after the operations.
    pub(crate) fn after(&self, operations: Vec<Operation>) -> Self {
        let mut draft = self.draft.clone();
        for operation in operations {
            match operation {
                Operation::Set(path, value) => {
                    let segments: Vec<_> = path.segments().collect();
                    let value = Draft::value(value, Origin::new(OriginKind::Override));
                    draft.insert(segments.iter().map(AsRef::as_ref), value);
                }
                Operation::Unset(path) => {
                    let segments: Vec<_> = path.segments().collect();
                    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
                    draft.remove(&segments);
                }
            }
        }
        Self { draft }
    }

    /// The layer that they are; `None` where there are none.
    pub(crate) fn layer(&self) -> Option<Arc<Layer>> {
        if self.draft.is_empty_map() {
            return None;
        }
        let layer = Layer::from_draft(LayerName::Other(OriginKind::Override), &self.draft);
        // Beneath what is kept running, above all sources.
        Some(Arc::new(layer.with_index(usize::MAX - 1)))
    }
}
