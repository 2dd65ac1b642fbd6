//! The model as code. Nothing here can fail.

pub(crate) mod choice;
pub(crate) mod keys;
pub(crate) mod names;
pub(crate) mod schema;

mod build;
pub(crate) mod generics;
mod into_value;
mod union;
mod values;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use crate::expand::names::Names;
use crate::model::{Body, Model};

pub(crate) fn expand(input: &DeriveInput, model: &Model) -> TokenStream {
    let names = Names::new(input, Some(model));
    let items = match &model.body {
        Body::Section(section) => {
            let fields = keys::of_section(section, |_| false);
            let keys = keys::expand(model, &names, &section.keys, &fields);
            let schema = schema::expand(model, section, &names);
            let build = build::expand(model, section, &names);
            let root = root(&names);
            quote!(#keys #schema #build #root)
        }
        Body::Choice(choice) => choice::expand(model, choice, &names),
        Body::Union(union) => union::expand(model, union, &names),
        Body::Wrapper(wrapper) => values::wrapper(wrapper, &names),
        Body::Tuple(parts) => values::tuple(parts, &names),
        Body::Converted(converted) => values::converted(converted, &names),
    };
    enclose(&model.root, &names, &items)
}

/// The derive `IntoValue`, of a struct with named fields.
pub(crate) fn expand_into_value(input: &DeriveInput, model: &Model) -> TokenStream {
    let names = Names::new(input, Some(model));
    match &model.body {
        Body::Section(section) => into_value::expand(model, section, &names),
        _ => TokenStream::new(),
    }
}

/// Items of their own scope, so that no generated name meets a name of the user, also in function bodies.
pub(crate) fn enclose(root: &TokenStream, names: &Names, items: &TokenStream) -> TokenStream {
    let hotconf = &names.hotconf;
    let mut alias = hotconf.clone();
    alias.set_span(root.span());
    let import = quote_spanned!(root.span()=> use #root::__private as #alias;);
    quote! {
        #[doc(hidden)]
        #[allow(
            dead_code,
            deprecated,
            non_camel_case_types,
            non_snake_case,
            private_bounds,
            private_interfaces,
            unreachable_pub,
            unused_imports,
            unused_qualifications,
            clippy::absolute_paths,
            clippy::too_many_lines
        )]
        const _: () = {
            #import
            #items
        };
    }
}

/// What makes the struct the root of a configuration.
fn root(names: &Names) -> TokenStream {
    let Names { this, generics, hotconf, returned: r, .. } = names;
    // A static is one for all that a generic type can be, and so cannot hold one of them.
    let with_slot = if generics.is_empty() {
        quote! {
            ::std::thread_local! {
                static SLOT: #hotconf::Slot<#this> = const { #hotconf::Slot::new() };
            }
            #hotconf::with_slot(&SLOT, use_slot)
        }
    } else {
        quote!(use_slot(::core::option::Option::None))
    };
    implement(
        names,
        &quote!(#hotconf::HotConfig),
        &[],
        &quote! {
            #[inline]
            fn with_slot<#r>(
                use_slot: impl ::core::ops::FnOnce(
                    ::core::option::Option<&#hotconf::Slot<#this>>,
                ) -> #r,
            ) -> #r {
                #with_slot
            }
        },
    )
}

/// An implementation of the trait for the type, where these predicates hold too.
fn implement(
    names: &Names,
    path: &TokenStream,
    predicates: &[TokenStream],
    items: &TokenStream,
) -> TokenStream {
    let Names { this, generics, .. } = names;
    let (declared, wheres) = (generics.declare(&[]), generics.wheres(predicates));
    quote! {
        #[automatically_derived]
        impl #declared #path for #this #wheres {
            #items
        }
    }
}
