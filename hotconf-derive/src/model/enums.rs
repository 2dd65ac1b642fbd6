//! Enums: of unit variants, which are values that are given by a name, and of variants that hold something.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{DataEnum, Fields, FieldsNamed, FieldsUnnamed, LitStr, Member};

use super::values::refuse_rules;
use super::{Body, Field, Home, Item, Name, Part, Role, mentions, name, reading, without_self};
use crate::attr::hot::{self, FieldWords, ItemWords, Unknown};
use crate::attr::validate::Rules;
use crate::attr::{documentation, serde};
use crate::errors::Errors;

/// An enum of unit variants.
pub(crate) struct Choice {
    pub(crate) variants: Vec<Variant>,
}

/// An enum of which a variant holds something, or one whose name stands behind a key of its own.
pub(crate) struct Union {
    pub(crate) tagging: Tagging,
    pub(crate) unknown: Option<Unknown>,
    pub(crate) variants: Vec<(Variant, Content)>,
    /// Whether a variant can hold another value of the enum.
    pub(crate) holds_itself: bool,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) doc: String,
    pub(crate) name: Name,
    pub(crate) aliases: Vec<Name>,
    /// Whether no source can name it.
    pub(crate) skipped: bool,
    /// Whether every name that is none of the others means it.
    pub(crate) is_other: bool,
}

/// How a source says which variant it means.
pub(crate) enum Tagging {
    External,
    Internal { tag: LitStr },
    Adjacent { tag: LitStr, content: LitStr },
    Untagged,
}

/// What a variant holds.
pub(crate) enum Content {
    Nothing,
    Value { part: Box<Part>, secret: bool },
    Items(Vec<Part>),
    Fields(Vec<Field>),
}

const NO_NAME: &str = "a field without a name cannot have this; give it one, as in `Variant { name: Type }`";

/// Words that speak of a key, on a field of a variant that has none, but for these.
fn refuse_words_of_keys(field: &syn::Field, words: &FieldWords, allowed: &[&str], errors: &mut Errors) {
    refuse_rules(&field.attrs, errors);
    words.but(allowed).for_each(|word| errors.push(word.span(), NO_NAME));
}

impl Union {
    /// The variants that a source can mean.
    pub(crate) fn read(&self) -> impl Iterator<Item = &(Variant, Content)> {
        self.variants.iter().filter(|(variant, _)| !variant.skipped)
    }
}

impl Content {
    /// The fields that have names.
    pub(crate) fn fields(&self) -> &[Field] {
        match self {
            Self::Fields(fields) => fields,
            Self::Nothing | Self::Value { .. } | Self::Items(_) => &[],
        }
    }

    /// The fields that have none.
    pub(crate) fn parts(&self) -> &[Part] {
        match self {
            Self::Value { part, .. } => std::slice::from_ref(&**part),
            Self::Items(parts) => parts,
            Self::Nothing | Self::Fields(_) => &[],
        }
    }
}

