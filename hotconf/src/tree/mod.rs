//! The configuration as a tree: one [`Layer`] for each source, read together as a stack.
//!
//! There is no merged tree. A [`Merged`] is a place in the stack, with the nodes of all layers that have a say there;
//! stepping into it applies the merge rules. So a reload that changes one layer parses and stores that layer only.
//!
//! | above | below | together |
//! |---|---|---|
//! | map | map | the entries of both; the same key again by this table |
//! | map | anything else | the map |
//! | single value or list | anything | the one above |
//! | `null` | anything | absent: the default, `None`, or "missing" |
//! | key with nothing behind it (YAML) | anything | for a section, list or map the one below; else as `null` |
//! | absent | anything | the one below |
//!
//! A list whose field says so is made of those of all layers down to the first `null`; see [`joined`].
//!
//! Invariant: reads no file, no environment, no clock; knows no format.

mod diff;
mod draft;
mod extent;
mod joined;
mod layer;
mod mask;
mod merged;
mod spot;
mod typed;
mod union;
mod writer;

pub(crate) use diff::changed_keys;
pub(crate) use draft::{Draft, DraftContent};
pub(crate) use joined::{Fault, Item};
pub(crate) use layer::{
    Block, Data, Layer, LayerName, NodeId, Place, Position, Positions, Span, Str, line_and_column,
};
pub(crate) use merged::{Merged, Stack};
pub use spot::Spot;
pub(crate) use typed::{Secrets, default_as_seen, default_value, section_value, typed_value, value_as_seen};
pub(crate) use union::{Chosen, Unclear};
pub(crate) use writer::Writer;
