//! Values of types with named fields, and of enums, as a source would write them.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::names::Names;
use super::union::tagging;
use super::{enclose, implement};
use crate::model::{Content, Field, Model, Role, Section, Union};

/// The whole expansion of the derive `IntoValue`.
pub(super) fn expand(model: &Model, section: &Section, names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    // Of a type that is known the compiler asks where it is used, and tells it there.
    let types = types(&section.fields).filter(|ty| names.generics.are_in(ty));
    let bounds: Vec<_> = types.map(|ty| quote!(#ty: #hotconf::IntoValue)).collect();
    let (pattern, value) = fields_as_value(&section.fields, names);
    let items = implementation(
        names,
        &bounds,
        &quote! {
            let Self #pattern = self;
            #value
        },
    );
    enclose(&model.root, names, &items)
}

/// For an enum, where all that its variants hold can become values: where not, that is no error.
pub(super) fn of_union(union: &Union, names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    let types = union
        .read()
        .flat_map(|(_, content)| types(content.fields()).chain(content.parts().iter().map(|part| &part.ty)));
    let bounds: Vec<_> = types.map(|ty| quote!(for<'unused> #ty: #hotconf::IntoValue)).collect();
    let arms = union.variants.iter().map(|(variant, content)| {
        let ident = &variant.ident;
        if variant.skipped {
            return quote!(Self::#ident { .. } => #hotconf::Value::Null,);
        }
        let (pattern, content) = content_as_value(content, names);
        let (tagging, name) = (tagging(&union.tagging, names), &variant.name.text);
        let content = match content {
            Some(content) => quote!(::core::option::Option::Some(#content)),
            None => quote!(::core::option::Option::None),
        };
        quote!(Self::#ident #pattern => #tagging.written(#name, #content),)
    });
    implementation(
        names,
        &bounds,
        &quote! {
            match self {
                #(#arms)*
            }
        },
    )
}

fn implementation(names: &Names, bounds: &[TokenStream], body: &TokenStream) -> TokenStream {
    let Names { hotconf, .. } = names;
    implement(
        names,
        &quote!(#hotconf::IntoValue),
        bounds,
        &quote! {
            fn into_value(self) -> #hotconf::Value {
                #body
            }
        },
    )
}

/// The types of the fields that have keys.
fn types(fields: &[Field]) -> impl Iterator<Item = &syn::Type> {
    fields.iter().filter(|field| matches!(field.role, Role::Key(_))).map(|field| &field.ty)
}

/// The pattern behind the name of a variant, and what it holds as a value.
fn content_as_value(content: &Content, names: &Names) -> (TokenStream, Option<TokenStream>) {
    let Names { hotconf, .. } = names;
    match content {
        Content::Nothing => (TokenStream::new(), None),
        Content::Value { .. } => {
            let local = Names::local_of_field(0);
            (quote!((#local)), Some(quote!(#hotconf::IntoValue::into_value(#local))))
        }
        Content::Items(parts) => {
            let locals: Vec<_> = (0..parts.len()).map(Names::local_of_field).collect();
            let items = quote! {
                #hotconf::Value::List(::std::vec![
                    #(#hotconf::IntoValue::into_value(#locals)),*
                ])
            };
            (quote!((#(#locals),*)), Some(items))
        }
        Content::Fields(fields) => {
            let (pattern, value) = fields_as_value(fields, names);
            (pattern, Some(value))
        }
    }
}

fn fields_as_value(fields: &[Field], names: &Names) -> (TokenStream, TokenStream) {
    let Names { hotconf, .. } = names;
    let keys = fields.iter().enumerate().filter_map(|(index, field)| match &field.role {
        Role::Key(key) => Some((field, Names::local_of_field(index), key)),
        Role::Skipped(_) => None,
    });
    let keys: Vec<_> = keys.collect();
    let bound = keys.iter().map(|(Field { ident, .. }, local, _)| quote!(#ident: #local));
    let entries = keys.iter().map(|(Field { ty, .. }, local, key)| {
        let name = &key.name.text;
        let name = if key.flat {
            quote!(::core::option::Option::None)
        } else {
            quote!(::core::option::Option::Some(#name))
        };
        let value = quote_spanned!(ty.span()=> <#ty as #hotconf::IntoValue>::into_value(#local));
        quote!((#name, #value))
    });
    (quote!({ #(#bound,)* .. }), quote!(#hotconf::fields_as_value([#(#entries),*])))
}
