//! Attributes as they were written: raw values, each with the span of its word. Nothing here knows what the words of
//! one field mean together.
//!
//! The readers return no `Result`: a fault is pushed and reading goes on, so that the user sees all of them.

pub(crate) mod hot;
pub(crate) mod serde;
pub(crate) mod validate;

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, ExprPath, Lit, LitStr, Meta, MetaNameValue, Path, Token, Type};

use crate::errors::{Errors, nearest};

/// One word inside an attribute: `secret`, `default = 5`, `range(min = 1)`.
pub(crate) struct Word {
    pub(crate) ident: Ident,
    pub(crate) form: Form,
}

pub(crate) enum Form {
    Bare,
    Value(Box<Expr>),
    List(TokenStream),
}

impl Word {
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }

    fn value(&self) -> Option<&Expr> {
        match &self.form {
            Form::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The words in the parentheses.
    pub(crate) fn list(&self, usage: &str, errors: &mut Errors) -> Vec<Word> {
        match &self.form {
            Form::List(tokens) => sift(words_of(tokens.clone()), errors),
            _ => {
                self.wrong_form(usage, errors);
                Vec::new()
            }
        }
    }

    fn bare(&self, errors: &mut Errors) -> Option<()> {
        let name = self.name();
        match &self.form {
            Form::Bare => return Some(()),
            Form::Value(value) => errors
                .push_over(value, format!("`{name}` takes no value; write `{name}` alone, or leave it out")),
            Form::List(_) => {
                errors.push(self.span(), format!("`{name}` takes no arguments; write `{name}` alone"));
            }
        }
        None
    }

    pub(crate) fn text(&self, usage: &str, errors: &mut Errors) -> Option<LitStr> {
        if let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = self.value() {
            return Some(text.clone());
        }
        self.wrong_form(usage, errors);
        None
    }

    pub(crate) fn path_in_text(&self, usage: &str, errors: &mut Errors) -> Option<Path> {
        let text = self.text(usage, errors)?;
        text.parse()
            .map_err(|_| errors.push(text.span(), format!("this is not a path; write `{usage}`")))
            .ok()
    }

    fn type_in_text(&self, usage: &str, errors: &mut Errors) -> Option<Type> {
        let text = self.text(usage, errors)?;
        text.parse()
            .map_err(|_| errors.push(text.span(), format!("this is not a type; write `{usage}`")))
            .ok()
    }

    fn path(&self, usage: &str, errors: &mut Errors) -> Option<Path> {
        if let Some(Expr::Path(ExprPath { qself: None, path, .. })) = self.value() {
            return Some(path.clone());
        }
        self.wrong_form(usage, errors);
        None
    }

    fn wrong_form(&self, usage: &str, errors: &mut Errors) {
        let message = format!("write `{usage}`");
        match &self.form {
            Form::Value(value) => errors.push_over(value, message),
            _ => errors.push(self.span(), message),
        }
    }
}

/// The words of every attribute of this name; what is malformed is reported and left out.
pub(crate) fn words(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Word> {
    let mut words = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match &attribute.meta {
            Meta::List(list) => words.extend(sift(words_of(list.tokens.clone()), errors)),
            other => errors.push_over(other, format!("write `#[{name}(...)]`")),
        }
    }
    words
}

fn sift(words: Vec<syn::Result<Word>>, errors: &mut Errors) -> Vec<Word> {
    words.into_iter().filter_map(|word| word.map_err(|error| errors.adopt(error)).ok()).collect()
}

pub(crate) fn words_of(tokens: TokenStream) -> Vec<syn::Result<Word>> {
    let mut words = Vec::new();
    let read_all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let word = read_word(input);
            if word.is_err() {
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<proc_macro2::TokenTree>()?;
                }
            }
            words.push(word);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    // The closure takes every token there is and fails on none.
    let _: syn::Result<()> = read_all.parse2(tokens);
    words
}

fn read_word(input: ParseStream<'_>) -> syn::Result<Word> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected a word, such as `default`"));
    }
    let ident = Ident::parse_any(input)?;
    let form = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new(ident.span(), format!("there is no value behind `{ident} =`")));
        }
        Form::Value(input.parse()?)
    } else if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        Form::List(content.parse()?)
    } else {
        Form::Bare
    };
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Word { ident, form });
    }
    Err(input.error(format!("expected a comma after `{ident}`")))
}

