//! What there is to be read at one place, where only one layer has a say.

use super::layer::{Data, Layer, NodeId};
use crate::value::View;

/// What one layer says at one place, or the name of an entry that is read as a value.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Spot<'a>(Said<'a>);

#[derive(Clone, Copy)]
enum Said<'a> {
    Node(&'a Layer, NodeId),
    Name(&'a str),
}

impl<'a> Spot<'a> {
    #[inline]
    pub(super) fn of_node(layer: &'a Layer, node: NodeId) -> Self {
        Self(Said::Node(layer, node))
    }

    pub(crate) fn of_name(name: &'a str) -> Self {
        Self(Said::Name(name))
    }

    #[inline]
    pub(crate) fn view(self) -> View<'a> {
        match self.0 {
            Said::Node(layer, node) => layer.view(node),
            Said::Name(name) => View::Raw(name),
        }
    }

    /// The items of a list.
    pub(crate) fn items(self) -> Option<impl ExactSizeIterator<Item = Self>> {
        let Said::Node(layer, node) = self.0 else { return None };
        let Data::List(block) = layer.data(node) else { return None };
        Some(block.ids().map(move |node| Self::of_node(layer, node)))
    }
}
