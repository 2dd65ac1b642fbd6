//! Where the layers have, each for itself, what stands at a path. The items of a list that several layers give have other
//! numbers there.

use super::located::locate;
use crate::key::KeyPath;
use crate::schema::{Schema, Shape};
use crate::tree::Stack;

/// The path by which one layer alone has something.
#[derive(Clone)]
pub(super) enum Apart {
    Whole(KeyPath),
    /// As far as the list in which the layer does not have the item.
    UpTo(KeyPath),
}

impl Apart {
    /// The whole path; `None` where the layer does not have an item on the way.
    pub(super) fn whole(&self) -> Option<&KeyPath> {
        match self {
            Self::Whole(path) => Some(path),
            Self::UpTo(_) => None,
        }
    }
}

/// The path by which each layer has what stands at `path`, in the order of the stack. `None` where that is in a list of more
/// items than `most`: to find one of them all are looked through.
pub(super) fn paths_apart(
    schema: &'static Schema,
    stack: &Stack,
    path: &KeyPath,
    most: usize,
) -> Option<Vec<Apart>> {
    let segments: Vec<_> = path.segments().collect();
    if !may_merge(schema, path) {
        return Some(vec![Apart::Whole(path.clone()); stack.len()]);
    }
    let mut apart = vec![Apart::Whole(KeyPath::default()); stack.len()];
    for (place, segment) in segments.iter().enumerate() {
        let outer = || locate(schema, stack, &KeyPath::from_segments(&segments[..place]));
        let number = segment.parse().ok().filter(|_| place > 0);
        let list = number.and_then(|_| outer()).filter(|list| list.place.merges());
        let numbers = match number.zip(list) {
            None => None,
            Some((_, list)) if list.seen().count_of_all_lists() > most => return None,
            Some((number, list)) => Some(list.seen().numbers_of(number)),
        };
        for (layer, own) in apart.iter_mut().enumerate() {
            let Apart::Whole(so_far) = own else { continue };
            *own = match &numbers {
                None => Apart::Whole(so_far.join(segment)),
                Some(numbers) => match numbers.iter().find(|(other, _)| *other == layer) {
                    Some((_, number)) => Apart::Whole(so_far.join(&number.to_string())),
                    None => Apart::UpTo(so_far.clone()),
                },
            };
        }
    }
    Some(apart)
}

/// Whether the path may lead through a list that is made of those of several layers, whatever the layers say.
fn may_merge(schema: &'static Schema, path: &KeyPath) -> bool {
    let mut section = Some(schema);
    let mut outer: Option<&'static Shape> = None;
    for segment in path.segments() {
        let inner = match (section, outer.map(Shape::inner)) {
            (Some(schema), _) => match schema.member(&segment) {
                Some(member) if member.merging.is_some() || member.union.is_some() => return true,
                Some(member) => member.shape,
                None => return false,
            },
            (None, Some(Shape::List(item) | Shape::Set(item) | Shape::Map(item))) => *item,
            // What a variant has depends on which stands there.
            (None, Some(Shape::Union(_) | Shape::Tuple(_))) => return true,
            _ => return false,
        };
        section = inner.section();
        outer = Some(inner);
    }
    false
}
