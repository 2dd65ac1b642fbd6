//! What was derived, with only legal combinations: where two words contradict each other, one of them has been
//! reported and the other is taken.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, FieldsNamed, LitStr, Path, Type, Visibility};

mod enums;
mod values;

pub(crate) use enums::{Choice, Content, Tagging, Union, Variant};
pub(crate) use values::{Converted, Part, Wrapper, mentions};

use crate::attr::hot::{FieldWords, ItemWords, Merge, Unknown};
use crate::attr::validate::{Length, Range, Rule, Rules};
use crate::attr::{documentation, serde};
use crate::case::Case;
use crate::errors::Errors;
use crate::expand::generics::this;
use crate::literal::Literal;

/// A type that a configuration can hold.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// The path of the crate hotconf.
    pub(crate) root: TokenStream,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Section(Section),
    Choice(Choice),
    Union(Union),
    Wrapper(Wrapper),
    Tuple(Vec<Part>),
    Converted(Converted),
}

/// A struct with named fields.
pub(crate) struct Section {
    pub(crate) doc: String,
    /// The name of the function that gives the typed keys.
    pub(crate) keys: Ident,
    pub(crate) unknown: Option<Unknown>,
    /// Whether `Validate` has anything to check.
    pub(crate) validated: bool,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// The type, without `Self`: it is named outside the struct too.
    pub(crate) ty: Type,
    pub(crate) doc: String,
    pub(crate) role: Role,
    /// Whether an error has been reported for this field, so that its type may not be what it should be.
    pub(crate) faulty: bool,
}

pub(crate) enum Role {
    Key(Box<Key>),
    /// No source has it.
    Skipped(Filling),
}

pub(crate) struct Key {
    pub(crate) name: Name,
    pub(crate) aliases: Vec<Name>,
    pub(crate) env: Vec<LitStr>,
    pub(crate) reading: Reading,
    pub(crate) presence: Presence,
    pub(crate) secret: bool,
    pub(crate) restart: bool,
    pub(crate) deprecated: Option<String>,
    pub(crate) example: Option<String>,
    pub(crate) max_items: Option<usize>,
    pub(crate) merge: Merge,
    /// Whether its own keys stand beside those of the other fields, and it has no name.
    pub(crate) flat: bool,
    pub(crate) rules: Vec<Rule>,
    pub(crate) range: Option<Range>,
    pub(crate) length: Option<Length>,
}

/// How a value is read.
pub(crate) enum Reading {
    /// By its configuration type.
    Typed,
    /// Whole, by its `Deserialize`.
    Whole,
    /// Whole, by this function.
    With(Path),
}

impl Reading {
    pub(crate) fn is_typed(&self) -> bool {
        matches!(self, Self::Typed)
    }
}

/// What the field is when no source has it.
pub(crate) enum Presence {
    /// An error, or what the type itself says of absence.
    Required,
    /// The empty value of the type.
    Empty,
    /// A configuration value, as if a source had it.
    Literal(Literal),
    /// An expression of the field's type.
    Expression(Expr),
    /// What serde would fill in.
    Filled(Filling),
}

/// How serde fills a field that it does not read.
#[derive(Clone)]
pub(crate) enum Filling {
    /// By the `Default` of its type.
    Default,
    /// By this function.
    Call(Path),
    /// By the same field of the struct's own default, from this function or its `Default`.
    FromStruct { function: Option<Path>, word: Span },
}

/// A name in the sources, with the token that gives it.
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) source: TokenStream,
    /// Whether it was given by an attribute, and not by the identifier.
    pub(crate) is_given: bool,
}

/// The model of the input, or nothing where its kind of type has none.
pub(crate) fn read(input: &DeriveInput, validator: bool, errors: &mut Errors) -> Option<Model> {
    let item = Item {
        input,
        words: ItemWords::read(&input.attrs, errors),
        serde: serde::ItemWords::read(&input.attrs, errors),
        rules: Rules::read(&input.attrs, validator, errors),
        validator,
    };
    let is_plain = item.refuse_lifetimes(errors);
    let body = match &input.data {
        Data::Struct(_) | Data::Enum(_) if item.is_converted() => Body::Converted(item.converted(errors)?),
        Data::Struct(data) if item.serde.transparent.is_set() => {
            Body::Wrapper(item.wrapper(&data.fields, errors)?)
        }
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Body::Section(item.section(fields, errors)),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                Body::Wrapper(item.wrapper(&data.fields, errors)?)
            }
            Fields::Unnamed(fields) if !fields.unnamed.is_empty() => Body::Tuple(item.tuple(fields, errors)?),
            Fields::Unnamed(_) | Fields::Unit => {
                errors.push(input.ident.span(), "a configuration needs named fields: `struct Name { … }`");
                return None;
            }
        },
        Data::Enum(data) => item.enumeration(data, errors)?,
        Data::Union(data) => {
            let fault = "a union cannot be a configuration; use a struct with named fields";
            errors.push(data.union_token.span, fault);
            return None;
        }
    };
    is_plain.then(|| Model {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        root: root(&item.words),
        body,
    })
}

