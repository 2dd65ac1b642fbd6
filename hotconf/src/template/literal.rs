//! A value on its way into a text: it knows how its type would read it, and no format yet.

use crate::schema::{Leaf, Schema, Shape, Tagging, Union, Variant};
use crate::value::{Value, View};

/// A value as a file would have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Literal {
    Null,
    /// A number or a truth, as it is written in every format.
    Bare(String),
    Text(String),
    List(Vec<Literal>),
    Map(Vec<(String, Literal)>),
}

impl Literal {
    /// What a file has to say so that a type of this shape reads `value`; `None` where nothing does: it is or has a
    /// secret, it does not fit the type, or it has a null in it and the format has none.
    pub(super) fn of(shape: &Shape, value: &Value, has_nulls: bool) -> Option<Self> {
        let of = |shape: &Shape, value: &Value| Self::of(shape, value, has_nulls);
        match (shape.inner(), value) {
            (_, Value::Secret) => None,
            (_, Value::Null) => has_nulls.then_some(Self::Null),
            (Shape::Leaf(leaf), _) if !leaf.structured => Self::of_leaf(leaf, value),
            (Shape::Set(item), Value::List(items)) => {
                let items = items.iter().map(|value| of(item, value));
                let mut items = items.collect::<Option<Vec<_>>>()?;
                // A set has no order, and one text for it is enough.
                items.sort();
                Some(Self::List(items))
            }
            (Shape::List(item), Value::List(items)) => {
                items.iter().map(|value| of(item, value)).collect::<Option<_>>().map(Self::List)
            }
            (Shape::Tuple(shapes), Value::List(items)) => {
                let items = shapes.iter().zip(items).map(|(shape, value)| of(shape, value));
                items.collect::<Option<_>>().map(Self::List)
            }
            (Shape::Map(entry), Value::Map(entries)) => {
                let entries = entries.iter().map(|(name, value)| Some((name.clone(), of(entry, value)?)));
                entries.collect::<Option<_>>().map(Self::Map)
            }
            (Shape::Section(schema), Value::Map(_)) => Self::of_section(schema(), value, has_nulls),
            (Shape::Union(union), _) => Self::of_union(union(), value, has_nulls),
            (Shape::Leaf(_), _) => Self::plain(value, has_nulls),
            // It is of another type, and would be refused.
            (
                Shape::List(_)
                | Shape::Set(_)
                | Shape::Tuple(_)
                | Shape::Map(_)
                | Shape::Section(_)
                | Shape::Option(_),
                _,
            ) => None,
        }
    }

    fn of_leaf(leaf: &Leaf, value: &Value) -> Option<Self> {
        let fits = |view| (leaf.canonical)(view).is_some();
        match value {
            Value::Bool(truth) => fits(View::Bool(*truth)).then(|| Self::Bare(truth.to_string())),
            Value::Integer(number) => fits(View::Integer(*number)).then(|| Self::Bare(number.to_string())),
            Value::Float(number) => fits(View::Float(*number)).then(|| Self::Bare(format!("{number:?}"))),
            Value::String(text) if fits(View::Text(text)) => Some(Self::Text(text.clone())),
            // A whole number that is too large for a value is kept as text.
            Value::String(text) => fits(View::Digits(text)).then(|| Self::Bare(text.clone())),
            Value::Null | Value::Secret | Value::List(_) | Value::Map(_) => None,
        }
    }

    fn of_section(schema: &'static Schema, value: &Value, has_nulls: bool) -> Option<Self> {
        let Value::Map(entries) = value else { return None };
        let mut written = Vec::with_capacity(entries.len());
        let own = schema.own_fields().iter().filter(|field| !field.is_flat).map(|field| field.name);
        let own: Vec<_> = own.collect();
        let known = own.iter().copied().filter(|name| entries.contains_key(*name));
        let others = entries.keys().map(String::as_str).filter(|name| !own.contains(name));
        for name in known.chain(others) {
            // A field that is absent is left out.
            let Some(value) = entries.get(name).filter(|value| **value != Value::Null) else { continue };
            let literal = match schema.member(name) {
                Some(member) if member.marks.secret => return None,
                Some(member) => Self::of(member.shape, value, has_nulls)?,
                None => Self::plain(value, has_nulls)?,
            };
            written.push((name.to_owned(), literal));
        }
        Some(Self::Map(written))
    }

