//! Types without keys of their own: each is one value, of the shape of what it is made from.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::implement;
use super::keys::as_value;
use super::names::Names;
use super::schema::{called, secrecy, shape};
use crate::model::{Converted, Filling, Part, Reading, Wrapper};

pub(crate) fn wrapper(wrapper: &Wrapper, names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    let Wrapper { inner: Part { member, ty, reading }, others } = wrapper;
    let (input, build) = (Names::local("input"), Names::local("build"));
    let shape = shape(names, ty, reading);
    let read = match reading {
        Reading::Typed => {
            let value = as_value(names, ty);
            quote!(#value::build(#input, #build)?)
        }
        Reading::Whole => quote_spanned!(ty.span()=> #build.whole::<#ty>(#input)?),
        Reading::With(function) => quote_spanned!(ty.span()=> #build.whole_with::<#ty>(#input, #function)?),
    };
    let filled = others.iter().map(|(member, ty, filling)| {
        let value = match filling {
            Filling::Call(path) => called(path),
            Filling::Default | Filling::FromStruct { .. } => {
                quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default())
            }
        };
        quote!(#member: #value)
    });
    let filled: Vec<_> = filled.collect();
    let value = value(
        names,
        &quote!(*#shape),
        &secrecy(names, ty, reading),
        &quote! {
            let value = #read;
            ::core::option::Option::Some(Self { #member: value, #(#filled),* })
        },
    );
    let empty = empty(names, &[(ty, reading)], &{
        let empty = empty_part(names, ty, reading);
        quote! {
            let value = #empty?;
            ::core::option::Option::Some(Self { #member: value, #(#filled),* })
        }
    });
    let into_value =
        into_value(names, &[ty], &{ quote!(<#ty as #hotconf::IntoValue>::into_value(self.#member)) });
    quote!(#value #empty #into_value)
}

pub(crate) fn tuple(parts: &[Part], names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    let (input, build, items) = (Names::local("input"), Names::local("build"), Names::local("items"));
    let shapes = parts.iter().map(|Part { ty, reading, .. }| shape(names, ty, reading));
    let are_secret = parts.iter().map(|Part { ty, reading, .. }| secrecy(names, ty, reading));
    let locals: Vec<_> = (0..parts.len()).map(Names::local_of_field).collect();
    let read = parts.iter().map(|Part { ty, reading, .. }| match reading {
        Reading::Typed => quote_spanned!(ty.span()=> #items.item::<#ty>()),
        Reading::Whole => quote_spanned!(ty.span()=> #items.leaf::<#ty>()),
        Reading::With(function) => quote_spanned!(ty.span()=> #items.leaf_with::<#ty>(#function)),
    });
    let value = value(
        names,
        &quote!(#hotconf::Shape::Tuple(&[#(#shapes),*])),
        &quote!(#(#are_secret)|*),
        &quote! {
            let mut #items = #build.items(#input, <Self as #hotconf::ConfigValue>::SHAPE_REF)?;
            #(let #locals = #read;)*
            ::core::option::Option::Some(Self(#(#locals?),*))
        },
    );
    let bounds: Vec<_> = parts.iter().map(|part| (&part.ty, &part.reading)).collect();
    let empty_parts = parts.iter().map(|Part { ty, reading, .. }| empty_part(names, ty, reading));
    let empty = empty(
        names,
        &bounds,
        &quote! {
            #(let #locals = #empty_parts;)*
            ::core::option::Option::Some(Self(#(#locals?),*))
        },
    );
    let types: Vec<_> = parts.iter().map(|part| &part.ty).collect();
    let members = parts.iter().map(|part| &part.member);
    let into_value = into_value(
        names,
        &types,
        &quote! {
            #hotconf::Value::List(::std::vec![
                #(<#types as #hotconf::IntoValue>::into_value(self.#members)),*
            ])
        },
    );
    quote!(#value #empty #into_value)
}

pub(crate) fn converted(converted: &Converted, names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    let Converted { from: ty, is_tried } = converted;
    let (input, build) = (Names::local("input"), Names::local("build"));
    let shape = shape(names, ty, &Reading::Typed);
    let inner = as_value(names, ty);
    let convert = |place: TokenStream| {
        if *is_tried {
            quote_spanned! {ty.span()=>
                match <Self as ::core::convert::TryFrom<#ty>>::try_from(value) {
                    ::core::result::Result::Ok(value) => ::core::option::Option::Some(value),
                    ::core::result::Result::Err(error) => #build.refused(
                        #place,
                        <Self as #hotconf::ConfigValue>::SHAPE_REF,
                        error,
                    ),
                }
            }
        } else {
            quote_spanned! {ty.span()=>
                ::core::option::Option::Some(<Self as ::core::convert::From<#ty>>::from(value))
            }
        }
    };
    let place = Names::local("place");
    let keep_place = is_tried.then(|| quote!(let #place = ::core::clone::Clone::clone(&#input);));
    let converted = convert(quote!(#place));
    let value = value(
        names,
        &quote!(*#shape),
        &secrecy(names, ty, &Reading::Typed),
        &quote! {
            #keep_place
            let value = #inner::build(#input, #build)?;
            #converted
        },
    );
    let converted = convert(quote!(#hotconf::Input::absent()));
    let empty = empty(
        names,
        &[(ty, &Reading::Typed)],
        &quote! {
            let value = <#ty as #hotconf::EmptyValue>::empty(#build)?;
            #converted
        },
    );
    quote!(#value #empty)
}

fn value(names: &Names, shape: &TokenStream, is_secret: &TokenStream, body: &TokenStream) -> TokenStream {
    let Names { this, hotconf, configuration: c, .. } = names;
    let (input, build) = (Names::local("input"), Names::local("build"));
    implement(
        names,
        &quote!(#hotconf::ConfigValue),
        &[],
        &quote! {
            type Keys<#c: 'static> = #hotconf::Key<#c, #this>;
            const SHAPE: #hotconf::Shape = #shape;
            const IS_SECRET: ::core::primitive::bool = #is_secret;

            fn build<'__input>(
                #input: #hotconf::Input<'__input>,
                #build: &mut #hotconf::Build<'__input>,
            ) -> ::core::option::Option<Self> {
                #body
            }
        },
    )
}

fn empty_part(names: &Names, ty: &Type, reading: &Reading) -> TokenStream {
    let Names { hotconf, .. } = names;
    let build = Names::local("build");
    if reading.is_typed() {
        quote!(<#ty as #hotconf::EmptyValue>::empty(#build))
    } else {
        quote!(::core::option::Option::Some(<#ty as ::core::default::Default>::default()))
    }
}

/// The empty value, made of those of its parts. With a lifetime that is not used the bounds are looked at where it is
/// asked for, and not here: a type without an empty value is no error.
fn empty(names: &Names, parts: &[(&Type, &Reading)], body: &TokenStream) -> TokenStream {
    let Names { hotconf, .. } = names;
    let build = Names::local("build");
    let bounds = parts.iter().map(|(ty, reading)| {
        if reading.is_typed() {
            quote!(for<'unused> #ty: #hotconf::EmptyValue)
        } else {
            quote!(for<'unused> #ty: ::core::default::Default)
        }
    });
    let bounds: Vec<_> = bounds.collect();
    implement(
        names,
        &quote!(#hotconf::EmptyValue),
        &bounds,
        &quote! {
            fn empty(#build: &mut #hotconf::Build<'_>) -> ::core::option::Option<Self> {
                #body
            }
        },
    )
}

/// The value as a source would write it, where its parts can become one.
fn into_value(names: &Names, types: &[&Type], body: &TokenStream) -> TokenStream {
    let Names { hotconf, .. } = names;
    let bounds = types.iter().map(|ty| quote!(for<'unused> #ty: #hotconf::IntoValue));
    let bounds: Vec<_> = bounds.collect();
    implement(
        names,
        &quote!(#hotconf::IntoValue),
        &bounds,
        &quote! {
            fn into_value(self) -> #hotconf::Value {
                #body
            }
        },
    )
}
