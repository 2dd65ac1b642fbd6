//! What a place in the stack means to the types of the schema: the value as it was read, not as it was spelt.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::Draft;
use super::layer::{Layer, LayerName};
use super::merged::Merged;
use super::union::Chosen;
use crate::origin::{Origin, OriginKind};
use crate::schema::{DefaultValue, Literal, Marks, Schema, Shape, Tagging, Union};
use crate::value::{Value, View};

/// What is done with secrets on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// Replaced by [`Value::Secret`].
    Masked,
    /// Left as they are, to be compared or read by a typed call; never to be shown.
    Kept,
}

/// The value that `shape` sees at `place`, `default` in place of none. `None` where there is nothing, and where the
/// default is an expression whose value cannot be shown.
pub(crate) fn typed_value(
    shape: &Shape,
    default: DefaultValue,
    place: &Merged<'_>,
    marks: Marks,
    secrets: Secrets,
) -> Option<Value> {
    let value = match (shape.inner(), place.view()) {
        (Shape::Leaf(_), None | Some(View::Null)) => default_value(shape, default),
        (Shape::Leaf(_), Some(View::Raw(""))) if matches!(shape, Shape::Option(_)) => None,
        (Shape::Leaf(leaf), Some(view)) => (leaf.canonical)(view).or_else(|| place.to_value()),
        _ => return structured(shape, default, place.clone(), marks, secrets),
    };
    mask(value, marks, place, secrets)
}

fn structured(
    shape: &Shape,
    default: DefaultValue,
    place: Merged<'_>,
    marks: Marks,
    secrets: Secrets,
) -> Option<Value> {
    let place = place.without_nothing();
    let inner = |shape, place: &Merged<'_>| {
        typed_value(shape, DefaultValue::None, place, marks, secrets).unwrap_or(Value::Null)
    };
    let value = match (shape.inner(), place.view()) {
        // Code makes a section that nobody sets, whatever the defaults of its fields.
        (Shape::Section(_), None | Some(View::Null)) if matches!(default, DefaultValue::Code { .. }) => {
            default_as_seen(shape, default, secrets)
        }
        (Shape::Section(_), None | Some(View::Null)) if matches!(shape, Shape::Option(_)) => None,
        (Shape::Section(schema), _) => return Some(section_value(schema(), &place, marks, secrets)),
        (Shape::Union(_), None | Some(View::Null)) => default_as_seen(shape, default, secrets),
        // What cannot be told apart surely is not shown where it may be a secret.
        (Shape::Union(union), Some(_))
            if secrets == Secrets::Masked && shape.has_secret() && !union().is_clear(&place) =>
        {
            Some(Value::Secret)
        }
        (Shape::Union(union), Some(_)) => Some(union_value(union(), &place, marks, secrets)),
        (_, None | Some(View::Null)) => default_as_seen(shape, default, secrets),
        (Shape::List(item), Some(View::List)) => {
            Some(Value::List(place.items().map(|place| inner(item, &place)).collect()))
        }
        (Shape::Set(item), Some(View::List)) => {
            let mut items: Vec<_> = place.items().map(|place| inner(item, &place)).collect();
            items.sort_by(in_order);
            items.dedup();
            Some(Value::List(items))
        }
        (Shape::Tuple(items), Some(View::List)) => {
            let items = items.iter().zip(place.items());
            Some(Value::List(items.map(|(item, place)| inner(item, &place)).collect()))
        }
        (Shape::Map(entry), Some(View::Map)) => Some(Value::Map(
            place.entries().map(|(key, place)| (key.to_owned(), inner(entry, &place))).collect(),
        )),
        // Something else stands in its place, which may be a secret that belongs further in.
        _ if secrets == Secrets::Masked && shape.has_secret() => Some(Value::Secret),
        _ => place.to_value(),
    };
    mask(value, marks, &place, secrets)
}

/// The order of the items of a set: that of their numbers or texts, and for others of how they are written.
fn in_order(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
        (Value::Float(one), Value::Float(other)) => one.total_cmp(other),
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (one, other) => one.to_string().cmp(&other.to_string()),
    }
}

/// The values of all fields of a section.
pub(crate) fn section_value(
    schema: &'static Schema,
    place: &Merged<'_>,
    marks: Marks,
    secrets: Secrets,
) -> Value {
    let mut values = BTreeMap::new();
    for field in schema.own_fields() {
        let inner = place.member(schema, field, &mut 0);
        let value = typed_value(field.shape, field.default, &inner, marks.with(field), secrets);
        match value {
            Some(Value::Map(inner)) if field.is_flat => values.extend(inner),
            Some(value) if !field.is_flat => _ = values.insert(field.name.to_owned(), value),
            _ => {}
        }
    }
    Value::Map(values)
}

