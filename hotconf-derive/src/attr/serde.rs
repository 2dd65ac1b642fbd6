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
    /// The keys of the field stand beside those of the others.
    pub(crate) flatten: Once<()>,
}

/// On a variant of an enum.
#[derive(Default)]
pub(crate) struct VariantWords {
    pub(crate) rename: Once<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) skip: Once<()>,
    /// How the fields of the variant are named.
    pub(crate) rename_all: Once<Case>,
    /// Every name that is none of the others means this variant.
    pub(crate) other: Once<()>,
}

/// On the struct or enum itself.
#[derive(Default)]
pub(crate) struct ItemWords {
    pub(crate) rename_all: Once<Case>,
    /// How the fields of all variants are named.
    pub(crate) rename_all_fields: Once<Case>,
    /// The key that says which variant it is.
    pub(crate) tag: Once<LitStr>,
    /// The key that has what the variant holds.
    pub(crate) content: Once<LitStr>,
    pub(crate) untagged: Once<()>,
    pub(crate) default: Once<Option<Path>>,
    pub(crate) deny_unknown_fields: Once<()>,
    pub(crate) transparent: Once<()>,
    /// The type that is read in place of this one.
    pub(crate) from: Once<Type>,
    /// The same where the conversion may fail.
    pub(crate) try_from: Once<Type>,
}

const ON_FIELDS: [&str; 8] =
    ["rename", "alias", "default", "skip", "skip_deserializing", "with", "deserialize_with", "flatten"];
const ON_VARIANTS: [&str; 6] = ["rename", "alias", "skip", "skip_deserializing", "rename_all", "other"];
const ON_ITEMS: [&str; 10] = [
    "rename_all",
    "rename_all_fields",
    "default",
    "deny_unknown_fields",
    "transparent",
    "from",
    "try_from",
    "tag",
    "content",
    "untagged",
];

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
const REFUSED: [(&str, &str); 4] = [
    ("borrow", "a configuration owns its values: use an owned type"),
    ("remote", READ_TYPE_WHOLE),
    ("field_identifier", READ_TYPE_WHOLE),
    ("variant_identifier", READ_TYPE_WHOLE),
];

/// Where a word belongs that stands elsewhere.
pub(crate) fn place_of(word: &str) -> Option<&'static str> {
    let places: [(&[&str], _); 3] =
        [(&ON_FIELDS, "a field"), (&ON_ITEMS, "the struct or the enum itself"), (&ON_VARIANTS, "a variant")];
    places.iter().find(|(words, _)| words.contains(&word)).map(|(_, place)| *place)
}

pub(crate) fn is_known(word: &str) -> bool {
    ON_FIELDS.contains(&word)
        || ON_VARIANTS.contains(&word)
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
                "flatten" => read.flatten.set(&word, word.bare(errors), errors),
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
                "rename_all" => rename_all(&word, &mut read.rename_all, errors),
                "other" => read.other.set(&word, word.bare(errors), errors),
                "untagged" => {
                    let fault = "a single variant without a tag is not supported by `HotConfig`; give the variants with one \
                                 an enum of their own, and hold it and this in an enum that is `untagged`";
                    errors.push(word.span(), fault);
                }
                name @ ("with" | "deserialize_with") => {
                    errors.push(word.span(), format!("write `{name}` on the field of the variant"));
                }
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
                "rename_all" => rename_all(&word, &mut read.rename_all, errors),
                "rename_all_fields" => rename_all(&word, &mut read.rename_all_fields, errors),
                "tag" => read.tag.set(&word, word.text("tag = \"type\"", errors), errors),
                "content" => read.content.set(&word, word.text("content = \"value\"", errors), errors),
                "untagged" => read.untagged.set(&word, word.bare(errors), errors),
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

fn rename_all(word: &Word, into: &mut Once<Case>, errors: &mut Errors) {
    if let Some(rule) = name_for_reading(word, errors) {
        into.set(word, case(&rule, errors), errors);
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