fn root(words: &ItemWords) -> TokenStream {
    words.root.get().map_or_else(|| quote!(::hotconf), ToTokens::to_token_stream)
}

fn keys(words: &ItemWords) -> Ident {
    words.keys.get().cloned().unwrap_or_else(|| Ident::new("keys", Span::call_site()))
}

/// The path of hotconf and the name of `keys()` that the attributes ask for, of a type that has no model.
pub(crate) fn root_and_keys(input: &DeriveInput) -> (TokenStream, Ident) {
    let mut already_reported = Errors::new();
    let words = ItemWords::read(&input.attrs, &mut already_reported);
    let _ = already_reported.finish();
    (root(&words), keys(&words))
}

/// What fields are in, with the rule by which it names them.
#[derive(Clone, Copy)]
enum Home {
    Struct(Option<Case>),
    Variant(Option<Case>),
}

/// The struct or enum, with what stands on it.
struct Item<'i> {
    input: &'i DeriveInput,
    words: ItemWords,
    serde: serde::ItemWords,
    rules: Rules,
    /// Whether hotconf can run rules.
    validator: bool,
}

impl Item<'_> {
    /// Whether the type has no lifetimes.
    fn refuse_lifetimes(&self, errors: &mut Errors) -> bool {
        let before = errors.count();
        for lifetime in self.input.generics.lifetimes() {
            errors.push_over(lifetime, "a configuration owns its values; use types without a lifetime");
        }
        errors.count() == before
    }

    fn section(&self, fields: &FieldsNamed, errors: &mut Errors) -> Section {
        self.refuse_words_of_enums(errors);
        let mut validated = self.rules.present;
        let home = Home::Struct(self.serde.rename_all.get().copied());
        let fields = self.fields(fields, home, errors, |field, errors| {
            let rules = Rules::read(&field.attrs, self.validator, errors);
            validated |= rules.present;
            rules
        });
        Section {
            doc: documentation(&self.input.attrs),
            keys: keys(&self.words),
            unknown: self.unknown(errors),
            validated,
            fields,
        }
    }

    fn fields(
        &self,
        fields: &FieldsNamed,
        home: Home,
        errors: &mut Errors,
        mut rules: impl FnMut(&syn::Field, &mut Errors) -> Rules,
    ) -> Vec<Field> {
        let read = fields.named.iter().filter_map(|field| {
            let ident = field.ident.clone()?;
            let before = errors.count();
            let rules = rules(field, errors);
            let role = self.role(&ident, &field.attrs, rules, home, errors);
            Some(Field {
                ident,
                vis: field.vis.clone(),
                ty: without_self(&field.ty, self.input),
                doc: documentation(&field.attrs),
                role,
                faulty: errors.count() > before,
            })
        });
        read.collect()
    }

    fn unknown(&self, errors: &mut Errors) -> Option<Unknown> {
        let denied = self.serde.deny_unknown_fields.is_set();
        match self.words.unknown.given() {
            Some((word, Unknown::Warn | Unknown::Ignore)) if denied => {
                let fault = "this contradicts `#[serde(deny_unknown_fields)]`; remove one of the two";
                errors.push(word.span(), fault);
                None
            }
            Some((_, unknown)) => Some(*unknown),
            None => denied.then_some(Unknown::Deny),
        }
    }

    fn role(
        &self,
        ident: &Ident,
        attributes: &[Attribute],
        rules: Rules,
        home: Home,
        errors: &mut Errors,
    ) -> Role {
        let words = FieldWords::read(attributes, errors);
        let serde = serde::FieldWords::read(attributes, errors);
        let filling = self.filling(&serde);
        if serde.skip.is_set() {
            for word in &words.all {
                let fault = "has no effect on a field that `#[serde(skip)]` keeps out of the configuration";
                errors.push(word.span(), format!("`{word}` {fault}; remove one of the two"));
            }
            return Role::Skipped(filling.unwrap_or(Filling::Default));
        }
        let reading = reading(&words, &serde, errors);
        refuse_words_of_names(&words, &serde, errors);
        let case = match home {
            Home::Struct(case) => case,
            Home::Variant(case) => {
                refuse_words_of_fixed_keys(&words, errors);
                case
            }
        };
        refuse_merge_of_wholes(&words, &reading, errors);
        let FieldWords {
            all: _,
            default,
            env,
            secret,
            restart,
            leaf: _,
            deprecated,
            example,
            max_items,
            merge,
        } = words;
        let serde::FieldWords { rename, aliases, default: default_of_serde, skip: _, with: _, flatten } =
            serde;
        let Rules { present: _, all: rules, range, length } = rules;
        if let (true, Some(second)) = (default.is_set(), default_of_serde.span()) {
            errors.push(second, "this field has a `#[hot(default)]` too; keep one of them");
        }
        let presence = match (default.get(), filling) {
            (Some(None), _) => Presence::Empty,
            (Some(Some(expression)), _) => match Literal::read(expression, errors) {
                Some(literal) => Presence::Literal(literal),
                None => Presence::Expression(expression.clone()),
            },
            (None, Some(filling)) => Presence::Filled(filling),
            (None, None) => Presence::Required,
        };
        Role::Key(Box::new(Key {
            name: name(ident, rename.get(), |own| case.map(|case| case.of_field(own))),
            aliases: aliases.into_iter().map(Name::from).collect(),
            env,
            reading,
            presence,
            secret: secret.is_set(),
            restart: restart.is_set(),
            deprecated: deprecated.get().map(LitStr::value),
            example: example.get().map(LitStr::value),
            max_items: max_items.get().copied(),
            merge: merge.get().cloned().unwrap_or(Merge::Replace),
            flat: flatten.is_set(),
            rules,
            range,
            length,
        }))
    }

    fn filling(&self, words: &serde::FieldWords) -> Option<Filling> {
        match (words.default.get(), self.serde.default.given()) {
            (Some(None), _) => Some(Filling::Default),
            (Some(Some(path)), _) => Some(Filling::Call(path.clone())),
            (None, Some((word, function))) => {
                Some(Filling::FromStruct { function: function.clone(), word: word.span() })
            }
            (None, None) => None,
        }
    }

    fn refuse_words_of_enums(&self, errors: &mut Errors) {
        let serde::ItemWords { rename_all_fields, tag, content, untagged, .. } = &self.serde;
        let words = [rename_all_fields.span(), tag.span(), content.span(), untagged.span()];
        for span in words.into_iter().flatten() {
            errors.push(span, "this belongs on an enum; a struct has no variants");
        }
    }
}

