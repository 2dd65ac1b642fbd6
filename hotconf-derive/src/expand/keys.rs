//! The typed keys of a struct: a lens for each field, the struct of keys, and the function that gives it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Type, Visibility};

use super::names::Names;
use crate::model::{Field, Model, Role, Section};

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
    let lenses = lenses(names, fields);
    let declared = fields.iter().map(|KeyField { ident, vis, ty, doc, whole, .. }| {
        let key = key_type(names, ty, *whole, &quote!(#c));
        quote! {
            #[doc = #doc]
            #vis #ident: #key,
        }
    });
    // Both below go field by field, and each at the place of its type: where a type has no keys, the compiler says so
    // there, and nowhere else.
    let made = |c: &TokenStream, l: &TokenStream| {
        let made = fields.iter().enumerate().map(|(index, KeyField { ident, ty, whole, .. })| {
            let key = key_type(names, ty, *whole, c);
            let lens = lens(names, index, l);
            let name = moved(ident, ty.span());
            let last = quote_spanned!(last_span(ty)=> KEYS);
            quote_spanned!(ty.span()=> #name: <#key as #hotconf::__private::MakeKeys<#c, #lens>>::#last,)
        });
        quote! {
            #keys {
                #(#made)*
                #section: <#hotconf::__private::Key<#c, #this> as #hotconf::__private::MakeKeys<#c, #l>>::KEYS,
            }
        }
    };
    let made_beneath = made(&quote!(#c), &quote!(#l));
    let at_root = quote!(#hotconf::__private::Root<#this>);
    let made_at_root = made(this, &at_root);
    // What a parameter's own keys are is known once it is, and has to be asked for until then.
    let makes = |c: &TokenStream, l: &TokenStream| {
        let asked = fields.iter().enumerate().filter(|(_, field)| !field.whole && generics.are_in(field.ty));
        let makes = asked.map(|(index, KeyField { ty, whole, .. })| {
            let (key, lens) = (key_type(names, ty, *whole, c), lens(names, index, l));
            quote!(#key: #hotconf::__private::MakeKeys<#c, #lens>)
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
    let with_lens =
        generics.declare(&[quote!(#c: 'static), quote!(#l: #hotconf::__private::Lens<#c, To = #this>)]);
    let parameters = generics.declare(&[]);
    let copied = fields.iter().map(|KeyField { ident, ty, .. }| {
        let (first, last) = (moved(ident, ty.span()), moved(ident, last_span(ty)));
        quote_spanned!(ty.span()=> #first: self.#last,)
    });
    let doc = format!("The keys of `{ident}`.");
    quote! {
        #lenses

        #[doc = #doc]
        #vis struct #keys #declared_with_c #wheres {
            #(#declared)*
            #[doc(hidden)]
            #section: #hotconf::__private::Key<#c, #this>,
        }

        #[automatically_derived]
        impl #declared_with_c ::core::clone::Clone for #keys_of_c #wheres {
            fn clone(&self) -> Self {
                #keys {
                    #(#copied)*
                    #section: self.#section,
                }
            }
        }

        #[automatically_derived]
        impl #declared_with_c ::core::marker::Copy for #keys_of_c #wheres {}

        #[automatically_derived]
        impl #with_lens #hotconf::__private::MakeKeys<#c, #l> for #keys_of_c #makes_beneath {
            const KEYS: Self = #made_beneath;
        }

        #[automatically_derived]
        impl #declared_with_c #hotconf::__private::AsKey<#c> for #keys_of_c #wheres {
            type Value = #this;
            type Key = #hotconf::__private::Key<#c, #this>;

            fn as_key(&self) -> #hotconf::__private::Key<#c, #this> {
                self.#section
            }
        }

        #[automatically_derived]
        impl #declared_with_c #hotconf::__private::ToKeyPath<#c> for #keys_of_c #wheres {
            fn to_key_path(&self) -> #hotconf::__private::KeyPath {
                #hotconf::__private::ToKeyPath::<#c>::to_key_path(&self.#section)
            }
        }

        #[automatically_derived]
        impl #parameters #this #makes_at_root {
            /// The typed keys of this configuration.
            #[must_use]
            #vis const fn #function() -> <#this as #hotconf::__private::ConfigValue>::Keys<#this> {
                #made_at_root
            }
        }
    }
}

/// One lens type for all fields, told apart by a number.
fn lenses(names: &Names, fields: &[KeyField<'_>]) -> TokenStream {
    let Names { this, generics, hotconf, lens: name, configuration: c, outer: l, .. } = names;
    let outer = quote!(#hotconf::__private::Lens<#c, To = #this>);
    let (parameters, wheres) =
        (generics.declare(&[quote!(#c: 'static), quote!(#l: #outer)]), generics.wheres(&[]));
    let lenses = fields.iter().enumerate().map(|(index, KeyField { ident: field, ty, name, .. })| {
        let lens = lens(names, index, &quote!(#l));
        let outer = quote!(<#l as #hotconf::__private::Lens<#c>>::PATH);
        let path = match name {
            Some(name) => quote!(&#hotconf::__private::Path::join(#outer, #name)),
            None => outer,
        };
        quote! {
            #[automatically_derived]
            impl #parameters #hotconf::__private::Lens<#c> for #lens #wheres {
                type To = #ty;
                const PATH: &'static #hotconf::__private::Path = #path;

                fn get(configuration: &#c) -> &#ty {
                    &<#l as #hotconf::__private::Lens<#c>>::get(configuration).#field
                }
            }
        }
    });
    let parameters = generics.declare(&[quote!(const FIELD: usize), quote!(#l)]);
    // A parameter has to be used, and the type itself uses all of them.
    let whole = (!generics.is_empty()).then(|| quote!(whole: ::core::marker::PhantomData<fn() -> #this>,));
    quote! {
        struct #name #parameters #wheres {
            lens: ::core::marker::PhantomData<fn() -> #l>,
            #whole
        }
        #(#lenses)*
    }
}

fn lens(names: &Names, index: usize, outer: &TokenStream) -> TokenStream {
    let Names { lens, generics, .. } = names;
    let arguments = generics.apply(&[quote!(#index), quote!(#outer)]);
    quote!(#lens #arguments)
}

/// The type of the key, or keys, of a field in the configuration `c`.
fn key_type(names: &Names, ty: &Type, whole: bool, c: &TokenStream) -> TokenStream {
    let hotconf = &names.hotconf;
    if whole {
        return quote!(#hotconf::__private::Key<#c, #ty>);
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
    let close = quote_spanned!(last_span(ty)=> as #hotconf::__private::ConfigValue>);
    quote!(#open #ty #close)
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
