//! How much stands in a layer, and in a stack of them.

use super::layer::{Data, Layer, NodeId};
use super::merged::Merged;
use crate::value::View;

/// How much a layer, or a part of one, holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The single values, each item of a list and each entry of a map by itself. What is empty is one.
    pub(crate) values: usize,
    /// The segments of the longest key.
    pub(crate) depth: usize,
}

impl Layer {
    /// How much it holds. Counted once, when somebody first wants to know.
    pub(crate) fn extent(&self) -> Extent {
        *self.extent.get_or_init(|| self.extent_of(NodeId::ROOT))
    }

    /// No fewer than its single values, for which nothing is counted.
    pub(crate) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn extent_of(&self, node: NodeId) -> Extent {
        let (Data::Map(block) | Data::List(block)) = self.data(node) else {
            return Extent { values: 1, depth: 0 };
        };
        let empty = Extent { values: usize::from(node != NodeId::ROOT), depth: 0 };
        let inner = block.ids().map(|node| self.extent_of(node));
        let add = |one: Extent, other: Extent| Extent {
            values: one.values + other.values,
            depth: one.depth.max(other.depth),
        };
        inner.reduce(add).map_or(empty, |all| Extent { depth: all.depth + 1, ..all })
    }

    /// The first key that has more segments than this, with the node that stands there.
    pub(crate) fn key_deeper_than(&self, depth: usize) -> Option<(Vec<String>, NodeId)> {
        let mut path = Vec::new();
        let node = self.find_deeper(NodeId::ROOT, depth, &mut path)?;
        Some((path, node))
    }

    fn find_deeper(&self, node: NodeId, depth: usize, path: &mut Vec<String>) -> Option<NodeId> {
        if path.len() > depth {
            return Some(node);
        }
        let data = self.data(node);
        let (Data::Map(block) | Data::List(block)) = data else { return None };
        for (number, child) in block.ids().enumerate() {
            path.push(match data {
                Data::List(_) => number.to_string(),
                _ => self.key(child).to_owned(),
            });
            if let Some(found) = self.find_deeper(child, depth, path) {
                return Some(found);
            }
            path.pop();
        }
        None
    }
}

impl Merged<'_> {
    /// The single values that stand here, counted as those of a layer are.
    pub(crate) fn value_count(&self) -> usize {
        if let Some((layer, node)) = self.sole() {
            return layer.extent_of(node).values;
        }
        match self.view() {
            None => 0,
            Some(View::Map) => {
                let (mut entries, mut values) = (0, 0);
                for (_, entry) in self.entries() {
                    entries += 1;
                    values += entry.value_count();
                }
                // A section that is there and has no keys is one value; its entries may be there and say nothing.
                if entries == 0 { 1 } else { values }
            }
            Some(View::List) => self.items().map(|item| item.value_count()).sum::<usize>().max(1),
            Some(_) => 1,
        }
    }
}
