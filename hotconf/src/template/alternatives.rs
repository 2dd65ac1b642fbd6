//! The variants of an enum, each with how it is written.

use super::entry::Alternative;
use super::literal::Literal;
use super::placeholder::placeholder;
use super::walk::{Here, Open, Walk};
use crate::schema::{Shape, Tagging, Union, Variant};

/// What there is to choose from for something of this shape, or for each item of it.
pub(super) fn alternatives_of(
    walk: &Walk<'_>,
    shape: &'static Shape,
    here: &Here<'_>,
    open: &mut Open,
) -> Vec<Alternative> {
    let (own, wrap): (_, fn(Literal) -> Literal) = match shape.inner() {
        Shape::List(item) | Shape::Set(item) => (item.inner(), |item| Literal::List(vec![item])),
        own => (own, |own| own),
    };
    match own {
        Shape::Leaf(leaf) => leaf.variants.iter().map(named).collect(),
        Shape::Union(union) => of_union(walk, union(), here, wrap, open),
        _ => Vec::new(),
    }
}

fn named(variant: &Variant) -> Alternative {
    Alternative {
        name: name_of(variant),
        doc: variant.doc,
        example: None,
        stands_for_others: variant.is_other,
        stands_beside: false,
        fields: Vec::new(),
    }
}

fn name_of(variant: &Variant) -> String {
    if variant.is_other { "any other name".to_owned() } else { variant.name.to_owned() }
}

fn of_union(
    walk: &Walk<'_>,
    union: &'static Union,
    here: &Here<'_>,
    wrap: fn(Literal) -> Literal,
    open: &mut Open,
) -> Vec<Alternative> {
    let address = std::ptr::from_ref(union).cast();
    if open.contains(&address) || here.is_too_deep() {
        return Vec::new();
    }
    open.push(address);
    let variants = union.variants.iter().map(|variant| {
        let content = variant.content.map(|shape| match variant.is_secret {
            true => Literal::Text("<secret>".to_owned()),
            false => placeholder(shape, walk.has_nulls(), open),
        });
        let name = match (union.tagging, variant.content) {
            (Tagging::Untagged, Some(content)) => content.to_string(),
            (Tagging::Untagged, None) => "null".to_owned(),
            _ => name_of(variant),
        };
        let is_name_alone =
            content.is_none() && matches!(union.tagging, Tagging::External | Tagging::Untagged);
        let example = match variant.is_other {
            true => None,
            false => Some(wrap(Literal::of_variant(union.tagging, variant.name, content))),
        };
        let fields = fields_of(walk, union, variant, here, open);
        let example = example.filter(|_| !is_name_alone);
        Alternative { name, example, fields, ..named(variant) }
    });
    let variants = variants.collect();
    open.pop();
    variants
}

fn fields_of(
    walk: &Walk<'_>,
    union: &'static Union,
    variant: &'static Variant,
    here: &Here<'_>,
    open: &mut Open,
) -> Vec<super::entry::Entry> {
    let Some(schema) = variant.content.and_then(Shape::section) else { return Vec::new() };
    if open.contains(&super::walk::address(schema)) {
        return Vec::new();
    }
    let path = match union.tagging {
        Tagging::External => here.path.join(variant.name),
        Tagging::Adjacent { content, .. } => here.path.join(content),
        Tagging::Internal { .. } | Tagging::Untagged => here.path.clone(),
    };
    let here = Here {
        path,
        variable: None,
        values: None,
        is_commented: true,
        variant: Some(variant.name),
        has_own_names: false,
        ..here.clone()
    };
    walk.section(schema, &here, open)
}
