//! Which keys differ between two configurations of one schema.
//!
//! Values are compared as their types read them, so that a change of spelling or of origin is no change. Where both
//! sides are made of the very same nodes nothing is looked at, so that the cost follows what changed.

use std::collections::{BTreeMap, BTreeSet};

use super::merged::{Merged, Stack};
use super::typed::{Secrets, typed_value};
use crate::key::KeyPath;
use crate::schema::{DefaultValue, Field, Marks, Schema, Shape};
use crate::value::{Value, View};

/// The keys that differ, sorted by path: leaves, entries of maps each by its own key, lists by one key, and an optional
/// section that appears or goes by its leaves.
pub(crate) fn changed_keys(schema: &'static Schema, old: &Stack, new: &Stack) -> Vec<KeyPath> {
    let mut changed = Vec::new();
    section(schema, &Merged::root(old), &Merged::root(new), &KeyPath::default(), &mut changed);
    changed.sort_unstable();
    changed
}

fn section(
    schema: &'static Schema,
    old: &Merged<'_>,
    new: &Merged<'_>,
    path: &KeyPath,
    changed: &mut Vec<KeyPath>,
) {
    for known in schema.own_fields() {
        let old = old.member(schema, known, &mut 0);
        let new = new.member(schema, known, &mut 0);
        if !old.is_same_as(&new) {
            field(known, old, new, known.path_in(path), changed);
        }
    }
}

fn field(field: &'static Field, old: Merged<'_>, new: Merged<'_>, path: KeyPath, changed: &mut Vec<KeyPath>) {
    match field.shape.inner() {
        Shape::Union(_) | Shape::Leaf(_) if field.is_flat => spread(field, &old, &new, &path, changed),
        _ => compare(field.shape, field.default, old, new, path, changed),
    }
}

/// One value whose keys are not its own: each that differs is told of.
fn spread(
    field: &'static Field,
    old: &Merged<'_>,
    new: &Merged<'_>,
    path: &KeyPath,
    changed: &mut Vec<KeyPath>,
) {
    let entries = |place| {
        let value = typed_value(field.shape, field.default, place, Marks::default(), Secrets::Kept);
        match value {
            Some(Value::Map(entries)) => entries,
            _ => BTreeMap::new(),
        }
    };
    let (old, new) = (entries(old), entries(new));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    changed
        .extend(names.into_iter().filter(|&name| old.get(name) != new.get(name)).map(|name| path.join(name)));
}

fn compare(
    shape: &Shape,
    default: DefaultValue,
    old: Merged<'_>,
    new: Merged<'_>,
    path: KeyPath,
    changed: &mut Vec<KeyPath>,
) {
    let is_there = |place: &Merged<'_>| !matches!(place.view(), None | Some(View::Null));
    let value = |place: &Merged<'_>| typed_value(shape, default, place, Marks::default(), Secrets::Kept);
    match shape.inner() {
        Shape::Section(schema) => {
            let (old, new) = (old.without_nothing(), new.without_nothing());
            // Code makes other values than the fields have by default, once a layer has the section.
            let is_made = matches!(default, DefaultValue::Code { .. });
            let is_whole = matches!(shape, Shape::Option(_)) || is_made;
            if is_whole && is_there(&old) != is_there(&new) {
                let before = changed.len();
                leaves(schema(), if is_there(&old) { &old } else { &new }, &path, changed);
                if let (Some(old), Some(new), true) = (value(&old), value(&new), is_made) {
                    let at = |value: &Value, key: &KeyPath| {
                        let beneath = key.beneath(&path);
                        beneath.segments().try_fold(value, |value, name| value.get(&name)).cloned()
                    };
                    let mut found = changed.split_off(before);
                    found.retain(|key| at(&old, key) != at(&new, key));
                    changed.append(&mut found);
                } else if changed.len() == before {
                    // Nothing is in it, and it is there or not all the same.
                    changed.push(path);
                }
            } else {
                section(schema(), &old, &new, &path, changed);
            }
        }
        Shape::Map(entry) => {
            let (old, new) = (old.without_nothing(), new.without_nothing());
            // A map that may be absent, or has other entries by default, changes as a whole when it comes or goes.
            if is_there(&old) != is_there(&new)
                && !matches!(default, DefaultValue::Empty | DefaultValue::None)
                || matches!(shape, Shape::Option(_)) && is_there(&old) != is_there(&new)
            {
                if value(&old) != value(&new) {
                    changed.push(path);
                }
                return;
            }
            for name in Merged::names_apart(&old, &new) {
                let (old, new) = (old.entry(name), new.entry(name));
                let path = path.join(name);
                if old.is_same_as(&new) {
                    continue;
                }
                if old.is_absent() != new.is_absent() {
                    changed.push(path);
                } else {
                    compare(entry, DefaultValue::None, old, new, path, changed);
                }
            }
        }
        Shape::Leaf(_)
        | Shape::List(_)
        | Shape::Set(_)
        | Shape::Tuple(_)
        | Shape::Union(_)
        | Shape::Option(_) => {
            if value(&old) != value(&new) {
                changed.push(path);
            }
        }
    }
}

/// The keys of all leaves of a section that came or went as a whole; those that it sets by entries too.
fn leaves(schema: &'static Schema, there: &Merged<'_>, path: &KeyPath, changed: &mut Vec<KeyPath>) {
    for field in schema.own_fields() {
        let place = there.member(schema, field, &mut 0);
        let path = field.path_in(path);
        match field.shape.inner() {
            Shape::Section(schema) if !place.is_absent() || !matches!(field.shape, Shape::Option(_)) => {
                leaves(schema(), &place, &path, changed);
            }
            Shape::Section(_) => {}
            Shape::Union(_) | Shape::Leaf(_) if field.is_flat => {
                changed.extend(place.keys().map(|(name, _)| path.join(name)));
            }
            Shape::Map(_) => changed.extend(place.entries().map(|(name, _)| path.join(name))),
            _ => {
                if typed_value(field.shape, field.default, &place, Marks::default(), Secrets::Kept).is_some()
                {
                    changed.push(path);
                }
            }
        }
    }
}
