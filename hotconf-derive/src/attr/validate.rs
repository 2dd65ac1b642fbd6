//! The rules of `#[validate(...)]`. They belong to the crate `validator`, which reports what is wrong in them; here
//! they are only noted, and whatever is not understood is passed over.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Meta};

use super::{Form, span_of, words_of};
use crate::errors::Errors;
use crate::text::source_text;

/// The rules of one field, or of the struct itself.
#[derive(Default)]
pub(crate) struct Rules {
    /// Whether there is any `#[validate]` at all.
    pub(crate) present: bool,
    pub(crate) all: Vec<Rule>,
    pub(crate) range: Option<Range>,
    pub(crate) length: Option<Length>,
}

/// One rule, as it was written.
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) arguments: String,
}

/// The borders of `range(...)`.
#[derive(Default)]
pub(crate) struct Range {
    pub(crate) min: Option<Expr>,
    pub(crate) max: Option<Expr>,
    pub(crate) exclusive_min: Option<Expr>,
    pub(crate) exclusive_max: Option<Expr>,
}

/// The borders of `length(...)`.
#[derive(Default)]
pub(crate) struct Length {
    pub(crate) min: Option<Expr>,
    pub(crate) max: Option<Expr>,
    pub(crate) equal: Option<Expr>,
}

impl Rules {
    /// `enabled` tells whether hotconf can run the rules. A rule that would not be enforced is an error.
    pub(crate) fn read(attributes: &[Attribute], enabled: bool, errors: &mut Errors) -> Self {
        let mut rules = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("validate")) {
            rules.present = true;
            if !enabled {
                errors.push(
                    span_of(attribute),
                    "`#[validate(...)]` needs hotconf's feature `validator`; enable it in Cargo.toml: \
                     hotconf = { features = [\"validator\"] }",
                );
            }
            if let Meta::List(list) = &attribute.meta {
                rules.note(list.tokens.clone(), errors);
            }
        }
        rules
    }

    fn note(&mut self, tokens: TokenStream, errors: &mut Errors) {
        for word in words_of(tokens).into_iter().flatten() {
            let name = word.name();
            let arguments = match &word.form {
                Form::Bare => String::new(),
                Form::Value(value) => source_text(quote::quote!(#value)),
                Form::List(tokens) => source_text(tokens.clone()),
            };
            match (&*name, word.form) {
                ("range", Form::List(tokens)) => self.range = Some(Range::read(tokens)),
                ("length", Form::List(tokens)) => self.length = Some(Length::read(tokens)),
                ("context", _) => errors.push(
                    word.ident.span(),
                    "`#[validate(context)]` is not supported by `HotConfig`, which has no arguments to give; \
                     check such rules in the program, with `on_change`",
                ),
                _ => {}
            }
            self.all.push(Rule { name, arguments });
        }
    }
}

impl Range {
    fn read(tokens: TokenStream) -> Self {
        let mut range = Self::default();
        for (name, value) in values(tokens) {
            match &*name {
                "min" => range.min = Some(value),
                "max" => range.max = Some(value),
                "exclusive_min" => range.exclusive_min = Some(value),
                "exclusive_max" => range.exclusive_max = Some(value),
                _ => {}
            }
        }
        range
    }
}

impl Length {
    fn read(tokens: TokenStream) -> Self {
        let mut length = Self::default();
        for (name, value) in values(tokens) {
            match &*name {
                "min" => length.min = Some(value),
                "max" => length.max = Some(value),
                "equal" => length.equal = Some(value),
                _ => {}
            }
        }
        length
    }
}

fn values(tokens: TokenStream) -> impl Iterator<Item = (String, Expr)> {
    words_of(tokens).into_iter().flatten().filter_map(|word| {
        let name = word.name();
        match word.form {
            Form::Value(value) => Some((name, *value)),
            _ => None,
        }
    })
}
