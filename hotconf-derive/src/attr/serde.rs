//! The words of `#[serde(...)]`: what is honoured, what concerns writing only, and what is refused by name.

use syn::{Attribute, LitStr, Path, Type, parse_quote_spanned};

use syn::spanned::Spanned;

use super::{Form, Once, Word, listed, misplaced, words};
use crate::case::Case;
use crate::errors::Errors;

/// On a field.
#[derive(Default)]
pub(crate) struct FieldWords {
    pub(crate) rename: Once<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    /// Without a path: `Default::default`.
    pub(crate) default: Once<Option<Path>>,
    pub(crate) skip: Once<()>,
    /// The function that reads the field.
    pub(crate) with: Once<Path>,
}

/// On a variant of an enum.
#[derive(Default)]
pub(crate) struct VariantWords {
    pub(crate) rename: Once<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) skip: Once<()>,
}

/// On the struct or enum itself.
#[derive(Default)]
pub(crate) struct ItemWords {
    pub(crate) rename_all: Once<Case>,
    pub(crate) default: Once<Option<Path>>,
    pub(crate) deny_unknown_fields: Once<()>,
    pub(crate) transparent: Once<()>,
    /// The type that is read in place of this one.
    pub(crate) from: Once<Type>,
    /// The same where the conversion may fail.
    pub(crate) try_from: Once<Type>,
}

const ON_FIELDS: [&str; 7] =
    ["rename", "alias", "default", "skip", "skip_deserializing", "with", "deserialize_with"];
const ON_VARIANTS: [&str; 4] = ["rename", "alias", "skip", "skip_deserializing"];
const ON_ITEMS: [&str; 6] =
    ["rename_all", "default", "deny_unknown_fields", "transparent", "from", "try_from"];

/// Words that change how a value is written, how the trait is implemented, or what an error says: nothing that
/// reading a configuration depends on.
const WITHOUT_EFFECT: [&str; 9] = [
    "skip_serializing",
    "skip_serializing_if",
    "serialize_with",
    "getter",
    "into",
    "expecting",
    "bound",
    "crate",
    "non_exhaustive",
];

const READ_TYPE_WHOLE: &str = "derive `Deserialize` for this type instead of `HotConfig`, and put `#[hot(leaf)]` on the fields of this type";

/// Words that are not built, each with the way round.
const REFUSED: [(&str, &str); 10] = [
    ("flatten", "make the section a field of its own, or write its fields here"),
    ("borrow", "a configuration owns its values: use an owned type"),
    ("remote", READ_TYPE_WHOLE),
    ("tag", READ_TYPE_WHOLE),
    ("content", READ_TYPE_WHOLE),
    ("untagged", READ_TYPE_WHOLE),
    ("other", READ_TYPE_WHOLE),
    ("rename_all_fields", READ_TYPE_WHOLE),
    ("field_identifier", READ_TYPE_WHOLE),
    ("variant_identifier", READ_TYPE_WHOLE),
];

pub(crate) fn is_known(word: &str) -> bool {
    ON_FIELDS.contains(&word)
        || ON_ITEMS.contains(&word)
        || WITHOUT_EFFECT.contains(&word)
        || REFUSED.iter().any(|(refused, _)| *refused == word)
}

impl FieldWords {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "serde", errors) {
            match &*word.name() {
                "rename" => rename(&word, &mut read.rename, errors),
                "alias" => read.aliases.extend(word.text("alias = \"name\"", errors)),
                "default" => read.default.set(&word, default(&word, errors), errors),
                "skip" | "skip_deserializing" => read.skip.set(&word, word.bare(errors), errors),
                "with" => {
                    let module = word.path_in_text("with = \"path::to::module\"", errors);
                    let function = module.map(|path| parse_quote_spanned!(path.span()=> #path::deserialize));
                    read.set_function(&word, function, errors);
                }
                "deserialize_with" => {
                    let usage = "deserialize_with = \"path::to::function\"";
                    read.set_function(&word, word.path_in_text(usage, errors), errors);
                }
                _ => not_honoured(&word, &ON_FIELDS, errors),
            }
        }
        read
    }

