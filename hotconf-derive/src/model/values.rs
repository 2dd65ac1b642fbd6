//! Types that have no keys of their own: tuple structs, structs that are transparent, and types that are made from
//! another one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Data, Field, Fields, FieldsUnnamed, Member, Type};

use super::{Filling, Item, Reading, reading, without_self};
use crate::attr::hot::{self, FieldWords, ItemWords};
use crate::attr::{serde, span_of};
use crate::errors::Errors;

/// A struct that is read as its only field is.
pub(crate) struct Wrapper {
    pub(crate) inner: Part,
    /// Fields that no source has.
    pub(crate) others: Vec<(Member, Type, Filling)>,
}

/// A field without a key.
pub(crate) struct Part {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) reading: Reading,
}

/// A type that is made from a value of another one.
pub(crate) struct Converted {
    pub(crate) from: Type,
    /// Whether this may fail.
    pub(crate) is_tried: bool,
}

const NO_KEYS: &str = "belongs on a struct with named fields; this type has no keys of its own";

impl Item<'_> {
    pub(super) fn is_converted(&self) -> bool {
        self.serde.from.is_set() || self.serde.try_from.is_set()
    }

    pub(super) fn converted(&self, errors: &mut Errors) -> Option<Converted> {
        let before = errors.count();
        self.refuse_words_of_sections(errors);
        let serde::ItemWords { transparent, from, try_from, .. } = &self.serde;
        let (word, ty) = from.given().or_else(|| try_from.given())?;
        let others = [try_from.span().filter(|_| from.is_set()), transparent.span()];
        for span in others.into_iter().flatten() {
            errors.push(span, format!("`{word}` says already how this type is read; keep one of the two"));
        }
        let refuse_on_fields = |fields: &Fields, errors: &mut Errors| {
            for field in fields {
                refuse_rules(&field.attrs, errors);
                for word in FieldWords::read(&field.attrs, errors).all {
                    let fault = "has no effect, because the value is made from another type; put it there";
                    errors.push(word.span(), format!("`{word}` {fault}"));
                }
            }
        };
        match &self.input.data {
            Data::Struct(data) => refuse_on_fields(&data.fields, errors),
            Data::Enum(data) => {
                for variant in &data.variants {
                    hot::refuse_on_variant(&variant.attrs, errors);
                    refuse_on_fields(&variant.fields, errors);
                }
            }
            Data::Union(_) => {}
        }
        self.refuse_itself(ty, errors);
        let is_tried = !from.is_set();
        let from = without_self(ty, self.input);
        (errors.count() == before).then_some(Converted { from, is_tried })
    }

    /// The struct that is its only field; the others are filled as serde would.
    pub(super) fn wrapper(&self, fields: &Fields, errors: &mut Errors) -> Option<Wrapper> {
        let before = errors.count();
        self.refuse_words_of_sections(errors);
        let (mut inner, mut others) = (Vec::new(), Vec::new());
        for (field, member) in fields.iter().zip(fields.members()) {
            let serde = serde::FieldWords::read(&field.attrs, errors);
            let is_marker = is_phantom(&field.ty);
            if self.serde.transparent.is_set() && (serde.skip.is_set() || serde.default.is_set() || is_marker)
            {
                refuse_words(field, &FieldWords::read(&field.attrs, errors), &[], errors);
                let ty = without_self(&field.ty, self.input);
                others.push((member, ty, self.filling(&serde).unwrap_or(Filling::Default)));
            } else {
                inner.push(self.part(field, member, &serde, errors));
            }
        }
        if let (Some(word), true) = (self.serde.transparent.span(), inner.len() != 1) {
            let fault = "exactly one field must be left to read; `#[serde(skip)]` keeps the others out of it";
            errors.push(word, fault);
        }
        let inner = inner.pop().filter(|_| errors.count() == before)?;
        Some(Wrapper { inner, others })
    }

    pub(super) fn tuple(&self, fields: &FieldsUnnamed, errors: &mut Errors) -> Option<Vec<Part>> {
        let before = errors.count();
        self.refuse_words_of_sections(errors);
        let parts = fields.unnamed.iter().zip(0_u32..).map(|(field, index)| {
            let serde = serde::FieldWords::read(&field.attrs, errors);
            let member = Member::Unnamed(syn::Index { index, span: field.ty.span() });
            self.part(field, member, &serde, errors)
        });
        let parts = parts.collect();
        (errors.count() == before).then_some(parts)
    }

    fn part(&self, field: &Field, member: Member, serde: &serde::FieldWords, errors: &mut Errors) -> Part {
        let words = FieldWords::read(&field.attrs, errors);
        refuse_words(field, &words, &["leaf"], errors);
        if let Some(skip) = serde.skip.span() {
            let fault = "this field is told by its place, and cannot be skipped; where only one other is left, \
                         write `#[serde(transparent)]` on the struct";
            errors.push(skip, fault);
        }
        if let Some(default) = serde.default.span() {
            errors.push(default, "a default belongs on the fields of this type, not in it");
        }
        if let Some(flatten) = serde.flatten.span() {
            let fault =
                "only a field with a name can be flattened; a struct of this one alone is `transparent`";
            errors.push(flatten, fault);
        }
        let reading = reading(&words, serde, errors);
        if reading.is_typed() {
            self.refuse_itself(&field.ty, errors);
        }
        Part { member, ty: without_self(&field.ty, self.input), reading }
    }

    /// What such a type looks like in a source is what its field looks like there, which would have no end.
    fn refuse_itself(&self, ty: &Type, errors: &mut Errors) {
        if mentions(ty.to_token_stream(), &self.input.ident) {
            let fault = "only a struct with named fields can contain itself; give this field a name";
            errors.push_over(ty, fault);
        }
    }

    fn refuse_words_of_sections(&self, errors: &mut Errors) {
        refuse_rules(&self.input.attrs, errors);
        if !self.is_converted() {
            self.refuse_words_of_enums(errors);
        }
        let ItemWords { root: _, keys, unknown } = &self.words;
        let words = [keys.span(), unknown.span(), self.serde.default.span()];
        for span in words.into_iter().flatten() {
            errors.push(span, format!("this {NO_KEYS}"));
        }
    }
}

/// Words that speak of a key, on a field that has none, but for these.
pub(super) fn refuse_words(field: &Field, words: &FieldWords, allowed: &[&str], errors: &mut Errors) {
    refuse_rules(&field.attrs, errors);
    for word in words.but(allowed) {
        let fault = "belongs on the fields of this type; the type itself has no key";
        errors.push(word.span(), format!("`{word}` {fault}"));
    }
}

/// A rule would never run.
pub(super) fn refuse_rules(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("validate")) {
        errors.push(span_of(attribute), format!("`#[validate(...)]` {NO_KEYS}"));
    }
}

fn is_phantom(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == "PhantomData")
}

/// Whether the type is named there: by its name alone, for behind a path it may be another of that name.
pub(crate) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    let mut after_path = false;
    for token in tokens {
        let found = match &token {
            TokenTree::Ident(ident) => !after_path && (ident == name || ident == "Self"),
            TokenTree::Group(group) => mentions(group.stream(), name),
            _ => false,
        };
        if found {
            return true;
        }
        after_path = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':');
    }
    false
}
