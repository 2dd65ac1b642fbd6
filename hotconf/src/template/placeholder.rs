//! What stands where there is no value to show: the kind of value in angle brackets, or an example.

use super::literal::Literal;
use crate::origin::{Origin, OriginKind};
use crate::schema::{DefaultValue, Field, Marks, Schema, Shape, Union};
use crate::source::typed_draft;
use crate::tree::{Draft, Layer, LayerName, Merged, Secrets, default_value, typed_value};

/// The name that stands for that of any entry of a map.
pub(super) const NAME: &str = "<name>";
/// The number that stands for that of any item of a list.
pub(super) const NUMBER: &str = "<number>";

/// What is to be filled in for something of this shape. `open` has the types that it is part of.
pub(super) fn placeholder(shape: &Shape, has_nulls: bool, open: &mut Vec<*const ()>) -> Literal {
    let mut of = |shape: &Shape| placeholder(shape, has_nulls, open);
    match shape.inner() {
        Shape::List(item) | Shape::Set(item) => Literal::List(vec![of(item)]),
        Shape::Tuple(items) => Literal::List(items.iter().map(|item| of(item)).collect()),
        Shape::Map(entry) => Literal::Map(vec![(NAME.to_owned(), of(entry))]),
        Shape::Section(schema) => section(schema(), has_nulls, open),
        Shape::Union(union) => first_variant(union(), has_nulls, open),
        Shape::Leaf(_) | Shape::Option(_) => named(shape),
    }
}

/// The kind of value in angle brackets.
pub(super) fn named(shape: &Shape) -> Literal {
    Literal::Text(format!("<{}>", shape.inner()))
}

fn first_variant(union: &'static Union, has_nulls: bool, open: &mut Vec<*const ()>) -> Literal {
    let address = std::ptr::from_ref(union).cast();
    let is_open = open.contains(&address);
    let mut variants = union.variants.iter().filter(|variant| !variant.is_other);
    // Within itself it has an end only by a variant that holds nothing.
    let Some(variant) = variants.find(|variant| !is_open || variant.content.is_none()) else {
        return Literal::Text(format!("<{union}>"));
    };
    open.push(address);
    let content = variant.content.map(|shape| match variant.is_secret {
        true => Literal::Text("<secret>".to_owned()),
        false => placeholder(shape, has_nulls, open),
    });
    open.pop();
    Literal::of_variant(union.tagging, variant.name, content)
}

/// The keys of a section that have to be there, and those that have a default.
fn section(schema: &'static Schema, has_nulls: bool, open: &mut Vec<*const ()>) -> Literal {
    let mut entries = Vec::new();
    let address = schema.own_fields().as_ptr().cast();
    if open.contains(&address) {
        return Literal::Map(entries);
    }
    open.push(address);
    for field in schema.own_fields().iter().filter(|field| field.deprecated.is_none()) {
        let literal = of_field(field, has_nulls, open);
        match literal {
            Some(Literal::Map(inner)) if field.is_flat => entries.extend(inner),
            Some(literal) if !field.is_flat => entries.push((field.name.to_owned(), literal)),
            _ => {}
        }
    }
    open.pop();
    Literal::Map(entries)
}

fn of_field(field: &'static Field, has_nulls: bool, open: &mut Vec<*const ()>) -> Option<Literal> {
    let is_required = !field.has_default() && !matches!(field.shape, Shape::Option(_));
    match field.shape {
        Shape::Section(_) if field.secret => None,
        _ if field.secret => is_required.then(|| named(field.shape)),
        // A section without keys says no more than its absence.
        Shape::Section(schema) if !field.has_default() => {
            Some(section(schema(), has_nulls, open)).filter(|map| *map != Literal::Map(Vec::new()))
        }
        _ if is_required => {
            example(field, has_nulls).or_else(|| Some(placeholder(field.shape, has_nulls, open)))
        }
        _ => {
            let default = default_value(field.shape, field.default);
            default.and_then(|value| Literal::of(field.shape, &value, has_nulls))
        }
    }
}

/// The example of a field as its type reads it, as the text of a variable would be.
pub(super) fn example(field: &'static Field, has_nulls: bool) -> Option<Literal> {
    let kind = OriginKind::Source("example".into());
    let draft = typed_draft(Some(field.shape), field.example?, &Origin::new(kind.clone())).ok()?;
    let mut whole = Draft::default();
    whole.insert(["example"], draft);
    let stack = [std::sync::Arc::new(Layer::from_draft(LayerName::Other(kind), &whole))];
    let place = Merged::root(&stack).entry("example");
    let value = typed_value(field.shape, DefaultValue::None, &place, Marks::default(), Secrets::Kept)?;
    Literal::of(field.shape, &value, has_nulls)
}

/// Whether sections or enums with data are anywhere in it, whose defaults a placeholder would show.
pub(super) fn has_keys(shape: &Shape) -> bool {
    match shape.inner() {
        Shape::Section(_) | Shape::Union(_) => true,
        Shape::List(item) | Shape::Set(item) | Shape::Map(item) => has_keys(item),
        Shape::Tuple(items) => items.iter().any(|item| has_keys(item)),
        Shape::Leaf(_) | Shape::Option(_) => false,
    }
}
