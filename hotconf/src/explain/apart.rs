//! Where one layer alone has what stands at a path. The items of a list that several layers give have other numbers there.

use std::borrow::Cow;

use super::located::locate;
use crate::key::KeyPath;
use crate::schema::Schema;
use crate::tree::Stack;

/// The path by which one layer alone has something.
pub(super) enum Apart<'p> {
    Whole(Cow<'p, KeyPath>),
    /// As far as the list in which the layer does not have the item.
    UpTo(KeyPath),
}

impl<'p> Apart<'p> {
    /// The whole path; `None` where the layer does not have an item on the way.
    pub(super) fn whole(self) -> Option<Cow<'p, KeyPath>> {
        match self {
            Self::Whole(path) => Some(path),
            Self::UpTo(_) => None,
        }
    }
}

/// The path by which the layer with this place in the stack has what stands at `path`.
pub(super) fn path_in_layer<'p>(
    schema: &'static Schema,
    stack: &Stack,
    layer: usize,
    path: &'p KeyPath,
) -> Apart<'p> {
    let segments: Vec<_> = path.segments().collect();
    let is_number = |segment: &Cow<'_, str>| segment.parse::<usize>().is_ok();
    if !segments.iter().any(is_number) {
        return Apart::Whole(Cow::Borrowed(path));
    }
    let mut own: Vec<String> = Vec::with_capacity(segments.len());
    for (place, segment) in segments.iter().enumerate() {
        let list = || locate(schema, stack, &KeyPath::from_segments(&segments[..place]));
        let number = segment.parse().ok().filter(|_| place > 0);
        let joined = number.zip(number.and_then(|_| list())).filter(|(_, list)| list.place.merges());
        own.push(match joined {
            None => segment.clone().into_owned(),
            Some((number, list)) => match list.seen().number_in(number, layer) {
                Some(number) => number.to_string(),
                None => return Apart::UpTo(KeyPath::from_segments(own)),
            },
        });
    }
    Apart::Whole(Cow::Owned(KeyPath::from_segments(own)))
}
