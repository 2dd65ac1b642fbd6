//! An enum whose variants hold something, or whose names stand behind a key of their own.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::build::{Fields, taken};
use super::choice::{described, empty};
use super::keys::as_value;
use super::names::Names;
use super::schema::{about, defaults, described_fields, fitting_types, look_at, secrecy, shape};
use super::{implement, into_value};
use crate::model::{Content, Model, Part, Reading, Tagging, Union, Variant};

pub(crate) fn expand(model: &Model, union: &Union, names: &Names) -> TokenStream {
    let described = described_union(model, union, names);
    let value = value(union, names);
    let empty = empty(names);
    let into_value = (!union.holds_itself).then(|| into_value::of_union(union, names));
    let numbered: Vec<_> =
        numbered(union).flat_map(|(first, _, content)| (first..).zip(content.fields())).collect();
    let defaults = defaults(&numbered, names);
    let fitting_types = union.read().map(|(_, content)| fitting_types(names, content.fields()));
    let fitting_contents = fitting_contents(union, names);
    quote! {
        #(#fitting_types)*
        #fitting_contents
        #defaults
        #described
        #value
        #empty
        #into_value
    }
}

/// A look at what stands beside a tag: only what has keys can.
fn fitting_contents(union: &Union, names: &Names) -> TokenStream {
    let Tagging::Internal { .. } = &union.tagging else { return TokenStream::new() };
    let fault = "a value without keys cannot hold the tag; give the field a name, or write `content = \"value\"` beside \
                 `tag`";
    let looks = union.read().filter_map(|(_, content)| match content {
        Content::Value { part, .. } => Some(look_at(names, &part.ty, &part.reading, "has_keys", fault)),
        Content::Nothing | Content::Items(_) | Content::Fields(_) => None,
    });
    looks.collect()
}

/// The variants that a source can mean, each with the number of its first field among those of the enum.
fn numbered(union: &Union) -> impl Iterator<Item = (usize, &Variant, &Content)> {
    let mut first = 0;
    union.read().map(move |(variant, content)| {
        let mine = first;
        first += content.fields().len();
        (mine, variant, content)
    })
}