impl Item<'_> {
    pub(super) fn enumeration(&self, data: &DataEnum, errors: &mut Errors) -> Option<Body> {
        let before = errors.count();
        self.refuse_words_of_structs(errors);
        refuse_rules(&self.input.attrs, errors);
        let tagging = self.tagging(errors);
        let mut others = Vec::new();
        let variants: Vec<_> = data
            .variants
            .iter()
            .map(|variant| {
                hot::refuse_on_variant(&variant.attrs, errors);
                let words = serde::VariantWords::read(&variant.attrs, errors);
                let content = if words.skip.is_set() {
                    Content::Nothing
                } else {
                    self.content(&variant.fields, &words, &tagging, errors)
                };
                self.refuse_other(variant, &words, &tagging, errors);
                others.extend(words.other.span());
                (self.variant(variant, words), content)
            })
            .collect();
        if variants.iter().all(|(variant, _)| variant.skipped) {
            errors.push(self.input.ident.span(), "this enum has no variant that a source could name");
        }
        if let Some(second) = others.get(1) {
            errors.push(*second, "only one variant can be `other`; keep one of them");
        }
        let is_choice = matches!(tagging, Tagging::External)
            && variants
                .iter()
                .all(|(variant, content)| variant.skipped || matches!(content, Content::Nothing));
        let unknown = self.unknown(errors);
        if is_choice {
            self.refuse_words_of_contents(errors);
            let variants = variants.into_iter().map(|(variant, _)| variant).collect();
            return (errors.count() == before).then_some(Body::Choice(Choice { variants }));
        }
        if let (Tagging::Untagged, Some(word)) = (&tagging, self.serde.untagged.span()) {
            if variants.iter().all(|(_, content)| matches!(content, Content::Nothing)) {
                let fault = "nothing but `null` could mean one of these variants; remove `untagged`";
                errors.push(word, fault);
            }
        }
        let holds_itself =
            data.variants.iter().any(|variant| mentions(variant.fields.to_token_stream(), &self.input.ident));
        let union = Union { tagging, unknown, variants, holds_itself };
        (errors.count() == before).then_some(Body::Union(union))
    }

    fn variant(&self, variant: &syn::Variant, words: serde::VariantWords) -> Variant {
        let serde::VariantWords { rename, aliases, skip, rename_all: _, other } = words;
        let rule = self.serde.rename_all.get();
        Variant {
            ident: variant.ident.clone(),
            doc: documentation(&variant.attrs),
            name: name(&variant.ident, rename.get(), |own| rule.map(|case| case.of_variant(own))),
            aliases: aliases.into_iter().map(Name::from).collect(),
            skipped: skip.is_set(),
            is_other: other.is_set(),
        }
    }

    fn tagging(&self, errors: &mut Errors) -> Tagging {
        let serde::ItemWords { tag, content, untagged, .. } = &self.serde;
        if let (true, Some(span)) = (untagged.is_set(), tag.span().or(content.span())) {
            errors.push(span, "`untagged` says already that there is no tag; keep one of the two");
            return Tagging::Untagged;
        }
        match (tag.get().cloned(), content.get().cloned()) {
            (Some(tag), Some(content)) => {
                if tag.value() == content.value() {
                    errors.push(content.span(), "the tag is called so already; choose another name");
                }
                Tagging::Adjacent { tag, content }
            }
            (Some(tag), None) => Tagging::Internal { tag },
            (None, Some(content)) => {
                errors.push(
                    content.span(),
                    "`content` needs a `tag` beside it: `tag = \"type\", content = \"value\"`",
                );
                Tagging::External
            }
            (None, None) if untagged.is_set() => Tagging::Untagged,
            (None, None) => Tagging::External,
        }
    }

    fn content(
        &self,
        fields: &Fields,
        words: &serde::VariantWords,
        tagging: &Tagging,
        errors: &mut Errors,
    ) -> Content {
        match fields {
            Fields::Unit => Content::Nothing,
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => self.only_value(fields, errors),
            Fields::Unnamed(fields) => {
                if let Tagging::Internal { .. } = tagging {
                    let fault = "a list cannot hold the tag; give the fields names, or write `content = \"value\"` beside \
                                 `tag`";
                    errors.push_over(fields, fault);
                }
                let parts = fields.unnamed.iter().zip(0_u32..).map(|(field, index)| {
                    let serde = serde::FieldWords::read(&field.attrs, errors);
                    let words = FieldWords::read(&field.attrs, errors);
                    refuse_words_of_keys(field, &words, &["leaf"], errors);
                    self.unnamed(field, index, &words, &serde, errors)
                });
                Content::Items(parts.collect())
            }
            Fields::Named(fields) => self.named(fields, words, tagging, errors),
        }
    }

    fn only_value(&self, fields: &FieldsUnnamed, errors: &mut Errors) -> Content {
        let Some(field) = fields.unnamed.first() else { return Content::Nothing };
        let serde = serde::FieldWords::read(&field.attrs, errors);
        let words = FieldWords::read(&field.attrs, errors);
        refuse_words_of_keys(field, &words, &["leaf", "secret"], errors);
        let part = self.unnamed(field, 0, &words, &serde, errors);
        Content::Value { part: Box::new(part), secret: words.secret.is_set() }
    }

    fn unnamed(
        &self,
        field: &syn::Field,
        index: u32,
        words: &FieldWords,
        serde: &serde::FieldWords,
        errors: &mut Errors,
    ) -> Part {
        for span in [serde.skip.span(), serde.default.span(), serde.flatten.span()].into_iter().flatten() {
            let fault =
                "a field without a name cannot have this; give it one, as in `Variant { name: Type }`";
            errors.push(span, fault);
        }
        let member = Member::Unnamed(syn::Index { index, span: Span::call_site() });
        Part { member, ty: without_self(&field.ty, self.input), reading: reading(words, serde, errors) }
    }

    fn named(
        &self,
        fields: &FieldsNamed,
        words: &serde::VariantWords,
        tagging: &Tagging,
        errors: &mut Errors,
    ) -> Content {
        let case = words.rename_all.get().or(self.serde.rename_all_fields.get()).copied();
        let fields = self.fields(fields, Home::Variant(case), errors, |field, errors| {
            refuse_rules(&field.attrs, errors);
            Rules::default()
        });
        if let Tagging::Internal { tag } = tagging {
            for field in &fields {
                let Role::Key(key) = &field.role else { continue };
                let names = std::iter::once(&key.name).chain(&key.aliases);
                for taken in names.filter(|name| !key.flat && name.text == tag.value()) {
                    errors.push_over(&taken.source, "the tag of this enum is called so; choose another name");
                }
            }
        }
        Content::Fields(fields)
    }

    fn refuse_other(
        &self,
        variant: &syn::Variant,
        words: &serde::VariantWords,
        tagging: &Tagging,
        errors: &mut Errors,
    ) {
        let Some(word) = words.other.span() else { return };
        if !matches!(variant.fields, Fields::Unit) {
            errors.push(word, "a variant that any name can mean holds nothing; take its fields away");
        } else if matches!(tagging, Tagging::Untagged) {
            errors
                .push(word, "an enum without tags has no names that could be others; remove one of the two");
        } else if words.skip.is_set() {
            errors.push(word, "no source can mean a variant that is skipped; remove one of the two");
        }
    }

    /// An enum has no keys, and no fields that a default could fill.
    fn refuse_words_of_structs(&self, errors: &mut Errors) {
        if let Some(word) = self.serde.transparent.span() {
            errors.push(word, "this belongs on a struct of one field");
        }
        let ItemWords { root: _, keys, unknown: _ } = &self.words;
        for span in [keys.span(), self.serde.default.span()].into_iter().flatten() {
            errors.push(span, "this belongs on a struct; an enum has no keys");
        }
    }

    /// Serde takes `deny_unknown_fields` on every enum, and a unit variant has no fields to be unknown.
    fn refuse_words_of_contents(&self, errors: &mut Errors) {
        for span in self.words.unknown.span().into_iter().chain(self.serde.rename_all_fields.span()) {
            errors.push(span, "the variants of this enum have no fields; remove it");
        }
    }
}
