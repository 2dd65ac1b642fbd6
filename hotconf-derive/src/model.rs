//! What was derived, with only legal combinations: where two words contradict each other, one of them has been
//! reported and the other is taken.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Expr, Fields, FieldsNamed, GenericParam, LitStr, Path, Type, Visibility};

use crate::attr::hot::{self, FieldWords, ItemWords, Unknown};
use crate::attr::validate::{Length, Range, Rule, Rules};
use crate::attr::{documentation, serde};
use crate::case::Case;
use crate::errors::Errors;
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
    /// Whether the value is read whole by its `Deserialize`.
    pub(crate) leaf: bool,
    pub(crate) presence: Presence,
    pub(crate) secret: bool,
    pub(crate) restart: bool,
    pub(crate) deprecated: Option<String>,
    pub(crate) example: Option<String>,
    pub(crate) max_items: Option<usize>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) range: Option<Range>,
    pub(crate) length: Option<Length>,
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

/// An enum of unit variants.
pub(crate) struct Choice {
    pub(crate) variants: Vec<Variant>,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) doc: String,
    pub(crate) name: Name,
    pub(crate) aliases: Vec<Name>,
    /// Whether no source can name it.
    pub(crate) skipped: bool,
}

const NOT_YET: &str =
    "derive `Deserialize` for this type instead, and put `#[hot(leaf)]` on the fields of this type";

/// The model of the input, or nothing where its kind of type has none.
pub(crate) fn read(input: &DeriveInput, validator: bool, errors: &mut Errors) -> Option<Model> {
    let words = ItemWords::read(&input.attrs, errors);
    let serde = serde::ItemWords::read(&input.attrs, errors);
    let rules = Rules::read(&input.attrs, validator, errors);
    for parameter in &input.generics.params {
        match parameter {
            GenericParam::Lifetime(_) => {
                errors.push_over(parameter, "a configuration owns its values; use types without a lifetime");
            }
            _ => errors.push_over(
                parameter,
                format!("a generic type is not supported yet by `HotConfig`; {NOT_YET}"),
            ),
        }
    }
    let body = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                Body::Section(read_section(input, &words, &serde, &rules, fields, validator, errors))
            }
            Fields::Unnamed(fields) => {
                let fault = format!("a tuple struct is not supported yet by `HotConfig`; {NOT_YET}");
                errors.push_over(fields, fault);
                return None;
            }
            Fields::Unit => {
                errors.push(input.ident.span(), "a configuration needs named fields: `struct Name { … }`");
                return None;
            }
        },
        Data::Enum(data) => {
            refuse_struct_words(&words, &serde, errors);
            Body::Choice(read_choice(input, &serde, data.variants.iter(), errors)?)
        }
        Data::Union(data) => {
            errors.push(
                data.union_token.span,
                "a union cannot be a configuration; use a struct with named fields",
            );
            return None;
        }
    };
    if !input.generics.params.is_empty() {
        return None;
    }
    Some(Model { ident: input.ident.clone(), vis: input.vis.clone(), root: root(&words), body })
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

fn refuse_struct_words(words: &ItemWords, serde: &serde::ItemWords, errors: &mut Errors) {
    let ItemWords { root: _, keys, unknown } = words;
    // Serde takes `deny_unknown_fields` on every enum, and a unit variant has no fields to be unknown.
    let serde::ItemWords { rename_all: _, default, deny_unknown_fields: _ } = serde;
    let spans = [keys.span(), unknown.span(), default.span()];
    for span in spans.into_iter().flatten() {
        errors.push(span, "this belongs on a struct; an enum has no keys");
    }
}

fn read_section(
    input: &DeriveInput,
    words: &ItemWords,
    serde: &serde::ItemWords,
    rules: &Rules,
    fields: &FieldsNamed,
    validator: bool,
    errors: &mut Errors,
) -> Section {
    let denied = serde.deny_unknown_fields.is_set();
    let unknown = words.unknown.get().copied();
    if let (true, Some(Unknown::Warn | Unknown::Ignore)) = (denied, unknown) {
        errors.push(
            words.unknown.span().unwrap_or_else(|| input.ident.span()),
            "this contradicts `#[serde(deny_unknown_fields)]`; remove one of the two",
        );
    }
    let mut validated = rules.present;
    let read = fields.named.iter().filter_map(|field| {
        let ident = field.ident.clone()?;
        let before = errors.count();
        let rules = Rules::read(&field.attrs, validator, errors);
        validated |= rules.present;
        let role = read_role(&ident, &field.attrs, serde, rules, errors);
        Some(Field {
            ident,
            vis: field.vis.clone(),
            ty: without_self(&field.ty, &input.ident),
            doc: documentation(&field.attrs),
            role,
            faulty: errors.count() > before,
        })
    });
    let fields = read.collect();
    Section {
        doc: documentation(&input.attrs),
        keys: keys(words),
        unknown: unknown.or(denied.then_some(Unknown::Deny)),
        validated,
        fields,
    }
}

