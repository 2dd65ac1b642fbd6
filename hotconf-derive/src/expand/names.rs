//! The names of generated items, none of which the input mentions: they would hide what the user meant.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::DeriveInput;

use super::generics::{Generics, this};
use crate::model::Model;

pub(crate) struct Names {
    /// The type itself, with its parameters.
    pub(crate) this: TokenStream,
    pub(crate) generics: Generics,
    /// The part of the crate hotconf that generated code uses.
    pub(crate) hotconf: Ident,
    /// The struct of keys.
    pub(crate) keys: Ident,
    /// Its field for the section itself.
    pub(crate) section: Ident,
    /// The trait that holds the defaults that are expressions.
    pub(crate) defaults: Ident,
    /// The static description of the struct.
    pub(crate) schema: Ident,
    /// The variants of an enum, and the static description of it.
    pub(crate) variants: Ident,
    pub(crate) union: Ident,
    /// The type parameter for the configuration.
    pub(crate) configuration: Ident,
    /// The type parameter for the lens that leads to the section.
    pub(crate) outer: Ident,
    /// The type parameter for what a closure returns.
    pub(crate) returned: Ident,
}

impl Names {
    pub(crate) fn new(input: &DeriveInput, model: Option<&Model>) -> Self {
        let mut taken = HashSet::new();
        collect(input.to_token_stream(), &mut taken);
        let fresh = |wanted: Ident| {
            let mut name = wanted;
            while taken.contains(&name.to_string()) {
                name = format_ident!("{name}_");
            }
            name
        };
        let hotconf = fresh(format_ident!("__hotconf"));
        Self {
            this: this(input),
            generics: Generics::new(input, model, &hotconf),
            hotconf,
            keys: fresh(format_ident!("{}Keys", input.ident)),
            section: fresh(format_ident!("__section")),
            defaults: fresh(format_ident!("__Defaults")),
            schema: fresh(format_ident!("__SCHEMA")),
            variants: fresh(format_ident!("__VARIANTS")),
            union: fresh(format_ident!("__UNION")),
            configuration: fresh(format_ident!("C")),
            outer: fresh(format_ident!("L")),
            returned: fresh(format_ident!("R")),
        }
    }

    /// A local variable that only generated code can see.
    pub(crate) fn local(name: &str) -> Ident {
        Ident::new(&format!("__{name}"), Span::mixed_site())
    }

    pub(crate) fn local_of_field(index: usize) -> Ident {
        Self::local(&format!("field_{index}"))
    }

    pub(crate) fn default_of_field(index: usize) -> Ident {
        format_ident!("field_{index}")
    }
}

/// Every name in the tokens, and in their texts, which may hold paths.
fn collect(tokens: TokenStream, taken: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                taken.insert(name.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), taken),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                taken.extend(text.split(|c: char| c != '_' && !c.is_alphanumeric()).map(str::to_owned));
            }
            TokenTree::Punct(_) => {}
        }
    }
}
