//! What of a layer may be written down where others might read it.

use std::sync::Arc;

use super::located::locate;
use crate::key::KeyPath;
use crate::schema::{Schema, Shape};
use crate::tree::{Block, Data, Draft, DraftContent, Layer, NodeId, Place};

/// What a layer says, without all that may be a secret: by its key, by where it is from, or because no field has it. Also
/// the keys of the secrets that are left out, by their own names. A list with a secret in it is left out as a whole,
/// because its items have no keys of their own, and so is an enum, whatever variant it is.
pub(crate) fn showable(schema: &'static Schema, layer: &Arc<Layer>) -> (Draft, Vec<KeyPath>) {
    let alone = [layer.clone()];
    let mut walk = Walk { schema, alone: &alone, left_out: Vec::new() };
    let root = KeyPath::default();
    let draft = match layer.data(NodeId::ROOT) {
        Data::Map(block) => walk.entries(NodeId::ROOT, block, &root, &root),
        _ => Draft::default(),
    };
    (draft, walk.left_out)
}

/// What a layer says of these keys, and nothing else.
pub(crate) fn of_keys(schema: &'static Schema, layer: &Arc<Layer>, keys: &[KeyPath]) -> Draft {
    let alone = [layer.clone()];
    let mut draft = Draft::default();
    for key in keys {
        if let Some(found) = locate(schema, &alone, key).and_then(|located| located.place.to_draft()) {
            let segments: Vec<_> = key.segments().collect();
            draft.insert(segments.iter().map(AsRef::as_ref), found);
        }
    }
    draft
}

struct Walk<'w> {
    schema: &'static Schema,
    alone: &'w [Arc<Layer>; 1],
    left_out: Vec<KeyPath>,
}

impl Walk<'_> {
    fn entries(&mut self, node: NodeId, block: Block, path: &KeyPath, own: &KeyPath) -> Draft {
        let layer = self.alone[0].clone();
        let entries = block.ids().filter_map(|entry| {
            let name = layer.key(entry);
            Some((name.to_owned(), self.entry(entry, name, path.join(name), own)?))
        });
        let entries = entries.collect();
        let content =
            if block.is_whole() { DraftContent::Whole(entries) } else { DraftContent::Map(entries) };
        Draft { content, origin: Some(layer.origin(node, Place::Value)) }
    }

    /// What stands at `path`, by the names that the layer has; `outer` is the place around it by the schema's names.
    fn entry(&mut self, node: NodeId, name: &str, path: KeyPath, outer: &KeyPath) -> Option<Draft> {
        let (alone, layer) = (self.alone, &*self.alone[0]);
        let located = locate(self.schema, alone, &path)?;
        let own = outer.join(located.own.map_or(name, |field| field.name));
        let shape = located.shape.map(Shape::inner);
        match (shape, layer.data(node)) {
            // That there is nothing is no secret.
            (_, Data::Null | Data::Nothing) => Some(Draft::of(layer, node)),
            _ if located.marks.secret => self.leave_out(own),
            (Some(Shape::Section(_) | Shape::Map(_)), Data::Map(block)) => {
                Some(self.entries(node, block, &path, &own))
            }
            (Some(shape), _) if shape.has_secret() => self.leave_out(own),
            _ => {
                let draft = Draft::of(layer, node);
                if draft.has_secret() { self.leave_out(own) } else { Some(draft) }
            }
        }
    }

    fn leave_out(&mut self, key: KeyPath) -> Option<Draft> {
        if !self.left_out.contains(&key) {
            self.left_out.push(key);
        }
        None
    }
}