/// The value of an enum, with the names that its variants have, and as it stands where it means none of them.
fn union_value(union: &Union, place: &Merged<'_>, marks: Marks, secrets: Secrets) -> Value {
    let as_it_stands = || place.to_value().unwrap_or_default();
    let within = |number: usize| {
        let is_secret = union.variants[number].is_secret;
        Marks { secret: marks.secret || is_secret, ..marks }
    };
    let content = |number: usize, place: &Merged<'_>| {
        let shape = union.content(number)?;
        typed_value(shape, DefaultValue::None, place, within(number), secrets)
    };
    if union.tagging == Tagging::Untagged {
        return match union.first_that_fits(place) {
            Some(number) => content(number, place).unwrap_or_default(),
            None => as_it_stands(),
        };
    }
    let Ok(Chosen { number, content: place, step, .. }) = union.choose(place) else { return as_it_stands() };
    let content = content(number, &place);
    let variant = &union.variants[number];
    // Every name that is none of the others means that variant, and its own name is in no source.
    let name =
        step.filter(|_| variant.is_other && union.tagging == Tagging::External).unwrap_or(variant.name);
    union.tagging.written(name, content)
}

/// What a field of this shape is when nobody sets it, with the secrets further in masked as those of a source would be.
pub(crate) fn default_as_seen(shape: &Shape, default: DefaultValue, secrets: Secrets) -> Option<Value> {
    value_as_seen(shape, default_value(shape, default)?, secrets)
}

/// A value that code has made for this shape, with the secrets further in masked as those of a source would be.
pub(crate) fn value_as_seen(shape: &Shape, value: Value, secrets: Secrets) -> Option<Value> {
    if secrets == Secrets::Kept || !shape.has_secret() {
        return Some(value);
    }
    let draft = Draft::value(value, Origin::new(OriginKind::Default));
    let mut whole = Draft::default();
    whole.insert(["default"], draft);
    let stack = [Arc::new(Layer::from_draft(LayerName::Other(OriginKind::Default), &whole))];
    let place = Merged::root(&stack).entry("default");
    typed_value(shape, DefaultValue::None, &place, Marks::default(), secrets)
}

/// What a field of this shape is when nobody sets it.
pub(crate) fn default_value(shape: &Shape, default: DefaultValue) -> Option<Value> {
    match default {
        DefaultValue::None => None,
        DefaultValue::Literal(literal) => Some(literal_value(shape, literal)),
        DefaultValue::Code { value, .. } => value(),
        DefaultValue::Empty => match shape {
            Shape::Leaf(leaf) => (leaf.empty)(),
            Shape::List(_) | Shape::Set(_) => Some(Value::List(Vec::new())),
            Shape::Map(_) | Shape::Section(_) => Some(Value::Map(BTreeMap::new())),
            Shape::Tuple(items) => {
                let empty = items.iter().map(|item| default_value(item, DefaultValue::Empty));
                Some(Value::List(empty.map(Option::unwrap_or_default).collect()))
            }
            Shape::Union(union) => (union().empty)(),
            Shape::Option(_) => None,
        },
    }
}

fn literal_value(shape: &Shape, literal: &Literal) -> Value {
    let view = literal.view();
    match (shape.inner(), literal) {
        (Shape::Leaf(leaf), _) if view != View::List => {
            (leaf.canonical)(view).unwrap_or_else(|| plain(literal))
        }
        (Shape::List(item) | Shape::Set(item), Literal::List(items)) => {
            Value::List(items.iter().map(|literal| literal_value(item, literal)).collect())
        }
        (Shape::Tuple(shapes), Literal::List(items)) => {
            let items = shapes.iter().zip(*items);
            Value::List(items.map(|(item, literal)| literal_value(item, literal)).collect())
        }
        _ => plain(literal),
    }
}

fn plain(literal: &Literal) -> Value {
    match literal {
        Literal::Bool(truth) => Value::Bool(*truth),
        Literal::Integer(number) => Value::Integer(*number),
        Literal::Float(number) => Value::Float(*number),
        Literal::Text(text) => Value::String((*text).to_owned()),
        Literal::List(items) => Value::List(items.iter().map(plain).collect()),
    }
}

impl Literal {
    pub(crate) fn view(&self) -> View<'static> {
        match *self {
            Literal::Bool(truth) => View::Bool(truth),
            Literal::Integer(number) => View::Integer(number),
            Literal::Float(number) => View::Float(number),
            Literal::Text(text) => View::Text(text),
            Literal::List(_) => View::List,
        }
    }
}

fn mask(value: Option<Value>, marks: Marks, place: &Merged<'_>, secrets: Secrets) -> Option<Value> {
    match value {
        Some(_) if secrets == Secrets::Masked && (marks.secret || place.is_secret()) => Some(Value::Secret),
        other => other,
    }
}