/// The fields of a variant come and go with it.
fn refuse_words_of_fixed_keys(words: &FieldWords, errors: &mut Errors) {
    for word in &words.all {
        let fault = match &*word.to_string() {
            "env" => {
                "a variable reaches this as JSON in that of the field that has the enum; put `env` there"
            }
            "restart" => "a variant comes and goes as a whole; put `restart` on the field that has the enum",
            _ => continue,
        };
        errors.push(word.span(), fault);
    }
}

/// What is read whole is one value, whatever it looks like in a source.
fn refuse_merge_of_wholes(words: &FieldWords, reading: &Reading, errors: &mut Errors) {
    if let (Some((word, Merge::Append | Merge::ByKey(_))), false) = (words.merge.given(), reading.is_typed())
    {
        let fault = "a field that is read whole is one value, which replaces that of weaker layers; remove `merge`, or \
                     read the field by its type";
        errors.push(word.span(), fault);
    }
}

/// A flattened field has no name, and nothing that goes by one.
fn refuse_words_of_names(words: &FieldWords, serde: &serde::FieldWords, errors: &mut Errors) {
    if !serde.flatten.is_set() {
        return;
    }
    let fault = "a flattened field has no key of its own, only those of its type; put this there";
    let words_of_names = ["env", "deprecated", "example", "merge"];
    for word in words.all.iter().filter(|word| words_of_names.iter().any(|name| *word == name)) {
        errors.push(word.span(), fault);
    }
    let names = serde.rename.get().into_iter().chain(&serde.aliases);
    names.for_each(|name| errors.push(name.span(), fault));
    if let Some((word, Some(Expr::Lit(_) | Expr::Array(_)))) = words.default.given() {
        errors.push(
            word.span(),
            "a flattened field has no value of its own; write the defaults on the fields of its type",
        );
    }
}

fn reading(words: &FieldWords, serde: &serde::FieldWords, errors: &mut Errors) -> Reading {
    match (serde.with.given(), words.leaf.span()) {
        (Some((word, function)), leaf) => {
            if let Some(leaf) = leaf {
                errors.push(leaf, format!("`#[serde({word})]` says already how this is read; remove `leaf`"));
            }
            Reading::With(function.clone())
        }
        (None, Some(_)) => Reading::Whole,
        (None, None) => Reading::Typed,
    }
}

fn name(ident: &Ident, rename: Option<&LitStr>, by_rule: impl FnOnce(&str) -> Option<String>) -> Name {
    if let Some(text) = rename {
        return Name::from(text.clone());
    }
    let own = ident.unraw().to_string();
    Name { text: by_rule(&own).unwrap_or(own), source: ident.to_token_stream(), is_given: false }
}

impl From<LitStr> for Name {
    fn from(text: LitStr) -> Self {
        Self { text: text.value(), source: text.to_token_stream(), is_given: true }
    }
}

/// The type with the struct's own name in place of `Self`.
fn without_self(ty: &Type, input: &DeriveInput) -> Type {
    let named = with_self_named(ty.to_token_stream(), &this(input));
    syn::parse2(named).unwrap_or_else(|_| ty.clone())
}

/// The tokens with these in place of `Self`.
pub(crate) fn with_self_named(tokens: TokenStream, this: &TokenStream) -> TokenStream {
    let named = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => {
            let mut this: Vec<_> = this.clone().into_iter().collect();
            this.iter_mut().for_each(|token| token.set_span(ident.span()));
            this
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), with_self_named(group.stream(), this));
            inner.set_span(group.span());
            vec![TokenTree::Group(inner)]
        }
        other => vec![other],
    });
    named.collect()
}