fn described_union(model: &Model, union: &Union, names: &Names) -> TokenStream {
    let Names { generics, hotconf, variants, union: facts, this, .. } = names;
    let name = model.ident.to_string();
    let name = name.trim_start_matches("r#");
    let tagging = tagging(&union.tagging, names);
    let all: Vec<_> = numbered(union)
        .map(|(first, variant, content)| {
            let described = described(variant, names);
            let content = content_shape(model, union, names, first, variant, content);
            quote!(#described #content)
        })
        .collect();
    let count = all.len();
    let new = |variants: TokenStream| {
        quote! {
            #hotconf::Union::new(#name, #tagging, #variants)
                .empty(|| #hotconf::shown_empty!(#this))
        }
    };
    let (statics, value) = if generics.is_empty() {
        let new = new(quote!(&#variants));
        let statics = quote! {
            // Statics, because a type that contains itself is known again by the address of its facts.
            static #variants: [#hotconf::Variant; #count] = [#(#all),*];
            static #facts: #hotconf::Union = #new;
        };
        (Some(statics), quote!(&#facts))
    } else {
        let new = new(quote!(&[#(#all),*]));
        (None, quote!(&#new))
    };
    let described = implement(
        names,
        &quote!(#hotconf::DescribedUnion),
        &[],
        &quote!(const UNION: &'static #hotconf::Union = #value;),
    );
    quote!(#statics #described)
}

/// What the variant holds, as its static description says it.
fn content_shape(
    model: &Model,
    union: &Union,
    names: &Names,
    first: usize,
    variant: &Variant,
    content: &Content,
) -> Option<TokenStream> {
    let Names { generics, hotconf, schema: static_schema, .. } = names;
    match content {
        Content::Nothing => None,
        Content::Value { part, secret } => {
            let Part { ty, reading, .. } = &**part;
            let shape = shape(names, ty, reading);
            let is_secret = if *secret { quote!(true) } else { secrecy(names, ty, reading) };
            Some(quote!(.content(#shape).secret_if(#is_secret)))
        }
        Content::Items(parts) => {
            let shapes = parts.iter().map(|Part { ty, reading, .. }| shape(names, ty, reading));
            // Without branches, after which the compiler makes no constant of what is referred to.
            let are_secret = parts.iter().map(|Part { ty, reading, .. }| secrecy(names, ty, reading));
            Some(quote! {
                .content(&#hotconf::Shape::Tuple(&[#(#shapes),*])).secret_if(#(#are_secret)|*)
            })
        }
        Content::Fields(fields) => {
            let described = described_fields(model, names, first, fields);
            let more = about(names, &variant.doc, union.unknown, fields);
            let name = &variant.name.text;
            let new = quote!(#hotconf::Schema::new);
            let schema = if generics.is_empty() {
                quote! {{
                    static #static_schema: #hotconf::Schema = #new(#name, &[#(#described),*]) #more;
                    &#static_schema
                }}
            } else {
                quote!(const { &#new(#name, const { &[#(#described),*] }) #more })
            };
            Some(quote!(.content(&#hotconf::Shape::Section(|| #schema))))
        }
    }
}

fn value(union: &Union, names: &Names) -> TokenStream {
    let Names { this, hotconf, configuration: c, .. } = names;
    let (input, build, number) = (Names::local("input"), Names::local("build"), Names::local("number"));
    let facts = quote!(<#this as #hotconf::DescribedUnion>::UNION);
    let read = numbered(union).enumerate().map(|(number, (first, variant, content))| {
        let read = read_content(number, first, variant, content, &facts, names);
        quote!(#number => { #read })
    });
    implement(
        names,
        &quote!(#hotconf::ConfigValue),
        &[],
        &quote! {
            type Keys<#c: 'static> = #hotconf::Key<#c, #this>;
            const SHAPE: #hotconf::Shape = #hotconf::Shape::Union(|| #facts);

            fn build<'__input>(
                #input: #hotconf::Input<'__input>,
                #build: &mut #hotconf::Build<'__input>,
            ) -> ::core::option::Option<Self> {
                #build.union(#input, #facts, |#number, #input, #build| match #number {
                    #(#read)*
                    _ => ::core::option::Option::None,
                })
            }
        },
    )
}

fn read_content(
    number: usize,
    first: usize,
    variant: &Variant,
    content: &Content,
    facts: &TokenStream,
    names: &Names,
) -> TokenStream {
    let (input, build) = (Names::local("input"), Names::local("build"));
    let ident = &variant.ident;
    match content {
        Content::Nothing => quote!(::core::option::Option::Some(Self::#ident)),
        Content::Value { part, .. } => {
            let Part { ty, reading, .. } = &**part;
            let read = match reading {
                Reading::Typed => {
                    let value = as_value(names, ty);
                    quote!(#value::build(#input, #build)?)
                }
                Reading::Whole => quote_spanned!(ty.span()=> #build.whole::<#ty>(#input)?),
                Reading::With(function) => {
                    quote_spanned!(ty.span()=> #build.whole_with::<#ty>(#input, #function)?)
                }
            };
            quote!(::core::option::Option::Some(Self::#ident(#read)))
        }
        Content::Items(parts) => {
            let items = Names::local("items");
            let locals: Vec<_> = (0..parts.len()).map(Names::local_of_field).collect();
            let read = parts.iter().map(|Part { ty, reading, .. }| match reading {
                Reading::Typed => quote_spanned!(ty.span()=> #items.item::<#ty>()),
                Reading::Whole => quote_spanned!(ty.span()=> #items.leaf::<#ty>()),
                Reading::With(function) => quote_spanned!(ty.span()=> #items.leaf_with::<#ty>(#function)),
            });
            quote! {
                let mut #items = #build.items(#input, #facts.items_of(#number))?;
                #(let #locals = #read;)*
                ::core::option::Option::Some(Self::#ident(#(#locals?),*))
            }
        }
        Content::Fields(fields) => {
            let open = Names::local("section");
            let Fields { read, filled, locals, .. } = Fields::of(fields, first, names);
            let taken = taken(&locals, names);
            quote! {
                let mut #open = #build.section(#input, #facts.fields_of(#number))?;
                #(#read)*
                #open.finish();
                #taken
                ::core::option::Option::Some(Self::#ident { #(#filled),* })
            }
        }
    }
}

pub(super) fn tagging(tagging: &Tagging, names: &Names) -> TokenStream {
    let Names { hotconf, .. } = names;
    let tagging = match tagging {
        Tagging::External => quote!(External),
        Tagging::Internal { tag } => quote!(Internal { tag: #tag }),
        Tagging::Adjacent { tag, content } => quote!(Adjacent { tag: #tag, content: #content }),
        Tagging::Untagged => quote!(Untagged),
    };
    quote!(#hotconf::Tagging::#tagging)
}
