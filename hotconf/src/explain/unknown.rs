//! Which keys were probably meant by one that there is not.

use crate::build::nearest;
use crate::key::KeyPath;
use crate::schema::{Schema, Shape};
use crate::source::key_of;
use crate::tree::Stack;

/// Nobody tells more than a few apart at a glance.
const MOST: usize = 3;

/// The keys that an unknown one was probably meant to be, the likeliest first.
pub(super) fn suggestions(
    schema: &'static Schema,
    prefixes: &[String],
    stack: &Stack,
    path: &KeyPath,
) -> Vec<KeyPath> {
    let mut found = Vec::new();
    // Somebody has the name of a variable at hand, and asks for that.
    found.extend(key_of(schema, prefixes, path.as_str(), stack));
    found.extend(misspelt(schema, path));
    let all = every_place(schema);
    found.extend(named_alike(&all, path));
    if found.is_empty() {
        let near = nearest(path.as_str(), all.iter().map(KeyPath::as_str));
        found.extend(near.map(KeyPath::from));
    }
    let mut distinct: Vec<KeyPath> = Vec::new();
    for key in found {
        if distinct.len() < MOST && !distinct.contains(&key) {
            distinct.push(key);
        }
    }
    distinct
}

/// The path with each misspelt name put right, as far as it leads.
fn misspelt(schema: &'static Schema, path: &KeyPath) -> Option<KeyPath> {
    let mut section = Some(schema);
    let mut shape: Option<&'static Shape> = None;
    let mut mended = KeyPath::default();
    let mut is_mended = false;
    for segment in path.segments() {
        let (name, next) = match section {
            Some(section) => match section.member(&segment) {
                Some(member) => (segment.into_owned(), member.shape),
                None => {
                    let name = nearest(&segment, section.taken().names.into_iter())?;
                    is_mended = true;
                    let next = section.member(&name)?.shape;
                    (name, next)
                }
            },
            None => {
                let next = shape?.beneath(&segment)?;
                (segment.into_owned(), next)
            }
        };
        mended = mended.join(&name);
        section = next.section();
        shape = Some(next);
    }
    is_mended.then_some(mended)
}

/// Keys elsewhere whose last name is that of the unknown one, ignoring case and `-` for `_`.
fn named_alike(all: &[KeyPath], path: &KeyPath) -> Vec<KeyPath> {
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let last = |path: &KeyPath| path.segments().last().map(|name| plain(&name));
    let wanted = last(path);
    all.iter().filter(|key| wanted.is_some() && last(key) == wanted).take(MOST).cloned().collect()
}

/// Every key of the schema, and every section.
fn every_place(schema: &'static Schema) -> Vec<KeyPath> {
    let mut all: Vec<KeyPath> = Vec::new();
    for field in schema.fields().filter(|field| !field.is_flattened()) {
        let mut path = KeyPath::default();
        for segment in field.key().segments() {
            path = path.join(&segment);
            if !all.contains(&path) {
                all.push(path.clone());
            }
        }
    }
    all
}