    fn of_union(union: &'static Union, value: &Value, has_nulls: bool) -> Option<Self> {
        // What cannot be told apart surely is not written where it may be a secret.
        let unknown = |value: &Value| if union.has_secret() { None } else { Self::plain(value, has_nulls) };
        let plain = || unknown(value);
        let written = |name: &str, value: &Value| match Variant::named(name, union.variants) {
            Some(number) if union.variants[number].is_secret => None,
            Some(number) => match union.content(number) {
                Some(shape) => Self::of(shape, value, has_nulls),
                None => Self::plain(value, has_nulls),
            },
            None => unknown(value),
        };
        let named = |tag: &str| value.get(tag).and_then(Value::as_str);
        match (union.tagging, value) {
            (Tagging::Untagged, _) if union.has_secret() => None,
            (Tagging::Untagged, _) => {
                let contents = union.variants.iter().filter_map(|variant| variant.content);
                contents.into_iter().find_map(|shape| Self::of(shape, value, has_nulls)).or_else(plain)
            }
            (Tagging::External, Value::Map(entries)) => {
                let entries = entries.iter().map(|(name, value)| Some((name.clone(), written(name, value)?)));
                entries.collect::<Option<_>>().map(Self::Map)
            }
            (Tagging::Internal { tag }, Value::Map(entries)) => {
                let Some(name) = named(tag) else { return plain() };
                let mut content = entries.clone();
                content.remove(tag);
                let Self::Map(mut entries) = written(name, &Value::Map(content))? else {
                    return plain();
                };
                entries.insert(0, (tag.to_owned(), Self::Text(name.to_owned())));
                Some(Self::Map(entries))
            }
            (Tagging::Adjacent { tag, content }, Value::Map(_)) => {
                let Some(name) = named(tag) else { return plain() };
                let mut entries = vec![(tag.to_owned(), Self::Text(name.to_owned()))];
                if let Some(value) = value.get(content) {
                    entries.push((content.to_owned(), written(name, value)?));
                }
                Some(Self::Map(entries))
            }
            _ => plain(),
        }
    }

    /// A value whose type nobody knows.
    pub(super) fn plain(value: &Value, has_nulls: bool) -> Option<Self> {
        Some(match value {
            Value::Secret => return None,
            Value::Null => return has_nulls.then_some(Self::Null),
            Value::Bool(truth) => Self::Bare(truth.to_string()),
            Value::Integer(number) => Self::Bare(number.to_string()),
            // What is not finite is written otherwise in each format, and read by no number.
            Value::Float(number) if !number.is_finite() => return None,
            Value::Float(number) => Self::Bare(format!("{number:?}")),
            Value::String(text) => Self::Text(text.clone()),
            Value::List(items) => {
                let items = items.iter().map(|item| Self::plain(item, has_nulls));
                Self::List(items.collect::<Option<_>>()?)
            }
            Value::Map(entries) => {
                let entries =
                    entries.iter().map(|(name, value)| Some((name.clone(), Self::plain(value, has_nulls)?)));
                Self::Map(entries.collect::<Option<_>>()?)
            }
        })
    }

    /// The variant of this name with its content, as a source writes it.
    pub(super) fn of_variant(tagging: Tagging, name: &str, content: Option<Self>) -> Self {
        let name_text = Self::Text(name.to_owned());
        match (tagging, content) {
            (Tagging::Untagged, content) => content.unwrap_or(Self::Null),
            (Tagging::External, None) => name_text,
            (Tagging::External, Some(content)) => Self::Map(vec![(name.to_owned(), content)]),
            (Tagging::Internal { tag }, Some(Self::Map(mut entries))) => {
                entries.insert(0, (tag.to_owned(), name_text));
                Self::Map(entries)
            }
            (Tagging::Internal { tag }, _) | (Tagging::Adjacent { tag, .. }, None) => {
                Self::Map(vec![(tag.to_owned(), name_text)])
            }
            (Tagging::Adjacent { tag, content: key }, Some(content)) => {
                Self::Map(vec![(tag.to_owned(), name_text), (key.to_owned(), content)])
            }
        }
    }
}

/// A text in double quotes, with the escapes that TOML, YAML and JSON have in common.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            mark if is_mark(mark) => quoted.push_str(&format!("\\u{:04x}", u32::from(mark))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a reader may take it for the end of a line, refuse it, or pass over it.
pub(super) fn is_mark(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