    fn set_function(&mut self, word: &Word, function: Option<Path>, errors: &mut Errors) {
        match self.with.given() {
            Some((other, _)) if *other != word.ident => {
                let fault = format!("`{other}` says already how this field is read; keep one of the two");
                errors.push(word.span(), fault);
            }
            _ => self.with.set(word, function, errors),
        }
    }
}

impl VariantWords {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "serde", errors) {
            match &*word.name() {
                "rename" => rename(&word, &mut read.rename, errors),
                "alias" => read.aliases.extend(word.text("alias = \"name\"", errors)),
                "skip" | "skip_deserializing" => read.skip.set(&word, word.bare(errors), errors),
                // It names the fields of the variant, and a unit variant has none.
                "rename_all" => {}
                _ => not_honoured(&word, &ON_VARIANTS, errors),
            }
        }
        read
    }
}

impl ItemWords {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "serde", errors) {
            match &*word.name() {
                "rename_all" => {
                    if let Some(rule) = name_for_reading(&word, errors) {
                        read.rename_all.set(&word, case(&rule, errors), errors);
                    }
                }
                "default" => read.default.set(&word, default(&word, errors), errors),
                "deny_unknown_fields" => {
                    read.deny_unknown_fields.set(&word, word.bare(errors), errors);
                }
                "transparent" => read.transparent.set(&word, word.bare(errors), errors),
                "from" => read.from.set(&word, word.type_in_text("from = \"Type\"", errors), errors),
                "try_from" => {
                    read.try_from.set(&word, word.type_in_text("try_from = \"Type\"", errors), errors);
                }
                // The name of the type itself is in no source.
                "rename" => {}
                _ => not_honoured(&word, &ON_ITEMS, errors),
            }
        }
        read
    }
}

fn rename(word: &Word, into: &mut Once<LitStr>, errors: &mut Errors) {
    if let Some(name) = name_for_reading(word, errors) {
        into.set(word, Some(name), errors);
    }
}

/// The name of `rename = "a"` or `rename(deserialize = "a", serialize = "b")`; none where only writing is renamed.
fn name_for_reading(word: &Word, errors: &mut Errors) -> Option<LitStr> {
    if !matches!(word.form, Form::List(_)) {
        return word.text(&format!("{} = \"…\"", word.name()), errors);
    }
    let mut reading = Once::default();
    let mut writing = Once::default();
    for part in word.list("", errors) {
        match &*part.name() {
            "deserialize" => reading.set(&part, part.text("deserialize = \"…\"", errors), errors),
            "serialize" => writing.set(&part, part.text("serialize = \"…\"", errors), errors),
            _ => misplaced("serde", &part, &["deserialize", "serialize"], errors),
        }
    }
    reading.get().cloned()
}

fn case(rule: &LitStr, errors: &mut Errors) -> Option<Case> {
    let written = rule.value();
    let known = Case::ALL.into_iter().find(|(name, _)| *name == written);
    if known.is_none() {
        let names = Case::ALL.map(|(name, _)| name);
        errors.push(rule.span(), format!("unknown rule `{written}`; known are {}", listed(&names)));
    }
    known.map(|(_, case)| case)
}

fn default(word: &Word, errors: &mut Errors) -> Option<Option<Path>> {
    match word.form {
        Form::Bare => Some(None),
        _ => word.path_in_text("default = \"path::to::function\"", errors).map(Some),
    }
}

/// A word that is no key of the reader that found it: without effect, refused, or unknown.
fn not_honoured(word: &Word, honoured: &[&str], errors: &mut Errors) {
    let name = word.name();
    if WITHOUT_EFFECT.contains(&&*name) {
        return;
    }
    if let Some((_, way_round)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
        return errors.push(
            word.span(),
            format!("`#[serde({name})]` is not supported yet by `HotConfig`; {way_round}"),
        );
    }
    misplaced("serde", word, honoured, errors);
}
