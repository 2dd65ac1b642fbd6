//! What layers say in vain, because something above them discards it.

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
    for layer in stack.iter().rev() {
        let alone = [layer.clone()];
        let here = locate(schema, &alone, path).and_then(|located| located.seen().origin(Place::Value));
        if let (Some(wall), Some(here)) = (&wall, here) {
            lines.push(format!("what stands {} {here} is hidden by {wall}", here.preposition()));
        }
        if wall.is_none() {
            wall = wall_in(schema, &alone, path);
        }
    }
    lines
}

/// What a layer has that hides all that weaker ones say of `path`, in words.
fn wall_in(schema: &'static Schema, alone: &Stack, path: &KeyPath) -> Option<String> {
    let segments: Vec<_> = path.segments().collect();
    (1..=segments.len()).find_map(|length| {
        let outer = KeyPath::from_segments(&segments[..length]);
        let located = locate(schema, alone, &outer)?;
        let seen = located.seen();
        let what = match seen.view()? {
            View::Null => "null",
            View::Map => return None,
            // That a value is over another is told already.
            _ if length == segments.len() => return None,
            View::List => "a list",
            _ => "a single value",
        };
        let origin = seen.origin(Place::Value)?;
        let place = if length == segments.len() {
            String::new()
        } else {
            format!(", which stands in place of `{outer}`")
        };
        Some(format!("{what} {} {origin}{place}", origin.preposition()))
    })
}
