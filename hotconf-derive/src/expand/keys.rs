//! The typed keys of a struct: a lens for each field, the struct of keys, and the function that gives it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Type, Visibility};

use super::names::Names;
use crate::model::{Field, Model, Role, Section};
use crate::types::is_standard;

/// A field as its key sees it.
pub(crate) struct KeyField<'m> {
    ident: &'m Ident,
    vis: &'m Visibility,
    ty: &'m Type,
    /// The name of its own key; none for a field that is flattened.
    name: Option<&'m str>,
    doc: String,
    /// Whether it is one key, whatever its type.
    whole: bool,
}

/// The fields that have keys. `is_whole` names those whose type is not to be asked for its keys, beside the leaves.
pub(crate) fn of_section(section: &Section, is_whole: impl Fn(&Field) -> bool) -> Vec<KeyField<'_>> {
    let with_key = section.fields.iter().filter_map(|field| match &field.role {
        Role::Skipped(_) => None,
        Role::Key(key) => Some(KeyField {
            ident: &field.ident,
            vis: &field.vis,
            ty: &field.ty,
            name: (!key.flat).then_some(&*key.name.text),
            doc: summary(&field.doc).unwrap_or_else(|| match key.flat {
                true => format!("The keys of `{}`, which stand beside the others.", field.ident),
                false => format!("The key `{}`.", key.name.text),
            }),
            whole: !key.reading.is_typed() || is_whole(field),
        }),
    });
    with_key.collect()
}

/// The first paragraph, which holds no example that would be run once more.
fn summary(doc: &str) -> Option<String> {
    let paragraph: Vec<_> = doc.lines().take_while(|line| !line.trim().is_empty()).collect();
    let is_text = !paragraph.is_empty() && !paragraph.iter().any(|line| line.contains("```"));
    is_text.then(|| paragraph.join("\n"))
}

