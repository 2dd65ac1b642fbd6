//! What is emitted after an error: the error, and implementations that do nothing. What uses the type elsewhere is no
//! mistake, and is not to be reported as one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, WherePredicate, parse_quote};

use crate::expand::names::Names;
use crate::expand::{enclose, keys};
use crate::model::{Body, Model, root_and_keys};

pub(crate) fn expand(input: &DeriveInput, model: Option<&Model>, error: Option<syn::Error>) -> TokenStream {
    let names = Names::new(input, None);
    let message = error.map(syn::Error::into_compile_error);
    let (root, function) = root_and_keys(input);
    let Names { hotconf, configuration: c, .. } = &names;
    let items = match model {
        Some(model @ Model { body: Body::Section(section), .. }) if names.generics.is_empty() => {
            // Where the words of a field are wrong, its type may be foreign too, for want of the right word.
            let fields = keys::of_section(section, |field| field.faulty);
            let keys = keys::expand(model, &names, &function, &fields);
            let name = &names.keys;
            let implementations = implementations(input, &names, &quote!(#name<#c>));
            quote!(#keys #implementations)
        }
        _ => {
            let implementations = implementations(input, &names, &quote!(#hotconf::Key<#c, Self>));
            let more = match input.data {
                Data::Enum(_) => into_value(input, &names),
                _ => keys_without_fields(input, &names, &function),
            };
            quote!(#implementations #more)
        }
    };
    let items = enclose(&root, &names, &items);
    quote!(#message #items)
}

fn implementations(input: &DeriveInput, names: &Names, keys: &TokenStream) -> TokenStream {
    let Names { hotconf, configuration: c, returned: r, .. } = names;
    let implement = |path: TokenStream, items: TokenStream| implementation(input, Some(&path), &items);
    let name = input.ident.to_string();
    let described = implement(
        quote!(#hotconf::Described),
        quote! {
            const SCHEMA: &'static #hotconf::Schema = &#hotconf::Schema::new(#name, &[]);
        },
    );
    let value = implement(
        quote!(#hotconf::ConfigValue),
        quote! {
            type Keys<#c: 'static> = #keys;
            const SHAPE: #hotconf::Shape =
                #hotconf::Shape::Section(#hotconf::schema_of::<Self>);

            fn build<'__input>(
                _: #hotconf::Input<'__input>,
                _: &mut #hotconf::Build<'__input>,
            ) -> ::core::option::Option<Self> {
                ::core::option::Option::None
            }
        },
    );
    let empty = implement(quote!(#hotconf::EmptyValue), TokenStream::new());
    let root = implement(
        quote!(#hotconf::HotConfig),
        quote! {
            fn with_slot<#r>(
                use_slot: impl ::core::ops::FnOnce(
                    ::core::option::Option<&#hotconf::Slot<Self>>,
                ) -> #r,
            ) -> #r {
                use_slot(::core::option::Option::None)
            }
        },
    );
    quote!(#described #value #empty #root)
}

fn into_value(input: &DeriveInput, names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    let items = quote! {
        fn into_value(self) -> #hotconf::Value {
            <&str as #hotconf::IntoValue>::into_value("")
        }
    };
    implementation(input, Some(&quote!(#hotconf::IntoValue)), &items)
}

fn keys_without_fields(input: &DeriveInput, names: &Names, function: &Ident) -> TokenStream {
    let Names { hotconf, .. } = names;
    let vis = &input.vis;
    let key = quote!(#hotconf::Key<Self, Self>);
    let items = quote! {
        #[doc(hidden)]
        #vis const fn #function() -> #key {
            #hotconf::keys_at_root()
        }
    };
    implementation(input, None, &items)
}

/// An implementation for the type with whatever parameters it has, which live as long as configurations must.
fn implementation(input: &DeriveInput, path: Option<&TokenStream>, items: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    if !generics.params.is_empty() {
        let (_, arguments, _) = input.generics.split_for_impl();
        let lives: WherePredicate = parse_quote!(#ident #arguments: 'static);
        generics.make_where_clause().predicates.push(lives);
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let of = path.map(|path| quote!(#path for));
    quote! {
        #[automatically_derived]
        impl #parameters #of #ident #arguments #bounds {
            #items
        }
    }
}
