//! What the schema says of a key, whatever the layers say.

use crate::schema::{Field, Merge, Rule, Shape, Variant};

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Facts {
    /// What its value is; `None` within a value that is read whole.
    pub(super) type_name: Option<String>,
    pub(super) doc: &'static str,
    pub(super) rules: &'static [Rule],
    pub(super) max_items: Option<usize>,
    pub(super) merge: Merge,
    /// The names of an enum's variants, of a list or a map those of its items, with what is said of them.
    pub(super) variants: Vec<(&'static str, &'static str)>,
    pub(super) aliases: &'static [&'static str],
    pub(super) deprecated: Option<&'static str>,
    pub(super) example: Option<&'static str>,
    pub(super) is_optional: bool,
    pub(super) is_required: bool,
    pub(super) is_secret: bool,
    pub(super) is_restart: bool,
    /// Its own name, where another was asked for.
    pub(super) name: Option<&'static str>,
}

impl Facts {
    /// Of what has this shape, and is this field or something within one.
    pub(super) fn new(shape: Option<&'static Shape>, own: Option<&'static Field>) -> Self {
        let mut facts = Self {
            type_name: shape.map(|shape| shape.inner().to_string()),
            is_optional: matches!(shape, Some(Shape::Option(_))),
            variants: shape.map(variants).unwrap_or_default(),
            ..Self::default()
        };
        if let Some(field) = own {
            let is_section = field.shape.section().is_some();
            facts.rules = field.rules;
            facts.max_items = field.max_items;
            facts.merge = field.merge;
            facts.aliases = field.aliases;
            facts.deprecated = field.deprecated;
            facts.example = field.example;
            facts.is_required = !field.has_default() && !facts.is_optional && !is_section;
        }
        facts
    }

    /// The same of a secret, of which no example is shown.
    pub(super) fn secret(mut self) -> Self {
        self.is_secret = true;
        self.example = None;
        self
    }
}

fn variants(shape: &'static Shape) -> Vec<(&'static str, &'static str)> {
    let item = match shape.inner() {
        Shape::List(item) | Shape::Set(item) | Shape::Map(item) => item.inner(),
        own => own,
    };
    let variants: &'static [Variant] = match item {
        Shape::Leaf(leaf) => leaf.variants,
        Shape::Union(union) => union().variants,
        _ => &[],
    };
    variants.iter().map(|variant| (variant.name, variant.doc)).collect()
}
