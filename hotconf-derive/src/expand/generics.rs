//! The parameters of a generic type, as the generated items repeat them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{DeriveInput, GenericParam, Type};

use crate::model::{Body, Field, Filling, Key, Model, Part, Presence, Reading, Role, with_self_named};

/// The parameters, with what generated code needs to know of each.
pub(crate) struct Generics {
    /// As they are declared, without their defaults: `T: Clone`, `const N: usize`.
    declared: Vec<TokenStream>,
    /// As they are handed on: `T`, `N`.
    arguments: Vec<Ident>,
    /// What stands behind `where`.
    predicates: Vec<TokenStream>,
}

impl Generics {
    /// Without a model the parameters are only what they are declared as.
    pub(crate) fn new(input: &DeriveInput, model: Option<&Model>, hotconf: &Ident) -> Self {
        let this = this(input);
        let mut generics = Self { declared: Vec::new(), arguments: Vec::new(), predicates: Vec::new() };
        for parameter in &input.generics.params {
            let mut declared = parameter.clone();
            match &mut declared {
                GenericParam::Type(parameter) => {
                    parameter.default = None;
                    parameter.attrs.clear();
                    let ident = &parameter.ident;
                    generics.arguments.push(ident.clone());
                    generics.predicates.push(quote!(#ident: 'static));
                    if let Some(model) = model {
                        generics.predicates.extend(bounds(ident, model, hotconf));
                    }
                }
                GenericParam::Const(parameter) => {
                    parameter.default = None;
                    parameter.attrs.clear();
                    generics.arguments.push(parameter.ident.clone());
                }
                // Refused, and never expanded.
                GenericParam::Lifetime(_) => continue,
            }
            generics.declared.push(with_self_named(declared.to_token_stream(), &this));
        }
        let written = input.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        generics.predicates.extend(written.map(|one| with_self_named(one.to_token_stream(), &this)));
        generics
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.arguments.is_empty()
    }

    /// `<A, T: Clone>`, where `A` is one that generated code adds.
    pub(crate) fn declare(&self, added: &[TokenStream]) -> Option<TokenStream> {
        let declared = &self.declared;
        (added.len() + declared.len() > 0).then(|| quote!(<#(#added,)* #(#declared),*>))
    }

    /// `<A, T>`
    pub(crate) fn apply(&self, added: &[TokenStream]) -> Option<TokenStream> {
        let arguments = &self.arguments;
        (added.len() + arguments.len() > 0).then(|| quote!(<#(#added,)* #(#arguments),*>))
    }

    /// `where A: Copy, T: Default`
    pub(crate) fn wheres(&self, added: &[TokenStream]) -> Option<TokenStream> {
        let predicates = &self.predicates;
        (added.len() + predicates.len() > 0).then(|| quote!(where #(#added,)* #(#predicates),*))
    }

    /// Whether the type depends on a parameter.
    pub(crate) fn are_in(&self, ty: &Type) -> bool {
        self.arguments.iter().any(|argument| is_in(argument, ty.to_token_stream()))
    }
}

/// The type with its parameters: `Page<T>`.
pub(crate) fn this(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (_, arguments, _) = input.generics.split_for_impl();
    quote!(#ident #arguments)
}

/// What a parameter has to be, from the fields it is used in.
fn bounds(parameter: &Ident, model: &Model, hotconf: &Ident) -> Vec<TokenStream> {
    let (mut read, mut filled): (Read<'_>, Filled<'_>) = (Vec::new(), Vec::new());
    match &model.body {
        Body::Section(section) => of_fields(&section.fields, hotconf, &mut read, &mut filled),
        Body::Union(union) => {
            for (_, content) in union.read() {
                of_fields(content.fields(), hotconf, &mut read, &mut filled);
                read.extend(content.parts().iter().map(|Part { ty, reading, .. }| (ty, reading)));
            }
        }
        Body::Wrapper(wrapper) => {
            let Part { ty, reading, .. } = &wrapper.inner;
            read.push((ty, reading));
            let others = wrapper.others.iter().filter(|(_, _, filling)| matches!(filling, Filling::Default));
            filled.extend(others.map(|(_, ty, _)| (ty, quote!(::core::default::Default))));
        }
        Body::Tuple(parts) => read.extend(parts.iter().map(|Part { ty, reading, .. }| (ty, reading))),
        Body::Converted(converted) => read.push((&converted.from, &Reading::Typed)),
        Body::Choice(_) => {}
    }
    let uses = |is_wanted: fn(&Reading) -> bool| {
        read.iter().any(|(ty, reading)| is_wanted(reading) && is_in(parameter, ty.to_token_stream()))
    };
    let mut bounds = Vec::new();
    if uses(Reading::is_typed) {
        bounds.push(quote!(#parameter: #hotconf::ConfigValue));
    }
    if uses(|reading| matches!(reading, Reading::Whole)) {
        bounds.push(quote!(#parameter: #hotconf::DeserializeOwned));
    }
    // Of types around the parameter its default is none of our business: an empty list needs no empty items.
    let bare =
        filled.iter().filter(|(ty, _)| matches!(ty, Type::Path(path) if path.path.is_ident(parameter)));
    bounds.extend(bare.map(|(_, path)| quote!(#parameter: #path)));
    bounds
}

type Read<'m> = Vec<(&'m Type, &'m Reading)>;
type Filled<'m> = Vec<(&'m Type, TokenStream)>;

fn of_fields<'m>(fields: &'m [Field], hotconf: &Ident, read: &mut Read<'m>, filled: &mut Filled<'m>) {
    for field in fields {
        match &field.role {
            Role::Key(key) => {
                read.push((&field.ty, &key.reading));
                filled.extend(filling_trait(key, hotconf).map(|path| (&field.ty, path)));
            }
            Role::Skipped(Filling::Default) => filled.push((&field.ty, quote!(::core::default::Default))),
            Role::Skipped(_) => {}
        }
    }
}

/// What a type must be for its field to be filled.
fn filling_trait(key: &Key, hotconf: &Ident) -> Option<TokenStream> {
    match &key.presence {
        Presence::Empty if key.reading.is_typed() => Some(quote!(#hotconf::EmptyValue)),
        Presence::Empty | Presence::Filled(Filling::Default) => Some(quote!(::core::default::Default)),
        _ => None,
    }
}

fn is_in(name: &Ident, tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => is_in(name, group.stream()),
        _ => false,
    })
}
