//! The words of `#[hot(...)]`.

use proc_macro2::Ident;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Path};

use super::{Form, Once, Word, misplaced, words};
use crate::errors::Errors;

/// The words of `#[hot(...)]` on a field.
#[derive(Default)]
pub(crate) struct FieldWords {
    /// Every word that was read, for fields on which none may stand.
    pub(crate) all: Vec<Ident>,
    /// Without an expression: the empty value of the type.
    pub(crate) default: Once<Option<Expr>>,
    pub(crate) env: Vec<LitStr>,
    pub(crate) secret: Once<()>,
    pub(crate) restart: Once<()>,
    pub(crate) leaf: Once<()>,
    pub(crate) deprecated: Once<LitStr>,
    pub(crate) example: Once<LitStr>,
    pub(crate) max_items: Once<usize>,
    pub(crate) merge: Once<Merge>,
}

pub(super) const ON_FIELDS: [&str; 9] =
    ["default", "env", "secret", "restart", "leaf", "deprecated", "example", "max_items", "merge"];
pub(super) const ON_STRUCTS: [&str; 3] = ["crate", "keys", "unknown"];

impl FieldWords {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "hot", errors) {
            match &*word.name() {
                "default" => match &word.form {
                    Form::Bare => read.default.set(&word, Some(None), errors),
                    Form::Value(value) => read.default.set(&word, Some(Some((**value).clone())), errors),
                    Form::List(_) => word.wrong_form("default = <value>", errors),
                },
                "env" => read.env.extend(word.text("env = \"NAME\"", errors)),
                "secret" => read.secret.set(&word, word.bare(errors), errors),
                "restart" => read.restart.set(&word, word.bare(errors), errors),
                "leaf" => read.leaf.set(&word, word.bare(errors), errors),
                "deprecated" => {
                    let remedy = word.text("deprecated = \"what to use instead\"", errors);
                    read.deprecated.set(&word, remedy, errors);
                }
                "example" => read.example.set(&word, word.text("example = \"…\"", errors), errors),
                "max_items" => read.max_items.set(&word, read_count(&word, errors), errors),
                "merge" => read.merge.set(&word, read_merge(&word, errors), errors),
                _ => misplaced("hot", &word, &ON_FIELDS, errors),
            }
            read.all.push(word.ident);
        }
        read
    }
}

impl FieldWords {
    /// The words beside these.
    pub(crate) fn but(&self, allowed: &[&str]) -> impl Iterator<Item = &Ident> {
        self.all.iter().filter(|word| !allowed.iter().any(|allowed| *word == allowed))
    }
}

fn read_count(word: &Word, errors: &mut Errors) -> Option<usize> {
    let count = match word.value() {
        Some(Expr::Lit(ExprLit { lit: Lit::Int(count), .. })) => count.base10_parse().ok(),
        _ => None,
    };
    if count.is_none() {
        word.wrong_form("max_items = 100", errors);
    }
    count
}

/// How the lists of several layers become one.
#[derive(Clone)]
pub(crate) enum Merge {
    Replace,
    Append,
    /// With the text that names the key.
    ByKey(LitStr),
}

fn read_merge(word: &Word, errors: &mut Errors) -> Option<Merge> {
    let usage = "merge = \"append\"`, `\"by-key(name)\"` or `\"replace\"";
    let text = word.text(usage, errors)?;
    let written = text.value();
    let by_key = written.strip_prefix("by-key");
    let key = by_key.and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')')).map(str::trim);
    match &*written {
        "replace" => return Some(Merge::Replace),
        "append" => return Some(Merge::Append),
        _ => {}
    }
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        return Some(Merge::ByKey(LitStr::new(key, text.span())));
    }
    let fault = match by_key {
        Some(_) => {
            "name the field that says which item is which, as in `merge = \"by-key(name)\"`".to_owned()
        }
        None => format!("write `{usage}`"),
    };
    errors.push(text.span(), fault);
    None
}

/// What is done about keys that a section does not know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unknown {
    Deny,
    Warn,
    Ignore,
}

/// The words of `#[hot(...)]` on the struct or enum itself.
#[derive(Default)]
pub(crate) struct ItemWords {
    pub(crate) root: Once<Path>,
    pub(crate) keys: Once<Ident>,
    pub(crate) unknown: Once<Unknown>,
}

impl ItemWords {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "hot", errors) {
            match &*word.name() {
                "crate" => read.root.set(&word, word.path("crate = path::to::hotconf", errors), errors),
                "keys" => {
                    let usage = "keys = another_name";
                    let path = word.path(usage, errors);
                    let name = path.as_ref().map(|path| path.get_ident().cloned());
                    if let Some(None) = name {
                        word.wrong_form(usage, errors);
                    }
                    read.keys.set(&word, name.flatten(), errors);
                }
                "unknown" => read.unknown.set(&word, read_unknown(&word, errors), errors),
                _ => misplaced("hot", &word, &ON_STRUCTS, errors),
            }
        }
        read
    }
}

fn read_unknown(word: &Word, errors: &mut Errors) -> Option<Unknown> {
    let usage = "unknown = \"deny\"`, `\"warn\"` or `\"ignore\"";
    let text = word.text(usage, errors)?;
    match &*text.value() {
        "deny" => Some(Unknown::Deny),
        "warn" => Some(Unknown::Warn),
        "ignore" => Some(Unknown::Ignore),
        _ => {
            errors.push(text.span(), format!("write `{usage}`"));
            None
        }
    }
}

/// Variants take no word of ours; each that stands there is reported.
pub(crate) fn refuse_on_variant(attributes: &[Attribute], errors: &mut Errors) {
    for word in words(attributes, "hot", errors) {
        misplaced("hot", &word, &[], errors);
    }
}
