//! The function that builds a struct: one call into the runtime per field.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::implement;
use super::keys::{last_span, make_of};
use super::names::Names;
use super::schema::call_of_default;
use crate::attr::validate::{Length, Range};
use crate::model::{Field, Key, Model, Presence, Reading, Role, Section};

pub(crate) fn expand(model: &Model, section: &Section, names: &Names) -> TokenStream {
    let Names { this, generics, hotconf, keys, configuration: c, .. } = names;
    let body = body(model, section, names);
    let (input, build) = (Names::local("input"), Names::local("build"));
    let arguments = generics.apply(&[c.to_token_stream()]);
    let value = implement(
        names,
        &quote!(#hotconf::ConfigValue),
        &[],
        &quote! {
            type Keys<#c: 'static> = #keys #arguments;
            const SHAPE: #hotconf::Shape =
                #hotconf::Shape::Section(#hotconf::schema_of::<#this>);
            const SECTION: #hotconf::Option<&'static #hotconf::Schema> =
                #hotconf::Some(<#this as #hotconf::Described>::SCHEMA);

            // Rules are looked at one by one before the section is given up, which for none of them looks like a `?`.
            #[allow(clippy::question_mark)]
            fn build<'__input>(
                #input: #hotconf::Input<'__input>,
                #build: &mut #hotconf::Build<'__input>,
            ) -> ::core::option::Option<Self> {
                #body
            }
        },
    );
    let empty = implement(names, &quote!(#hotconf::EmptyValue), &[], &TokenStream::new());
    quote!(#value #empty)
}

fn body(model: &Model, section: &Section, names: &Names) -> TokenStream {
    let Model { ident, .. } = model;
    let Names { this, hotconf, .. } = names;
    let (input, build) = (Names::local("input"), Names::local("build"));
    let (open, value) = (Names::local("section"), Names::local("value"));
    let Fields { read, filled, checks, locals } = Fields::of(&section.fields, 0, names);
    // Other mistakes, such as unknown keys, are no reason to leave rules aside.
    let check_alone = (section.validated && !locals.is_empty()).then(|| {
        quote! {
            if #(#locals.is_none())||* {
                #(#checks)*
                return ::core::option::Option::None;
            }
        }
    });
    let check_whole = section.validated.then(|| {
        let call = quote_spanned!(ident.span()=> #open.validate::<#this>(&#value)?);
        quote!(#call;)
    });
    let taken = taken(&locals, names);
    quote! {
        let mut #open =
            #build.section(#input, <#this as #hotconf::Described>::SCHEMA)?;
        #(#read)*
        #open.finish();
        #check_alone
        #taken
        let #value = #ident { #(#filled),* };
        #check_whole
        ::core::option::Option::Some(#value)
    }
}

/// Leaves the function where a field could not be built. All are looked at together, which is less for the compiler than
/// each on its own.
pub(super) fn taken(locals: &[Ident], names: &Names) -> Option<TokenStream> {
    let Names { hotconf, .. } = names;
    (!locals.is_empty()).then(|| {
        quote! {
            let (#(#hotconf::Some(#locals),)*) = (#(#locals,)*) else {
                return #hotconf::None;
            };
        }
    })
}

/// What the building of some named fields is put together from.
#[derive(Default)]
pub(super) struct Fields {
    /// The statements that read the fields of the section.
    pub(super) read: Vec<TokenStream>,
    /// The fields of the struct.
    pub(super) filled: Vec<TokenStream>,
    /// The rules that can be looked at one by one.
    checks: Vec<TokenStream>,
    /// The variables that hold them, and nothing for those that could not be built.
    pub(super) locals: Vec<Ident>,
}

impl Fields {
    /// Of these fields, the first of which has this number.
    pub(super) fn of(fields: &[Field], first: usize, names: &Names) -> Self {
        let open = Names::local("section");
        let mut all = Self::default();
        // The runtime numbers the fields as the schema lists them, without the skipped ones.
        let mut number = 0_usize;
        for (field, index) in fields.iter().zip(first..) {
            let name = &field.ident;
            let local = Names::local_of_field(index);
            match &field.role {
                Role::Skipped(_) => {
                    let default = call_of_default(names, index);
                    all.filled.push(quote!(#name: #default()));
                }
                Role::Key(key) => {
                    let call = read_field(names, index, number, field, key);
                    all.read.push(quote!(let #local = #open.#call;));
                    all.filled.push(quote!(#name: #local));
                    all.checks.extend(check_field(number, &local, key));
                    all.locals.push(local);
                    number += 1;
                }
            }
        }
        all
    }
}

fn read_field(names: &Names, index: usize, number: usize, field: &Field, key: &Key) -> TokenStream {
    let ty = &field.ty;
    let (span, hotconf) = (ty.span(), &names.hotconf);
    match (&key.presence, &key.reading) {
        (Presence::Required | Presence::Literal(_), Reading::Typed) => {
            let make = make_of(names, ty);
            quote_spanned!(span=> field(#number, #make))
        }
        (Presence::Required | Presence::Literal(_), Reading::Whole) => {
            quote_spanned!(span=> leaf::<#ty>(#number))
        }
        (Presence::Required | Presence::Literal(_), Reading::With(function)) => {
            quote_spanned!(span=> leaf_with::<#ty>(#number, #function))
        }
        (Presence::Empty, Reading::Typed) => {
            let make = make_of(names, ty);
            let (open, last) = (quote_spanned!(span=> <), last_span(ty));
            let empty = quote_spanned!(last=> #open #ty as #hotconf::EmptyValue>::empty);
            quote_spanned!(span=> field_or_empty(#number, #make, #empty))
        }
        (Presence::Expression(_) | Presence::Filled(_), Reading::Typed) => {
            let (make, default) = (make_of(names, ty), call_of_default(names, index));
            quote_spanned!(span=> field_or(#number, #make, #default))
        }
        (Presence::Empty | Presence::Expression(_) | Presence::Filled(_), Reading::Whole) => {
            let default = call_of_default(names, index);
            quote_spanned!(span=> leaf_or::<#ty>(#number, #default))
        }
        (Presence::Empty | Presence::Expression(_) | Presence::Filled(_), Reading::With(function)) => {
            let default = call_of_default(names, index);
            quote_spanned!(span=> leaf_with_or::<#ty>(#number, #function, #default))
        }
    }
}

/// The rules that can be checked on one field alone, for when another field failed and `Validate` cannot run.
fn check_field(number: usize, local: &Ident, key: &Key) -> Option<TokenStream> {
    let open = Names::local("section");
    let value = Names::local("value");
    let range = key.range.as_ref().map(|Range { min, max, exclusive_min, exclusive_max }| {
        let borders = [min, max, exclusive_min, exclusive_max].map(border);
        quote!(#open.check_range(#number, #value, #(#borders),*);)
    });
    let length = key.length.as_ref().map(|Length { min, max, equal }| {
        let borders = [min, max, equal].map(border);
        quote!(#open.check_length(#number, #value, #(#borders),*);)
    });
    if range.is_none() && length.is_none() {
        return None;
    }
    Some(quote! {
        if let ::core::option::Option::Some(#value) = &#local {
            #range
            #length
        }
    })
}

fn border(expression: &Option<Expr>) -> TokenStream {
    match expression {
        Some(expression) => quote!(::core::option::Option::Some(#expression)),
        None => quote!(::core::option::Option::None),
    }
}
