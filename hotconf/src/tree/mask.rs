//! Places that several share: a section and what is flattened into it, an enum's tag and the fields beside it.

use std::sync::Arc;

use super::merged::Merged;
use crate::schema::{Field, Schema, Shape, Tagging, Taken};

/// Which keys of a place are seen.
pub(crate) struct Mask {
    names: Vec<&'static str>,
    /// Whether these are seen, or all others.
    are_seen: bool,
    /// What the place was masked by before.
    outer: Option<Arc<Mask>>,
}

impl Mask {
    /// Only these.
    fn only(names: Vec<&'static str>) -> Self {
        Self { names, are_seen: true, outer: None }
    }

    /// All but these.
    pub(crate) fn without(names: Vec<&'static str>) -> Self {
        Self { names, are_seen: false, outer: None }
    }

    pub(super) fn within(self, outer: Option<Arc<Mask>>) -> Self {
        Self { outer, ..self }
    }

    pub(super) fn is_choosy(&self) -> bool {
        self.are_seen
    }

    pub(super) fn shows(&self, name: &str) -> bool {
        self.names.contains(&name) == self.are_seen
            && self.outer.as_ref().is_none_or(|outer| outer.shows(name))
    }
}

impl<'a> Merged<'a> {
    /// The place of a field of the section that stands here, which has this schema. Adds to `matched` how many keys of the
    /// layers that has used up.
    pub(crate) fn member(&self, schema: &'static Schema, field: &'static Field, matched: &mut usize) -> Self {
        if !field.is_flat {
            return match field.merging() {
                Some(field) => self.joined(field, matched),
                None => self.field(field.name, field.aliases, matched),
            };
        }
        let place = self.clone().without_nothing();
        let Taken { names, takes_rest, .. } = field.taken();
        let mask = if takes_rest {
            Mask::without(schema.taken_beside(field).names)
        } else {
            Mask::only(names.clone())
        };
        if takes_rest
            && is_optional_and_tagged(field)
            && names.iter().all(|name| place.entry(name).is_absent())
        {
            // The section is there, and the enum is not: what nobody else takes does not say which variant it is.
            return place.masked(Mask::only(Vec::new()));
        }
        place.masked(mask)
    }
}

fn is_optional_and_tagged(field: &Field) -> bool {
    match (field.shape, field.shape.inner()) {
        (Shape::Option(_), Shape::Union(union)) => matches!(union().tagging, Tagging::Internal { .. }),
        _ => false,
    }
}
