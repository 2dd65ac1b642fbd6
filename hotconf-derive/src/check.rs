//! Rules across fields, and between the words of one field and its type.

use std::collections::HashMap;

use proc_macro2::Ident;
use quote::quote;
use syn::LitStr;

use crate::attr::validate::{Length, Range};
use crate::errors::Errors;
use crate::literal::{Literal, Number, Value};
use crate::model::{Body, Content, Field, Model, Name, Part, Presence, Reading, Role, Section, Variant};
use crate::text::source_text;
use crate::types;

/// Whether nothing can be made of the input after these faults, because its types are none that a field can have.
pub(crate) fn is_beyond_repair(model: &Model) -> bool {
    match &model.body {
        Body::Section(section) => section.fields.iter().any(|field| !types::is_of_a_field(&field.ty)),
        Body::Union(union) => union.variants.iter().any(|(_, content)| {
            content.fields().iter().any(|field| !types::is_of_a_field(&field.ty))
                || content.parts().iter().any(|part| !types::is_of_a_field(&part.ty))
        }),
        Body::Wrapper(wrapper) => !types::is_of_a_field(&wrapper.inner.ty),
        Body::Tuple(parts) => parts.iter().any(|part| !types::is_of_a_field(&part.ty)),
        Body::Converted(_) | Body::Choice(_) => false,
    }
}

pub(crate) fn check(model: &mut Model, errors: &mut Errors) {
    match &mut model.body {
        Body::Section(section) => {
            no_name_twice(names_of_keys(&section.fields), errors);
            no_variable_twice(section, errors);
            types_fit(&mut section.fields, errors);
            defaults_fit(&mut section.fields, errors);
        }
        Body::Union(union) => {
            no_name_twice(union.read().flat_map(|(variant, _)| names_of_variant(variant)), errors);
            for (_, content) in &mut union.variants {
                no_name_twice(names_of_keys(content.fields()), errors);
                content.parts().iter().for_each(|part| part_fits(part, errors));
                if let Content::Fields(fields) = content {
                    types_fit(fields, errors);
                    defaults_fit(fields, errors);
                }
            }
        }
        // No names of their own.
        Body::Wrapper(wrapper) => part_fits(&wrapper.inner, errors),
        Body::Tuple(parts) => parts.iter().for_each(|part| part_fits(part, errors)),
        Body::Converted(converted) => types::check(&converted.from, errors),
        Body::Choice(choice) => {
            let read = choice.variants.iter().filter(|variant| !variant.skipped);
            no_name_twice(read.flat_map(names_of_variant), errors);
        }
    }
}

/// The names that sources have for each key, with the field that has it; none for one that is flattened.
fn names_of_keys(fields: &[Field]) -> impl Iterator<Item = (&Name, &Ident)> {
    fields.iter().flat_map(|field| {
        let key = match &field.role {
            Role::Key(key) => Some(&**key),
            Role::Skipped(_) => None,
        };
        let names =
            key.into_iter().flat_map(|key| (!key.flat).then_some(&key.name).into_iter().chain(&key.aliases));
        names.map(|name| (name, &field.ident))
    })
}

fn names_of_variant(variant: &Variant) -> impl Iterator<Item = (&Name, &Ident)> {
    let names = (!variant.is_other).then_some(&variant.name).into_iter().chain(&variant.aliases);
    names.map(|name| (name, &variant.ident))
}

/// A source that uses the name could mean either. An attribute is to blame rather than an identifier.
fn no_name_twice<'m>(names: impl Iterator<Item = (&'m Name, &'m Ident)>, errors: &mut Errors) {
    let mut seen: HashMap<&str, (&Name, &Ident)> = HashMap::new();
    for (name, owner) in names {
        let Some((other, other_owner)) = seen.insert(&name.text, (name, owner)) else { continue };
        let (guilty, taken_by) =
            if other.is_given && !name.is_given { (other, owner) } else { (name, other_owner) };
        let text = &name.text;
        let fault = if owner == other_owner {
            format!("`{owner}` is called `{text}` already; remove one of the two")
        } else if taken_by == text.as_str() {
            format!("the name `{text}` is taken already; choose another")
        } else {
            format!("the name `{text}` is taken already, by `{taken_by}`; choose another")
        };
        errors.push_over(&guilty.source, fault);
    }
}

fn types_fit(fields: &mut [Field], errors: &mut Errors) {
    for field in fields {
        let Role::Key(key) = &field.role else { continue };
        if key.reading.is_typed() {
            let before = errors.count();
            types::check(&field.ty, errors);
            field.faulty |= errors.count() > before;
        }
    }
}

fn part_fits(part: &Part, errors: &mut Errors) {
    if matches!(part.reading, Reading::Typed) {
        types::check(&part.ty, errors);
    }
}

/// A variable sets one key. An impossible name is never set at all.
fn no_variable_twice(section: &Section, errors: &mut Errors) {
    let mut seen: HashMap<String, &Ident> = HashMap::new();
    for (field, literal) in section.fields.iter().flat_map(variables) {
        let name = literal.value();
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == '=';
        if name.is_empty() || name.contains(is_odd) {
            errors.push(literal.span(), "no variable can have this name");
            continue;
        }
        match seen.insert(name.clone(), field) {
            Some(other) if other == field => {
                errors
                    .push(literal.span(), format!("the variable `{name}` is given twice; keep one of them"));
            }
            Some(other) => {
                let fault =
                    format!("the field `{other}` reads the variable `{name}` already; choose another");
                errors.push(literal.span(), fault);
            }
            None => {}
        }
    }
}

fn variables(field: &Field) -> impl Iterator<Item = (&Ident, &LitStr)> {
    let key = match &field.role {
        Role::Key(key) => Some(&**key),
        Role::Skipped(_) => None,
    };
    key.into_iter().flat_map(|key| &key.env).map(|literal| (&field.ident, literal))
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
    if key.flat {
        // It has been told already that there can be none.
        return;
    }
    // What a leaf takes is for its `Deserialize` to say.
    if key.reading.is_typed() {
        literal.check_type(&field.ty, errors);
    }
    if let Some(range) = &key.range {
        within(literal, range, errors);
    }
    if let Some(length) = &key.length {
        long_enough(literal, length, errors);
    }
}

/// A text counts its characters, as the rule does, and a list its items.
fn long_enough(literal: &Literal, length: &Length, errors: &mut Errors) {
    let count = match &literal.value {
        Value::Text(text) => text.chars().count(),
        Value::List(items) => items.len(),
        _ => return,
    };
    let Length { min, max, equal } = length;
    type Allows = fn(&i128, &i128) -> bool;
    let borders: [(_, _, Allows); 3] =
        [("min", min, i128::ge), ("max", max, i128::le), ("equal", equal, i128::eq)];
    for (name, border, allows) in borders {
        let Some(expression) = border else { continue };
        let Some(Number::Whole(border)) = number_of(expression) else { continue };
        if !allows(&(count as i128), &border) {
            let source = literal.source();
            let fault = format!(
                "the default {} has the length {count}, and breaks the field's own rule `length({name} = {border})`",
                source_text(quote!(#source)),
            );
            errors.push_over(source, fault);
        }
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
