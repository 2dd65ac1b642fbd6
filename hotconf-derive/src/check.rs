//! Rules across fields, and between the words of one field and its type.

use std::collections::{HashMap, HashSet};

use quote::quote;

use crate::attr::validate::Range;
use crate::errors::Errors;
use crate::literal::{Literal, Number};
use crate::model::{Body, Content, Field, Key, Model, Name, Presence, Role, Section, Variant};
use crate::text::source_text;

pub(crate) fn check(model: &mut Model, errors: &mut Errors) {
    match &mut model.body {
        Body::Section(section) => {
            no_name_twice(keys(&section.fields).flat_map(names_of_key), errors);
            no_variable_twice(section, errors);
            defaults_fit(&mut section.fields, errors);
        }
        Body::Union(union) => {
            let read = union.read().map(|(variant, _)| variant);
            no_name_twice(read.flat_map(names_of_variant), errors);
            for (_, content) in &mut union.variants {
                no_name_twice(keys(content.fields()).flat_map(names_of_key), errors);
                if let Content::Fields(fields) = content {
                    defaults_fit(fields, errors);
                }
            }
        }
        // No names of their own.
        Body::Wrapper(_) | Body::Tuple(_) | Body::Converted(_) => {}
        Body::Choice(choice) => {
            let read = choice.variants.iter().filter(|variant| !variant.skipped);
            no_name_twice(read.flat_map(names_of_variant), errors);
        }
    }
}

fn keys(fields: &[Field]) -> impl Iterator<Item = &Key> {
    fields.iter().filter_map(|field| match &field.role {
        Role::Key(key) => Some(&**key),
        Role::Skipped(_) => None,
    })
}

/// The names that sources have for a key; none for one that is flattened.
fn names_of_key(key: &Key) -> impl Iterator<Item = &Name> {
    (!key.flat).then_some(&key.name).into_iter().chain(&key.aliases)
}

fn names_of_variant(variant: &Variant) -> impl Iterator<Item = &Name> {
    (!variant.is_other).then_some(&variant.name).into_iter().chain(&variant.aliases)
}

/// A source that uses the name could mean either. An attribute is to blame rather than an identifier.
fn no_name_twice<'m>(names: impl Iterator<Item = &'m Name>, errors: &mut Errors) {
    let mut seen: HashMap<&str, &Name> = HashMap::new();
    for name in names {
        let Some(other) = seen.insert(&name.text, name) else { continue };
        let guilty = if other.is_given && !name.is_given { other } else { name };
        let fault = format!("the name `{}` is taken already; choose another", name.text);
        errors.push_over(&guilty.source, fault);
    }
}

/// A variable sets one key. An impossible name is never set at all.
fn no_variable_twice(section: &Section, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for literal in keys(&section.fields).flat_map(|key| &key.env) {
        let name = literal.value();
        if name.is_empty() || name.contains(['=', '\0']) {
            errors.push(literal.span(), "no variable can have this name");
        } else if !seen.insert(name.clone()) {
            errors.push(literal.span(), format!("another field reads the variable `{name}` already"));
        }
    }
}

fn defaults_fit(fields: &mut [Field], errors: &mut Errors) {
    for field in fields {
        let before = errors.count();
        default_fits(field, errors);
        field.faulty |= errors.count() > before;
    }
}

/// A literal default must be of the field's type and keep to the field's own range.
fn default_fits(field: &Field, errors: &mut Errors) {
    let Role::Key(key) = &field.role else { return };
    let Presence::Literal(literal) = &key.presence else { return };
    // What a leaf takes is for its `Deserialize` to say.
    if key.reading.is_typed() {
        literal.check_type(&field.ty, errors);
    }
    if let Some(range) = &key.range {
        within(literal, range, errors);
    }
}

fn within(literal: &Literal, range: &Range, errors: &mut Errors) {
    let Some(number) = literal.number() else { return };
    let Range { min, max, exclusive_min, exclusive_max } = range;
    type Allows = fn(&Number, &Number) -> bool;
    let borders: [(_, _, Allows); 4] = [
        ("min", min, Number::ge),
        ("max", max, Number::le),
        ("exclusive_min", exclusive_min, Number::gt),
        ("exclusive_max", exclusive_max, Number::lt),
    ];
    for (name, border, allows) in borders {
        let Some(expression) = border else { continue };
        let Some(border) = number_of(expression) else { continue };
        if !allows(&number, &border) {
            let source = literal.source();
            errors.push_over(
                source,
                format!(
                    "the default {} breaks the field's own rule `range({name} = {})`",
                    source_text(quote!(#source)),
                    source_text(quote!(#expression)),
                ),
            );
        }
    }
}

/// The number that the expression writes, where it is a literal.
fn number_of(expression: &syn::Expr) -> Option<Number> {
    let mut reported_by_the_compiler = Errors::new();
    let literal = Literal::read(expression, &mut reported_by_the_compiler);
    let _ = reported_by_the_compiler.finish();
    literal?.number()
}
