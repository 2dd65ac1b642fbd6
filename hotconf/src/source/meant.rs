//! The variable that one which belongs to no key was probably meant to be.

use super::arguments::shape_at;
use super::names::{explicit_names, find};
use crate::build::nearest;
use crate::schema::{Schema, Shape, environment_name};
use crate::tree::Stack;

/// Nobody misspells a name of this length, and comparing it would take long.
const LONGEST: usize = 100;
/// Nobody misspells a name of more words than these, and there are many ways to join them.
const MOST_WORDS: usize = 8;

/// The name of a known variable that comes near to `name`, which begins with `start`: the prefix and its `_`.
pub(super) fn probably_meant(
    schema: &'static Schema,
    name: &str,
    start: &str,
    below: &Stack,
) -> Option<String> {
    let rest = name.get(start.len()..).filter(|rest| rest.len() <= LONGEST)?;
    let plain: String =
        rest.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    let plain = plain.trim_matches('_');
    let explicit = explicit_names(schema);
    if explicit.contains(&plain) {
        return Some(plain.to_owned());
    }
    let means_a_key = |rest: &String| find(schema, rest, below).is_some();
    let known = Known::of(schema);
    let (body, file) = match plain.strip_suffix("_FILE") {
        Some(body) => (body, "_FILE"),
        None => (plain, ""),
    };
    let within = known.within(body).map(|body| body + file).filter(means_a_key);
    let meant = within
        .or_else(|| joined(plain).find(means_a_key))
        .or_else(|| known.in_a_section(body).map(|body| body + file))
        .or_else(|| known.spelt_like(plain));
    meant.map(|rest| format!("{start}{rest}")).or_else(|| nearest(name, explicit.into_iter()))
}

/// The same words joined by one or by two underscores, what differs least from `name` first.
fn joined(name: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    let gaps = words.len().saturating_sub(1);
    let mut ways: Vec<(usize, String)> = Vec::new();
    if words.len() <= MOST_WORDS {
        for way in 0..1_u32 << gaps {
            let mut joined = String::new();
            for (place, word) in words.iter().enumerate() {
                joined.push_str(word);
                if place < gaps {
                    joined.push_str(if way >> place & 1 == 1 { "__" } else { "_" });
                }
            }
            ways.push((strsim::levenshtein(name, &joined), joined));
        }
        ways.sort();
    }
    ways.into_iter().map(|(_, joined)| joined)
}

/// The variables of the keys that have one, without the prefix.
struct Known {
    names: Vec<String>,
    /// The lists and maps, whose items and entries have variables of their own.
    with_entries: Vec<(String, &'static Shape)>,
}

impl Known {
    fn of(schema: &'static Schema) -> Self {
        let mut known = Self { names: Vec::new(), with_entries: Vec::new() };
        for field in schema.fields() {
            let Some(name) = field.env_names("").into_iter().next() else { continue };
            let segments: Vec<_> = field.key().segments().collect();
            let shape = shape_at(schema, segments.iter().map(AsRef::as_ref));
            match shape.map(|shape| (shape, shape.inner())) {
                Some((shape, Shape::List(_) | Shape::Set(_) | Shape::Tuple(_) | Shape::Map(_))) => {
                    known.with_entries.push((name.clone(), shape));
                }
                Some((_, Shape::Union(union))) => {
                    let inner = union().taken().names.into_iter();
                    known.names.extend(inner.map(|inner| environment_name(&name, std::iter::once(inner))));
                }
                _ => {}
            }
            known.names.push(name);
        }
        known
    }

    /// An entry, or something within one, by names that are spelt nearly like these.
    fn within(&self, name: &str) -> Option<String> {
        let (outer, inner) = name.split_once("__")?;
        let outer = nearest(outer, self.with_entries.iter().map(|(name, _)| name.as_str()))?;
        let (_, mut shape) = *self.with_entries.iter().find(|(name, _)| *name == outer)?;
        let mut corrected = outer;
        for segment in inner.split("__") {
            let (segment, next) = within_shape(shape, segment)?;
            corrected.push_str("__");
            corrected.push_str(&segment);
            shape = next;
        }
        Some(corrected)
    }

    fn spelt_like(&self, name: &str) -> Option<String> {
        let files = self.names.iter().map(|name| format!("{name}_FILE"));
        let names: Vec<String> = self.names.iter().cloned().chain(files).collect();
        nearest(name, names.iter().map(String::as_str))
    }

    /// The one key in a section that has this name there.
    fn in_a_section(&self, name: &str) -> Option<String> {
        let end = format!("_{name}");
        let mut found = self.names.iter().filter(|known| known.ends_with(&end));
        let first = found.next()?;
        found.next().is_none().then(|| first.clone())
    }
}

/// The segment that was meant beneath something of this shape, and what is beneath that.
fn within_shape(shape: &'static Shape, segment: &str) -> Option<(String, &'static Shape)> {
    match shape.inner() {
        Shape::Section(schema) => {
            let schema = schema();
            let names: Vec<&str> = schema.taken().names;
            let written: Vec<String> =
                names.iter().map(|name| environment_name("", std::iter::once(*name))).collect();
            let meant = nearest(segment, written.iter().map(String::as_str))?;
            let place = written.iter().position(|name| *name == meant)?;
            Some((meant, schema.member(names[place])?.shape))
        }
        Shape::Map(entry) => Some((segment.to_owned(), entry)),
        list => {
            let index = segment.parse().ok()?;
            Some((segment.to_owned(), list.item(index)?))
        }
    }
}
