//! What layers say in vain, because something above them discards it.

use super::apart::{Apart, paths_apart};
use super::located::locate;
use crate::key::KeyPath;
use crate::schema::Schema;
use crate::tree::{Place, Stack};
use crate::value::View;

/// A line for each layer that says something of `path` which is not looked at, the strongest first: something that is no
/// section stands in a stronger layer at the key or in place of a section around it.
pub(super) fn hidden(schema: &'static Schema, stack: &Stack, path: &KeyPath) -> Vec<String> {
    let mut lines = Vec::new();
    let mut wall: Option<String> = None;
    let apart = paths_apart(schema, stack, path, usize::MAX).unwrap_or_default();
    for (layer, own) in stack.iter().zip(apart).rev() {
        let alone = [layer.clone()];
        let (own, is_whole) = match own {
            Apart::Whole(own) => (own, true),
            Apart::UpTo(list) => (list, false),
        };
        let here = if is_whole { locate(schema, &alone, &own) } else { None };
        let here = here.and_then(|located| located.seen().origin(Place::Value));
        if let (Some(wall), Some(here)) = (&wall, here) {
            lines.push(format!("what stands {} {here} is hidden by {wall}", here.preposition()));
        }
        if wall.is_none() {
            wall = wall_in(schema, &alone, &own, is_whole);
        }
    }
    lines
}

/// What a layer has that hides all that weaker ones say of `path`, or of something beneath it, in words.
fn wall_in(schema: &'static Schema, alone: &Stack, path: &KeyPath, is_whole: bool) -> Option<String> {
    let segments: Vec<_> = path.segments().collect();
    (1..=segments.len()).find_map(|length| {
        let outer = KeyPath::from_segments(&segments[..length]);
        let is_itself = is_whole && length == segments.len();
        let located = locate(schema, alone, &outer)?;
        let seen = located.seen();
        let what = match seen.view()? {
            View::Null => "null",
            View::Map => return None,
            // That a value is over another is told already.
            _ if is_itself => return None,
            View::List if seen.merges() => return None,
            View::List => "a list",
            _ => "a single value",
        };
        let origin = seen.origin(Place::Value)?;
        let place = if is_itself { String::new() } else { format!(", which stands in place of `{outer}`") };
        Some(format!("{what} {} {origin}{place}", origin.preposition()))
    })
}
