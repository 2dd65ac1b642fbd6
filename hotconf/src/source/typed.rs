//! The text of one value as its field has it: of a variable, an argument, a file of its own.

use super::reading::raw;
use crate::format::{JsonFault, draft_of_json};
use crate::origin::Origin;
use crate::schema::{Shape, Tagging, Union, Variant};
use crate::tree::{Draft, DraftContent};
use crate::value::{Value, View};

/// The draft of a text for a field of this shape: a single value stays text until it is read by type, a list may be
/// separated by commas, and lists, maps and sections may be JSON.
pub(crate) fn typed_draft(
    shape: Option<&'static Shape>,
    text: &str,
    origin: &Origin,
) -> Result<Draft, TextFault> {
    let trimmed = text.trim();
    let json = || draft_of_json(text, origin).map_err(TextFault::from);
    let Some(shape) = shape else { return Ok(raw(text, origin.clone())) };
    match shape.inner() {
        Shape::Leaf(leaf) if leaf.structured && trimmed.starts_with(['{', '[']) => {
            Ok(json().unwrap_or_else(|_| raw(text, origin.clone())))
        }
        Shape::Leaf(_) => Ok(raw(text, origin.clone())),
        // A variant without content is its name.
        Shape::Union(_) if trimmed.starts_with(['{', '[']) => json(),
        Shape::Union(union) if is_list_for(union(), trimmed) => Ok(comma_list(trimmed, origin)),
        Shape::Union(_) => Ok(raw(text, origin.clone())),
        list @ (Shape::List(_) | Shape::Set(_) | Shape::Tuple(_)) => {
            // A variant without content is its name.
            let is_one_word = |item: &&Shape| matches!(item.inner(), Shape::Leaf(_) | Shape::Union(_));
            let is_of_leaves = list.items().into_iter().flatten().all(is_one_word);
            if trimmed.starts_with('[') {
                // An item may begin with a bracket itself, as addresses do.
                return match json() {
                    Err(_) if is_of_leaves && !trimmed.ends_with(']') => Ok(comma_list(trimmed, origin)),
                    read => read,
                };
            }
            if !is_of_leaves {
                return Err("a list of sections is written as JSON here: [{\"name\": …}, …]".into());
            }
            Ok(comma_list(trimmed, origin))
        }
        _ if trimmed.is_empty() => Ok(Draft::value(Value::Null, origin.clone())),
        _ if trimmed.starts_with('{') => json(),
        _ => Err("a section or a map is written as JSON here, as in {\"name\": …}, or by its entries".into()),
    }
}

/// Why the text of a value is not what its field needs. Never quotes it.
pub(crate) struct TextFault {
    message: String,
    /// Where in the text.
    place: Option<(u32, u32)>,
}

impl TextFault {
    /// The message, where the text itself has no place: in a variable or an argument.
    pub(super) fn within_value(self) -> String {
        match self.place {
            Some((1, column)) => format!("{}, at column {column}", self.message),
            Some((line, column)) => format!("{}, at line {line}, column {column}", self.message),
            None => self.message,
        }
    }

    /// The message and the place in a file that is the text.
    pub(super) fn in_file(self, file: Origin) -> (String, Origin) {
        match self.place {
            Some((line, column)) => (self.message, file.at(line, column)),
            None => (self.message, file),
        }
    }
}

impl From<JsonFault> for TextFault {
    fn from(JsonFault { message, line, column }: JsonFault) -> Self {
        Self { message, place: Some((line, column)) }
    }
}

impl From<&str> for TextFault {
    fn from(message: &str) -> Self {
        Self { message: message.to_owned(), place: None }
    }
}

fn comma_list(text: &str, origin: &Origin) -> Draft {
    let items = comma_items(text).map(|item| raw(item, origin.clone())).collect();
    Draft::new(DraftContent::List(items), origin.clone())
}

fn comma_items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Whether the first variant without a tag that a text fits is a list, its items separated by commas. What fits none and
/// has a comma was meant to be one.
fn is_list_for(union: &'static Union, text: &str) -> bool {
    let contents = || union.variants.iter().filter_map(|variant| variant.content);
    let is_list = |shape: &Shape| {
        let items = shape.items();
        items.is_some_and(|items| items.iter().all(|item| matches!(item.inner(), Shape::Leaf(_))))
    };
    let first = || contents().find_map(|content| is_list_of(content, text));
    let is_meant = || text.contains(',') && contents().any(is_list);
    union.tagging == Tagging::Untagged && !text.is_empty() && first().unwrap_or_else(is_meant)
}

/// Whether something of this shape would be a list of the text; `None` where the text does not fit it at all.
fn is_list_of(shape: &'static Shape, text: &str) -> Option<bool> {
    let fits = |shape: &Shape, text| match shape.inner() {
        Shape::Leaf(leaf) => (leaf.canonical)(View::Raw(text)).is_some(),
        _ => false,
    };
    match shape.inner() {
        Shape::List(item) | Shape::Set(item) => {
            comma_items(text).all(|text| fits(item, text)).then_some(true)
        }
        Shape::Tuple(items) => {
            let is_each = comma_items(text).count() == items.len()
                && items.iter().zip(comma_items(text)).all(|(item, text)| fits(item, text));
            is_each.then_some(true)
        }
        Shape::Union(union) => {
            let union = union();
            let mut contents = union.variants.iter().filter_map(|variant| variant.content);
            match union.tagging {
                Tagging::Untagged => contents.find_map(|content| is_list_of(content, text)),
                _ => Variant::named(text, union.variants).map(|_| false),
            }
        }
        single => fits(single, text).then_some(false),
    }
}
