//! Keys as the sources spell them, which may be by aliases.

use super::{Build, Content, Input, Segment};
use crate::key::KeyPath;
use crate::schema::{Schema, Shape};
use crate::tree::Merged;

impl<'a> Build<'a> {
    /// The path, as the winning source spells it.
    pub(super) fn path_as_spelt(&self, input: &Input<'a>) -> KeyPath {
        match &input.content {
            Content::Place(place) => self.path_as_spelt_at(place),
            Content::Absent { within: Some(place) } => self.path_as_spelt_at(place),
            _ => self.path(),
        }
    }

    /// The path, as far as it is in the winning layer of this place as that layer spells it.
    pub(super) fn path_as_spelt_at(&self, place: &Merged<'a>) -> KeyPath {
        let segments = self.path.iter().copied();
        as_spelt(self.root, &self.joined, place, segments)
    }

    /// The path of a key beneath this one, as the winning layer of this place spells it.
    pub(super) fn key_as_spelt_at(&self, place: &Merged<'a>, name: &str) -> KeyPath {
        as_spelt(self.root, &self.joined, place, self.path.iter().copied().chain([Segment::Name(name)]))
    }
}

fn as_spelt<'s>(
    root: &'static Schema,
    joined: &[Merged<'_>],
    place: &Merged<'_>,
    path: impl Iterator<Item = Segment<'s>>,
) -> KeyPath {
    let mut here = place.root_of_layer();
    let mut outer = Outer::Section(root);
    let mut spelt = KeyPath::default();
    for segment in path {
        let shape = match segment {
            Segment::Index(index) => {
                spelt = spelt.join(&index.to_string());
                here = here.and_then(|here| here.item(index));
                outer.item(index)
            }
            Segment::Joined { index, place: item } => {
                spelt = spelt.join(&index.to_string());
                here = joined.get(item).and_then(|item| item.in_layer_of(place));
                outer.item(index)
            }
            Segment::Name(name) => {
                let (aliases, shape) = outer.named(name);
                here = here.map(|here| here.named(name, aliases));
                spelt = spelt.join(here.as_ref().and_then(Merged::key_as_spelt).unwrap_or(name));
                shape
            }
        };
        outer = shape.map_or(Outer::Unknown, Outer::of);
    }
    spelt
}

/// What a segment of a path stands in.
enum Outer {
    Section(&'static Schema),
    Other(&'static Shape),
    Unknown,
}

impl Outer {
    fn of(shape: &'static Shape) -> Self {
        shape.section().map_or(Self::Other(shape), Self::Section)
    }

    fn item(&self, index: usize) -> Option<&'static Shape> {
        match self {
            Self::Other(shape) => shape.item(index).or_else(|| shape.beneath(&index.to_string())),
            Self::Section(_) | Self::Unknown => None,
        }
    }

    /// The other names of a key here, and what it is expected to be.
    fn named(&self, name: &str) -> (&'static [&'static str], Option<&'static Shape>) {
        let in_section = |section: &'static Schema| {
            let member = section.member(name).filter(|member| member.name.is_some())?;
            Some((member.aliases, Some(member.shape)))
        };
        match self {
            Self::Section(section) => {
                let entry = || (&[][..], section.member(name).map(|member| member.shape));
                in_section(section).unwrap_or_else(entry)
            }
            Self::Other(shape) => {
                let contents = match shape.inner() {
                    Shape::Union(union) => union().variants,
                    _ => &[],
                };
                let sections = contents.iter().filter_map(|variant| variant.content?.section());
                let found = sections.map(in_section).find(Option::is_some).flatten();
                found.unwrap_or_else(|| (&[], shape.beneath(name)))
            }
            Self::Unknown => (&[], None),
        }
    }
}