pub(crate) fn expand(model: &Model, names: &Names, function: &Ident, fields: &[KeyField<'_>]) -> TokenStream {
    let Model { ident, vis, .. } = model;
    let Names { this, generics, hotconf, keys, section, configuration: c, outer: l, .. } = names;
    let steps = steps(names, fields);
    let maker = quote!(#hotconf::Maker<#c, #l>);
    let declared = fields.iter().map(|KeyField { ident, vis, ty, doc, whole, .. }| {
        let key = key_type(names, ty, *whole, &quote!(#c));
        quote! {
            #[doc = #doc]
            #vis #ident: #key,
        }
    });
    let made = fields.iter().enumerate().map(|(index, KeyField { ident, ty, .. })| {
        let name = moved(ident, ty.span());
        let number = number(names, index, value_of_digits);
        // At the place of the type, where the compiler says what is wrong with one that has no keys, and says it once.
        let open = quote_spanned!(ty.span()=> <);
        let call = quote_spanned!(last_span(ty)=> ::at(#number));
        quote!(#name: #open #maker>#call,)
    });
    let doubtful = doubtful(names, fields);
    let at_root = quote!(#hotconf::Root<#this>);
    // What a parameter's own keys are is known once it is, and has to be asked for until then.
    let makes = |c: &TokenStream, l: &TokenStream| {
        let asked = fields.iter().enumerate().filter(|(_, field)| !field.whole && generics.are_in(field.ty));
        let makes = asked.map(|(index, KeyField { ty, whole, .. })| {
            let (key, lens) = (key_type(names, ty, *whole, c), step(names, index, ty, l));
            quote!(#key: #hotconf::MakeKeys<#c, #lens>)
        });
        generics.wheres(&makes.collect::<Vec<_>>())
    };
    let (makes_beneath, makes_at_root) = (makes(&quote!(#c), &quote!(#l)), makes(this, &at_root));
    let with_c = [quote!(#c: 'static)];
    let (declared_with_c, wheres) = (generics.declare(&with_c), generics.wheres(&[]));
    let keys_of_c = {
        let arguments = generics.apply(&[quote!(#c)]);
        quote!(#keys #arguments)
    };
    let with_lens = generics.declare(&[quote!(#c: 'static), quote!(#l: #hotconf::Lens<#c, To = #this>)]);
    let parameters = generics.declare(&[]);
    let doc = format!("The keys of `{ident}`.");
    quote! {
        #steps

        #[doc = #doc]
        #vis struct #keys #declared_with_c #wheres {
            #(#declared)*
            #[doc(hidden)]
            #section: #hotconf::Key<#c, #this>,
        }

        #[automatically_derived]
        impl #declared_with_c ::core::clone::Clone for #keys_of_c #wheres {
            fn clone(&self) -> Self {
                #doubtful
                *self
            }
        }

        #[automatically_derived]
        impl #declared_with_c ::core::marker::Copy for #keys_of_c #wheres {}

        #[automatically_derived]
        impl #with_lens #hotconf::MakeKeys<#c, #l> for #keys_of_c #makes_beneath {
            const KEYS: Self = #keys {
                #(#made)*
                #section: <#maker>::whole(),
            };
        }

        #[automatically_derived]
        impl #declared_with_c #hotconf::AsKey<#c> for #keys_of_c #wheres {
            type Value = #this;
            type Key = #hotconf::Key<#c, #this>;

            fn as_key(&self) -> #hotconf::Key<#c, #this> {
                self.#section
            }
        }

        #[automatically_derived]
        impl #declared_with_c #hotconf::ToKeyPath<#c> for #keys_of_c #wheres {
            fn to_key_path(&self) -> #hotconf::KeyPath {
                #hotconf::ToKeyPath::<#c>::to_key_path(&self.#section)
            }
        }

        #[automatically_derived]
        impl #parameters #this #makes_at_root {
            /// The typed keys of this configuration.
            #[must_use]
            #vis const fn #function() -> <#this as #hotconf::ConfigValue>::Keys<#this> {
                #doubtful
                #hotconf::keys_at_root()
            }
        }
    }
}

/// Says the types that may be none of a configuration, so that the compiler tells it at their place, and looks no further
/// at a function that would tell it again. Types that the standard library has are left out: most fields have one.
fn doubtful(names: &Names, fields: &[KeyField<'_>]) -> Option<TokenStream> {
    let doubtful = fields.iter().filter(|KeyField { ty, whole, .. }| !whole && !is_standard(ty));
    let made: Vec<_> = doubtful.map(|KeyField { ty, .. }| make_of(names, ty)).collect();
    (!made.is_empty()).then(|| quote!(let _ = (#(#made,)*);))
}

/// What leads the way into each field.
fn steps(names: &Names, fields: &[KeyField<'_>]) -> TokenStream {
    let Names { this, generics, hotconf, .. } = names;
    let (parameters, wheres) = (generics.declare(&[]), generics.wheres(&[]));
    let steps = fields.iter().enumerate().map(|(index, KeyField { ident, ty, .. })| {
        let number = number(names, index, type_of_digits);
        quote! {
            #[automatically_derived]
            impl #parameters #hotconf::FieldAt<#number, #ty> for #this #wheres {
                fn field(&self) -> &#ty {
                    &self.#ident
                }
            }
        }
    });
    let called = fields.iter().map(|KeyField { name, .. }| match name {
        Some(name) => quote!(#hotconf::Some(#name)),
        None => quote!(#hotconf::None),
    });
    quote! {
        #[automatically_derived]
        impl #parameters #hotconf::FieldNames for #this #wheres {
            const NAMES: &'static [#hotconf::Option<&'static str>] = &[#(#called),*];
        }
        #(#steps)*
    }
}

fn step(names: &Names, index: usize, ty: &Type, outer: &TokenStream) -> TokenStream {
    let Names { hotconf, .. } = names;
    let number = number(names, index, type_of_digits);
    quote!(#hotconf::Step<#outer, #number, #ty>)
}

/// The number of a field as a type, or as the one value of that type.
fn number(
    names: &Names,
    index: usize,
    join: fn(&Names, TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    const BASE: usize = 32;
    let Names { hotconf, .. } = names;
    let digit = format_ident!("N{}", index % BASE);
    let digit = quote!(#hotconf::#digit);
    match index / BASE {
        0 => digit,
        high => {
            let high = number(names, high, join);
            join(names, high, digit)
        }
    }
}

fn type_of_digits(Names { hotconf, .. }: &Names, high: TokenStream, low: TokenStream) -> TokenStream {
    quote!(#hotconf::Digits<#high, #low>)
}

fn value_of_digits(Names { hotconf, .. }: &Names, high: TokenStream, low: TokenStream) -> TokenStream {
    quote!(#hotconf::Digits(#high, #low))
}

/// The type of the key, or keys, of a field in the configuration `c`.
fn key_type(names: &Names, ty: &Type, whole: bool, c: &TokenStream) -> TokenStream {
    let hotconf = &names.hotconf;
    if whole {
        return quote!(#hotconf::Key<#c, #ty>);
    }
    let keys = quote_spanned!(last_span(ty)=> Keys<#c>);
    let value = as_value(names, ty);
    let separator = quote_spanned!(last_span(ty)=> ::);
    quote!(#value #separator #keys)
}

/// `<ty as ConfigValue>` with the place of the type, so that the compiler blames the type, and blames it once.
pub(crate) fn as_value(names: &Names, ty: &Type) -> TokenStream {
    let Names { hotconf, .. } = names;
    let open = quote_spanned!(ty.span()=> <);
    let close = quote_spanned!(last_span(ty)=> as #hotconf::ConfigValue>);
    quote!(#open #ty #close)
}

/// How a value of the type is made.
pub(super) fn make_of(names: &Names, ty: &Type) -> TokenStream {
    let (value, make) = (as_value(names, ty), quote_spanned!(last_span(ty)=> ::MAKE));
    quote!(#value #make)
}

/// The same name at another place.
pub(super) fn moved(ident: &Ident, place: Span) -> Ident {
    let mut moved = ident.clone();
    moved.set_span(ident.span().located_at(place));
    moved
}

pub(crate) fn last_span(ty: &Type) -> Span {
    ty.to_token_stream().into_iter().last().map_or_else(|| ty.span(), |token| token.span())
}
