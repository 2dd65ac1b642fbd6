//! From a key to the variables that set it.

use super::names::find;
use crate::key::KeyPath;
use crate::schema::{Field, Schema, Shape, environment_name};
use crate::tree::Stack;

/// The variables that set the key at `path`, the one that wins first, where the environment is read under these prefixes,
/// the weakest first. None for a key that variables do not reach, such as one within an enum.
pub(crate) fn names_of(
    schema: &'static Schema,
    prefixes: &[String],
    path: &KeyPath,
    stack: &Stack,
) -> Vec<String> {
    let Some(spelt) = Spelt::new(schema, path) else { return Vec::new() };
    let mut names = Vec::new();
    for prefix in prefixes.iter().rev() {
        let start = match prefix.trim_end_matches('_') {
            "" => String::new(),
            prefix => format!("{prefix}_"),
        };
        for rest in [spelt.rest.clone(), format!("{}_FILE", spelt.rest)] {
            // Asked back, because the name may be that of another key.
            if find(schema, &rest, stack).is_some_and(|target| target.path == spelt.path) {
                names.push(format!("{start}{rest}"));
            }
        }
        let own = spelt.own.map_or(&[][..], |field| field.env);
        names.extend(own.iter().flat_map(|name| [(*name).to_owned(), format!("{name}_FILE")]));
    }
    let mut seen: Vec<String> = Vec::new();
    names.retain(|name| {
        let is_new = !seen.contains(name);
        if is_new {
            seen.push(name.clone());
        }
        is_new
    });
    names
}

/// The key that a variable of this name sets under one of the prefixes.
pub(crate) fn key_of(
    schema: &'static Schema,
    prefixes: &[String],
    name: &str,
    stack: &Stack,
) -> Option<KeyPath> {
    prefixes.iter().rev().find_map(|prefix| {
        let rest = match prefix.trim_end_matches('_') {
            "" => name,
            prefix => name.strip_prefix(prefix)?.strip_prefix('_')?,
        };
        find(schema, rest, stack).map(|target| KeyPath::from_segments(target.path))
    })
}

/// A key as variables spell it.
struct Spelt {
    /// The name after the prefix.
    rest: String,
    /// The key by its own name, where an alias was asked for.
    path: Vec<String>,
    /// The field, where it may have names of its own: not within the entries of a map or the items of a list.
    own: Option<&'static Field>,
}

impl Spelt {
    fn new(schema: &'static Schema, path: &KeyPath) -> Option<Self> {
        let mut spelt = Self { rest: String::new(), path: Vec::new(), own: None };
        let mut section = Some(schema);
        let mut shape: Option<&'static Shape> = None;
        // Beneath an entry of a map or an item of a list all separators are double.
        let mut separator = "_";
        for segment in path.segments() {
            let member = match section {
                Some(section) => Some(section.member(&segment)?),
                None => None,
            };
            let name = member.and_then(|member| member.name);
            spelt.own = None;
            if let (Some(member), Some(name)) = (member, name) {
                spelt.step(separator, &environment_name("", std::iter::once(name)));
                spelt.own = Some(member.field).filter(|field| !field.is_flat && separator == "_");
            } else if member.is_some() {
                // An entry of a map that is flattened into the section.
                spelt.step("_", &format!("_{}", entry_word(&segment)?));
                separator = "__";
            } else {
                spelt.step("__", &entry_word(&segment)?);
                separator = "__";
            }
            shape = Some(match member {
                Some(member) => member.shape,
                None => shape?.beneath(&segment)?,
            });
            spelt.path.push(name.map_or_else(|| segment.into_owned(), str::to_owned));
            section = shape.and_then(Shape::section);
        }
        (!spelt.path.is_empty()).then_some(spelt)
    }

    fn step(&mut self, separator: &str, word: &str) {
        if !self.rest.is_empty() {
            self.rest.push_str(separator);
        }
        self.rest.push_str(word);
    }
}

/// The name of an entry or the number of an item within a variable's name; `None` for one that no variable can have.
fn entry_word(name: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_reached = !name.is_empty() && name.bytes().all(is_plain) && !name.contains("__");
    is_reached.then(|| name.to_ascii_uppercase().replace('-', "_"))
}
