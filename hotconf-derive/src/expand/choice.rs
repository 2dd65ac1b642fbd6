//! An enum of unit variants: a value that is given by the name of a variant.

use proc_macro2::TokenStream;
use quote::quote;

use super::implement;
use super::names::Names;
use super::schema::{aliases, doc};
use crate::model::{Choice, Model, Variant};

pub(crate) fn expand(model: &Model, choice: &Choice, names: &Names) -> TokenStream {
    let Model { ident, .. } = model;
    let Names { this, generics, hotconf, variants, configuration: c, .. } = names;
    let (declared, wheres) = (generics.declare(&[]), generics.wheres(&[]));
    let read = || choice.variants.iter().filter(|variant| !variant.skipped);
    let described = read().map(|variant| described(variant, names));
    let chosen = read().enumerate().map(|(number, variant)| {
        let variant = &variant.ident;
        quote!(#number => ::core::option::Option::Some(#ident::#variant),)
    });
    let named = choice.variants.iter().map(|variant| {
        let name = &variant.name.text;
        let variant = &variant.ident;
        quote!(#ident::#variant => #name,)
    });
    let empty = empty(names);
    let (input, build) = (Names::local("input"), Names::local("build"));
    quote! {
        const #variants: &'static [#hotconf::Variant] = &[#(#described),*];

        #[automatically_derived]
        impl #declared #hotconf::ConfigValue for #this #wheres {
            type Keys<#c: 'static> = #hotconf::Key<#c, #this>;
            const SHAPE: #hotconf::Shape = #hotconf::Shape::Leaf(
                #hotconf::Leaf::choice(
                    #variants,
                    |view| #hotconf::canonical_choice(view, #variants),
                )
                .empty(|| #hotconf::shown_empty!(#this)),
            );

            fn build<'__input>(
                #input: #hotconf::Input<'__input>,
                #build: &mut #hotconf::Build<'__input>,
            ) -> ::core::option::Option<Self> {
                match #build.choice(#input, #variants)? {
                    #(#chosen)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        impl #declared #hotconf::IntoValue for #this #wheres {
            fn into_value(self) -> #hotconf::Value {
                <&str as #hotconf::IntoValue>::into_value(match self {
                    #(#named)*
                })
            }
        }

        #empty
    }
}

/// The static description of a variant, without what it holds.
pub(super) fn described(variant: &Variant, names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    let name = &variant.name.text;
    let aliases = aliases(&variant.aliases);
    let doc = doc(&variant.doc);
    let other = variant.is_other.then(|| quote!(.other()));
    quote!(#hotconf::Variant::new(#name) #aliases #doc #other)
}

/// The empty value of an enum is its default. With a lifetime that is not used the bound is looked at where the empty
/// value is asked for, and not here: an enum without `Default` has no empty value, and that is no error.
pub(super) fn empty(names: &Names) -> TokenStream {
    let Names { this, hotconf, .. } = names;
    implement(
        names,
        &quote!(#hotconf::EmptyValue),
        &[quote!(for<'unused> #this: ::core::default::Default)],
        &quote! {
            fn empty(_: &mut #hotconf::Build<'_>) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(<#this as ::core::default::Default>::default())
            }
        },
    )
}
