//! Overrides: values set while the program runs, the layer above all sources.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

use crate::error::{Error, Problem, ProblemKind};
use crate::key::{DEEPEST, KeyPath, ToKeyPath};
use crate::loader::too_deep;
use crate::origin::{Origin, OriginKind};
use crate::schema::{Schema, Shape};
use crate::tree::{Draft, Layer, LayerName};
use crate::value::{IntoValue, Value};

/// One step of a change of overrides.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Set(KeyPath, Value, &'static Location<'static>),
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
    #[track_caller]
    pub fn set(&mut self, key: impl ToKeyPath<T>, value: impl IntoValue) -> &mut Self {
        let operation = Operation::Set(key.to_key_path(), value.into_value(), Location::caller());
        self.operations.push(operation);
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
    /// These overrides after the operations. Keys are taken by their own names, whatever alias they were given by, so
    /// that what was set by one name is taken back by another.
    pub(crate) fn after(&self, schema: &'static Schema, operations: Vec<Operation>) -> Result<Self, Error> {
        let mut draft = self.draft.clone();
        for operation in operations {
            match operation {
                Operation::Set(path, value, caller) => {
                    let value = Draft::value(value, Origin::set_by(caller));
                    if path.is_root() {
                        let message = "the whole configuration cannot be set; set its keys";
                        return Err(Problem::new(ProblemKind::Misuse, message).into());
                    }
                    if path.is_too_deep() || value.is_deeper_than(DEEPEST) {
                        return Err(too_deep().into());
                    }
                    let segments = own_names(schema, &path);
                    draft.insert(segments.iter().map(String::as_str), value);
                }
                Operation::Unset(path) if path.is_root() => draft = Draft::default(),
                Operation::Unset(path) => {
                    let segments = own_names(schema, &path);
                    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
                    draft.remove(&segments);
                }
            }
        }
        Ok(Self { draft })
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

/// The segments of a path, aliases replaced by the names of their fields.
fn own_names(schema: &'static Schema, path: &KeyPath) -> Vec<String> {
    let mut shape: Option<&'static Shape> = None;
    let mut section = Some(schema);
    let names = path.segments().map(|segment| {
        let member = section.and_then(|schema| schema.member(&segment));
        shape = match (member, shape.map(Shape::inner)) {
            (Some(member), _) => Some(member.shape),
            (None, Some(Shape::List(item) | Shape::Set(item) | Shape::Map(item))) => Some(item),
            _ => None,
        };
        section = shape.and_then(Shape::section);
        member.and_then(|member| member.name).map_or_else(|| segment.into_owned(), str::to_owned)
    });
    names.collect()
}