fn read_role(
    ident: &Ident,
    attributes: &[syn::Attribute],
    item: &serde::ItemWords,
    rules: Rules,
    errors: &mut Errors,
) -> Role {
    let words = FieldWords::read(attributes, errors);
    let serde::FieldWords { rename, aliases, default, skip } = serde::FieldWords::read(attributes, errors);
    let filling = match (default.get(), item.default.given()) {
        (Some(None), _) => Some(Filling::Default),
        (Some(Some(path)), _) => Some(Filling::Call(path.clone())),
        (None, Some((word, function))) => {
            Some(Filling::FromStruct { function: function.clone(), word: word.span() })
        }
        (None, None) => None,
    };
    if skip.is_set() {
        for word in &words.all {
            errors.push(
                word.span(),
                format!("`{word}` has no effect on a field that `#[serde(skip)]` keeps out of the configuration; remove one of the two"),
            );
        }
        return Role::Skipped(filling.unwrap_or(Filling::Default));
    }
    if let (true, Some(second)) = (words.default.is_set(), default.span()) {
        errors.push(second, "this field has a `#[hot(default)]` too; keep one of them");
    }
    let FieldWords { all: _, default, env, secret, restart, leaf, deprecated, example, max_items } = words;
    let presence = match (default.get(), filling) {
        (Some(None), _) => Presence::Empty,
        (Some(Some(expression)), _) => match Literal::read(expression, errors) {
            Some(literal) => Presence::Literal(literal),
            None => Presence::Expression(expression.clone()),
        },
        (None, Some(filling)) => Presence::Filled(filling),
        (None, None) => Presence::Required,
    };
    let Rules { present: _, all: rules, range, length } = rules;
    Role::Key(Box::new(Key {
        name: name(ident, rename.get(), |own| item.rename_all.get().map(|case| case.of_field(own))),
        aliases: aliases.into_iter().map(Name::from).collect(),
        env,
        leaf: leaf.is_set(),
        presence,
        secret: secret.is_set(),
        restart: restart.is_set(),
        deprecated: deprecated.get().map(LitStr::value),
        example: example.get().map(LitStr::value),
        max_items: max_items.get().copied(),
        rules,
        range,
        length,
    }))
}

fn read_choice<'v>(
    input: &DeriveInput,
    serde: &serde::ItemWords,
    variants: impl Iterator<Item = &'v syn::Variant>,
    errors: &mut Errors,
) -> Option<Choice> {
    let before = errors.count();
    let mut read = Vec::new();
    for variant in variants {
        if !matches!(variant.fields, Fields::Unit) {
            let fault = format!("a variant with data is not supported yet by `HotConfig`; {NOT_YET}");
            errors.push_over(&variant.fields, fault);
        }
        hot::refuse_on_variant(&variant.attrs, errors);
        let serde::VariantWords { rename, aliases, skip } = serde::VariantWords::read(&variant.attrs, errors);
        let rule = serde.rename_all.get();
        read.push(Variant {
            ident: variant.ident.clone(),
            doc: documentation(&variant.attrs),
            name: name(&variant.ident, rename.get(), |own| rule.map(|case: &Case| case.of_variant(own))),
            aliases: aliases.into_iter().map(Name::from).collect(),
            skipped: skip.is_set(),
        });
    }
    if read.iter().all(|variant| variant.skipped) {
        errors.push(input.ident.span(), "this enum has no variant that a source could name");
    }
    (errors.count() == before).then_some(Choice { variants: read })
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

/// The type with the struct's name in place of `Self`.
fn without_self(ty: &Type, name: &Ident) -> Type {
    fn replace(tokens: TokenStream, name: &Ident) -> TokenStream {
        let replaced = tokens.into_iter().map(|token| match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let mut named = name.clone();
                named.set_span(ident.span());
                TokenTree::Ident(named)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace(group.stream(), name));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        });
        replaced.collect()
    }
    syn::parse2(replace(ty.to_token_stream(), name)).unwrap_or_else(|_| ty.clone())
}
