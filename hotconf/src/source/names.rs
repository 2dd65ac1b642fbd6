//! From a variable's name to the key it means, by walking the schema.

use std::borrow::Cow;
use std::collections::HashSet;

use super::arguments::shape_at;
use crate::key::{DEEPEST, KeyPath};
use crate::schema::{Field, Schema, Shape, Union, environment_name};
use crate::tree::{Merged, Stack};

/// Where a variable's name leads.
pub(super) struct Target {
    pub(super) path: Vec<String>,
    pub(super) shape: &'static Shape,
    /// Whether the variable names a file that has the value.
    pub(super) is_file: bool,
}

/// The names that fields declare themselves.
pub(super) fn explicit_names(schema: &'static Schema) -> Vec<&'static str> {
    fn collect(schema: &'static Schema, open: &mut Vec<*const Field>, names: &mut Vec<&'static str>) {
        let fields = schema.own_fields();
        if open.contains(&fields.as_ptr()) {
            return;
        }
        open.push(fields.as_ptr());
        for field in fields {
            names.extend(field.env);
            if let Some(section) = field.shape.section() {
                collect(section, open, names);
            }
        }
        open.pop();
    }
    let mut names = Vec::new();
    collect(schema, &mut Vec::new(), &mut names);
    names
}

/// The key that the rest of a variable's name, after the prefix, leads to. An exact name wins over a `_FILE` form.
pub(super) fn find(schema: &'static Schema, rest: &str, below: &Stack) -> Option<Target> {
    let place = Merged::root(below);
    let search = |rest: &str, enters_enums| {
        let search = Search { enters_enums, ..Search::default() };
        search.into_section(schema, rest, &place)
    };
    let names = [Some((rest, false)), rest.strip_suffix("_FILE").map(|rest| (rest, true))];
    // What is in an enum depends on the variant that stands there, so that a key of its own comes first.
    [false, true].into_iter().find_map(|enters_enums| {
        names.into_iter().flatten().find_map(|(rest, is_file)| {
            let (path, shape) = search(rest, enters_enums)?;
            Some(Target { path, shape, is_file })
        })
    })
}

/// The key that a dotted path is: entries of maps too, and no items of lists.
pub(super) fn find_key(schema: &'static Schema, key: &str) -> Option<Target> {
    let mut path = Vec::new();
    let mut here: Option<&'static Shape> = None;
    for segment in KeyPath::parse(key).segments() {
        let section = match here.map(Shape::inner) {
            None => Some(schema),
            Some(Shape::Section(inner)) => Some(inner()),
            Some(Shape::Map(_) | Shape::Union(_)) => None,
            Some(_) => return None,
        };
        let (name, shape) = match (section, here) {
            (Some(section), _) => {
                let member = section.member(&segment)?;
                (member.name.map(str::to_owned), member.shape)
            }
            (None, outer) => (None, outer?.beneath(&segment)?),
        };
        path.push(name.unwrap_or_else(|| segment.into_owned()));
        here = Some(shape);
    }
    Some(Target { path, shape: here?, is_file: false })
}

/// Whether a path leads through an item of a list.
pub(super) fn is_within_a_list(schema: &'static Schema, path: &[String]) -> bool {
    (1..path.len()).any(|length| {
        let outer = path[..length].iter().map(String::as_str);
        shape_at(schema, outer).is_some_and(|shape| matches!(shape.inner(), Shape::List(_) | Shape::Set(_)))
    })
}

type Found = (Vec<String>, &'static Shape);

/// One search for a name.
#[derive(Default)]
struct Search {
    path: Vec<String>,
    /// The sections and enums, each with how much of the name was left and how deep it was, in which there is nothing to be
    /// found. Types that contain themselves lead to the same places by many ways.
    in_vain: HashSet<(*const (), usize, usize)>,
    /// Whether what is in an enum is looked at, beside those that are flattened.
    enters_enums: bool,
}

impl Search {
    fn into_section(mut self, schema: &'static Schema, rest: &str, place: &Merged<'_>) -> Option<Found> {
        self.in_section(schema, rest, place)
    }

    fn in_section(&mut self, schema: &'static Schema, rest: &str, place: &Merged<'_>) -> Option<Found> {
        let here = (std::ptr::from_ref(schema).cast(), rest.len(), self.path.len());
        if self.path.len() == DEEPEST || self.in_vain.contains(&here) {
            return None;
        }
        let (flat, own): (Vec<_>, Vec<_>) = schema.own_fields().iter().partition(|field| field.is_flat);
        let own = own.into_iter().find_map(|field| {
            let inner = place.field(field.name, field.aliases, &mut 0);
            self.by_name(field.name, field.shape, rest, &inner)
        });
        let found = own.or_else(|| {
            flat.into_iter().find_map(|field| {
                let place = place.member(schema, field, &mut 0);
                match field.shape.inner() {
                    Shape::Union(union) => self.in_enum(union(), field.shape, rest, &place),
                    _ => self.beneath(field.shape, rest, &place),
                }
            })
        });
        if found.is_none() {
            self.in_vain.insert(here);
        }
        found
    }

    /// What a name leads to that begins with this key.
    fn by_name(
        &mut self,
        name: &str,
        shape: &'static Shape,
        rest: &str,
        place: &Merged<'_>,
    ) -> Option<Found> {
        let tail = rest.strip_prefix(&*environment_name("", std::iter::once(name)))?;
        self.path.push(name.to_owned());
        let found = if tail.is_empty() {
            Some((self.path.clone(), shape))
        } else {
            tail.strip_prefix('_').and_then(|tail| self.beneath(shape, tail, place))
        };
        self.path.pop();
        found
    }

    /// What a name leads to in an enum: to what says which variant it is, or into the content of one.
    fn in_enum(
        &mut self,
        union: &'static Union,
        shape: &'static Shape,
        rest: &str,
        place: &Merged<'_>,
    ) -> Option<Found> {
        let here = (std::ptr::from_ref(union).cast(), rest.len(), self.path.len());
        if self.path.len() == DEEPEST || self.in_vain.contains(&here) {
            return None;
        }
        let mut names = union.taken().names.into_iter();
        let found = names.find_map(|name| self.by_name(name, shape.beneath(name)?, rest, &place.entry(name)));
        if found.is_none() {
            self.in_vain.insert(here);
        }
        found
    }

    /// What a name leads to beneath a field: a section's field after one underscore, an entry or an item after two.
    fn beneath(&mut self, shape: &'static Shape, tail: &str, place: &Merged<'_>) -> Option<Found> {
        match shape.inner() {
            Shape::Section(schema) => self.in_section(schema(), tail, place),
            Shape::Union(union) if self.enters_enums => self.in_enum(union(), shape, tail, place),
            Shape::Map(_) | Shape::List(_) | Shape::Set(_) | Shape::Tuple(_) => {
                let mut segments = tail.strip_prefix('_')?.split("__");
                let mut entry_path = self.path.clone();
                let found = find_entry(shape, &mut segments, &mut entry_path, place.clone())?;
                Some((entry_path, found))
            }
            _ => None,
        }
    }
}

/// Follows the segments of a name, which below an entry are all separated by two underscores.
fn find_entry<'s>(
    shape: &'static Shape,
    segments: &mut impl Iterator<Item = &'s str>,
    path: &mut Vec<String>,
    place: Merged<'_>,
) -> Option<&'static Shape> {
    let Some(segment) = segments.next() else { return Some(shape) };
    if path.len() == DEEPEST {
        return None;
    }
    let (name, next): (Cow<'_, str>, &'static Shape) = match shape.inner() {
        Shape::Map(entry) => (entry_name(segment, &place), entry),
        list @ (Shape::List(_) | Shape::Set(_) | Shape::Tuple(_)) => {
            let index = segment.parse::<usize>().ok()?;
            (Cow::Owned(index.to_string()), list.item(index)?)
        }
        Shape::Section(schema) => {
            let taken = schema().taken();
            let is_meant = |name: &&&str| environment_name("", std::iter::once(**name)) == segment;
            let member = schema().member(taken.names.iter().find(is_meant)?)?;
            (Cow::Borrowed(member.name?), member.shape)
        }
        _ => return None,
    };
    let inner = place.entry(&name);
    path.push(name.into_owned());
    find_entry(next, segments, path, inner)
}

/// The name of a map's entry that a segment means: one that is there, ignoring case and `-` for `_`, else the segment in
/// lower case.
fn entry_name<'p>(segment: &str, place: &Merged<'p>) -> Cow<'p, str> {
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let wanted = plain(segment);
    match place.keys().find(|(name, _)| plain(name) == wanted) {
        Some((name, _)) => Cow::Borrowed(name),
        None => Cow::Owned(segment.to_lowercase()),
    }
}