/// A value that may be given once, with the word that gave it.
pub(crate) struct Once<T> {
    given: Option<(Ident, T)>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { given: None }
    }
}

impl<T> Once<T> {
    /// Takes the value, unless there is one already. No value means that its fault has been reported.
    pub(crate) fn set(&mut self, word: &Word, value: Option<T>, errors: &mut Errors) {
        if self.given.is_some() {
            errors.push(word.span(), format!("`{}` is given twice; keep one of them", word.name()));
        } else {
            self.given = value.map(|value| (word.ident.clone(), value));
        }
    }

    pub(crate) fn given(&self) -> Option<&(Ident, T)> {
        self.given.as_ref()
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.given.as_ref().map(|(_, value)| value)
    }

    pub(crate) fn span(&self) -> Option<Span> {
        self.given.as_ref().map(|(word, _)| word.span())
    }

    pub(crate) fn is_set(&self) -> bool {
        self.given.is_some()
    }
}

/// Reports a word that cannot stand where it does, and says where it belongs or what was probably meant.
pub(crate) fn misplaced(attribute: &str, word: &Word, here: &[&str], errors: &mut Errors) {
    let name = word.name();
    let known = |words: &[&str]| words.contains(&&*name);
    let message = if attribute == "hot" && known(&hot::ON_FIELDS) {
        format!("`{name}` belongs on a field")
    } else if attribute == "hot" && known(&hot::ON_STRUCTS) {
        format!("`{name}` belongs on the struct")
    } else if attribute != "hot" && (known(&hot::ON_FIELDS) || known(&hot::ON_STRUCTS)) {
        format!("`{name}` is not a word of `#[{attribute}(...)]`; write `#[hot({name})]`")
    } else if attribute == "hot" && serde::is_known(&name) {
        format!("`{name}` is a word of `#[serde(...)]`; write it there")
    } else if let (Some(remedy), "hot") = (of_elsewhere(&name), attribute) {
        format!("unknown word `{name}`; {remedy}")
    } else if let (Some(place), "serde") = (serde::place_of(&name), attribute) {
        format!("`{name}` belongs on {place}")
    } else if let Some(nearest) = nearest(&name, here.iter().copied()) {
        format!("unknown word `{name}`; did you mean `{nearest}`?")
    } else if here.is_empty() {
        format!("unknown word `{name}`; nothing of `#[{attribute}(...)]` belongs here")
    } else {
        format!("unknown word `{name}`; known here are {}", listed(here))
    };
    errors.push(word.span(), message);
}

/// What to write instead of a word that says something with which other crates begin.
fn of_elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "sensitive" | "hidden" | "redact" | "redacted" | "password" | "masked" => "write `secret`",
        "required" => "a field without a default is required, unless its type is an `Option`",
        "optional" => "make the type of the field an `Option`",
        "nested" | "nest" | "section" => {
            "a field is a section by its type, where that derives `HotConfig`; remove the word"
        }
        "doc" | "description" | "help" | "about" => "write a doc comment: `/// …`",
        "range" | "length" | "min" | "max" | "email" | "url" | "regex" | "validate" | "custom"
        | "must_match" => "rules stand in `#[validate(...)]`, as in `#[validate(range(min = 1))]`",
        "prefix" | "env_prefix" => "the builder takes the prefix of variables: `.env(\"APP\")`",
        _ => return None,
    })
}

/// `` `a`, `b` and `c` ``
pub(crate) fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The text of the doc comments, line by line.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), .. }) =
            &attribute.meta
        else {
            continue;
        };
        let text = text.value();
        let is_block = text.contains('\n');
        // Also of a line without text, which parts paragraphs.
        lines
            .extend(text.split('\n').map(|line| if is_block { block_line(line) } else { line_of_doc(line) }));
    }
    lines.join("\n").trim().to_owned()
}

/// A line of `///`, whose first space only parts it from the slashes.
fn line_of_doc(line: &str) -> String {
    line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()
}

/// A line of `/** … */`, which may have a star before it.
fn block_line(line: &str) -> String {
    let line = line.trim();
    line_of_doc(line.strip_prefix('*').unwrap_or(line))
}

/// The whole attribute, for faults that are not of one word.
pub(crate) fn span_of(attribute: &Attribute) -> Span {
    attribute.path().span()
}
