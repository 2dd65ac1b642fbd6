//! The static description of a struct.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericArgument, LitStr, Path, PathArguments, Type};

use super::implement;
use super::keys::{as_value, moved};
use super::names::Names;
use crate::attr::hot::{Merge, Unknown};
use crate::attr::validate::Rule;
use crate::literal::{Literal, Value};
use crate::model::{Field, Filling, Key, Model, Name, Presence, Reading, Role, Section};
use crate::text::source_text;

pub(crate) fn expand(model: &Model, section: &Section, names: &Names) -> TokenStream {
    let Model { ident, .. } = model;
    let Names { this, generics, hotconf, schema: static_schema, .. } = names;
    let fields = described_fields(model, names, 0, &section.fields);
    let name = ident.to_string();
    let name = name.trim_start_matches("r#");
    let more = about(names, &section.doc, section.unknown, &section.fields);
    let defaults = defaults(&section.fields.iter().enumerate().collect::<Vec<_>>(), names);
    let new = quote!(#hotconf::Schema::new);
    let (statics, constants) = if generics.is_empty() {
        // A static, because a type that contains itself is known again by the address of its schema.
        let statics = quote! {
            static #static_schema: #hotconf::Schema = #new(#name, &[#(#fields),*]) #more;
        };
        (Some(statics), quote!(const SCHEMA: &'static #hotconf::Schema = &#static_schema;))
    } else {
        let constants = quote! {
            const FIELDS: &'static [#hotconf::Field] = &[#(#fields),*];
            const SCHEMA: &'static #hotconf::Schema =
                &#new(#name, <#this as #hotconf::Described>::FIELDS) #more;
        };
        (None, constants)
    };
    let described = implement(names, &quote!(#hotconf::Described), &[], &constants);
    let fitting_types = fitting_types(names, &section.fields);
    quote! {
        #defaults
        #statics
        #described
        #fitting_types
    }
}

/// The descriptions of the fields that have keys, of which the first has this number.
pub(super) fn described_fields(
    model: &Model,
    names: &Names,
    first: usize,
    fields: &[Field],
) -> Vec<TokenStream> {
    let fields = fields.iter().zip(first..).filter_map(|(field, index)| match &field.role {
        Role::Key(key) => Some(described(model, names, index, field, key)),
        Role::Skipped(_) => None,
    });
    fields.collect()
}

/// A look at each type as soon as it is known: what has no keys cannot be flattened, and what has no items cannot have
/// too many.
pub(super) fn fitting_types(names: &Names, fields: &[Field]) -> TokenStream {
    let looks = fields.iter().map(|field| {
        let Role::Key(key) = &field.role else { return TokenStream::new() };
        let flat = key.flat.then(|| {
            let fault = "this type has no keys that could stand beside others; take `flatten` away, or flatten a section, \
                         a map or an enum with data";
            look(names, field, key, "has_keys", fault)
        });
        let counted = key.max_items.map(|_| {
            let fault = "this type has no items that could be counted; take `max_items` away, or put it on a list or a map";
            look(names, field, key, "has_items", fault)
        });
        let merging = fitting_merge(names, field, key);
        let fitting = match &key.presence {
            Presence::Literal(literal) => fitting_default(names, field, key, literal),
            _ => TokenStream::new(),
        };
        let items = known_items(names, &field.ty, &key.reading);
        let name = key_of_map(&field.ty).map(|ty| {
            let fault = "the entries of a map are called by a text, a number, an address or an enum without data; for \
                         anything else hold a list of sections";
            look_at(names, ty, &key.reading, "is_name", fault)
        });
        quote!(#flat #counted #merging #fitting #items #name)
    });
    looks.collect()
}

/// Code that does not compile where the lists of several layers cannot become one as the field says.
fn fitting_merge(names: &Names, field: &Field, key: &Key) -> TokenStream {
    let Names { generics, hotconf, .. } = names;
    match &key.merge {
        Merge::Replace => TokenStream::new(),
        Merge::Append => {
            let fault = "this type has no items that could be appended to others; take `merge` away, or put it on a list \
                         or a set; the entries of maps are merged without it";
            look(names, field, key, "is_list", fault)
        }
        Merge::ByKey(name) => {
            let fault = "only a list of sections can be merged by a key of theirs; take `merge` away, write `append`, or \
                         make the items a struct that derives `HotConfig`";
            let sections = look(names, field, key, "is_list_of_sections", fault);
            if !key.reading.is_typed() || generics.are_in(&field.ty) {
                return sections;
            }
            let (value, span) = (as_value(names, &field.ty), name.span());
            let hotconf = moved(hotconf, span);
            quote_spanned! {span=>
                #sections
                const _: () = if let ::core::option::Option::Some(fault) =
                    #hotconf::Schema::misfit_of_key(#value::ITEMS, #name)
                {
                    ::core::panic!("{}", fault)
                };
            }
        }
    }
}

/// The type of the keys of a map, also of one that may be absent.
fn key_of_map(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let first = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })?;
    match &*last.ident.to_string() {
        "Option" => key_of_map(first),
        "BTreeMap" | "HashMap" => Some(first),
        _ => None,
    }
}

/// A look at each item of a tuple, because the compiler tells of a tuple as a whole.
fn known_items(names: &Names, ty: &Type, reading: &Reading) -> TokenStream {
    let Names { generics, hotconf, .. } = names;
    let Type::Tuple(tuple) = ty else { return TokenStream::new() };
    let looks = tuple.elems.iter().filter(|item| reading.is_typed() && !generics.are_in(item)).map(|item| {
        let value = as_value(names, item);
        let hotconf = moved(hotconf, item.span());
        quote_spanned! {item.span()=>
            const _: &#hotconf::Shape = #value::SHAPE_REF;
        }
    });
    looks.collect()
}

/// Code that does not compile where the literal default can be no value of the field's type.
fn fitting_default(names: &Names, field: &Field, key: &Key, default: &Literal) -> TokenStream {
    let Names { generics, hotconf, .. } = names;
    if !key.reading.is_typed() || generics.are_in(&field.ty) {
        return TokenStream::new();
    }
    let value = as_value(names, &field.ty);
    let span = default.source().span();
    let hotconf = moved(hotconf, span);
    let literal = literal(&hotconf, default);
    quote_spanned! {span=>
        const _: () = if let ::core::option::Option::Some(fault) =
            #hotconf::Shape::misfit(#value::SHAPE_REF, &#literal)
        {
            ::core::panic!("{}", fault)
        };
    }
}

fn look(names: &Names, field: &Field, key: &Key, question: &str, fault: &str) -> TokenStream {
    look_at(names, &field.ty, &key.reading, question, fault)
}

/// Code that does not compile where a question about the shape of a type is answered with no.
pub(super) fn look_at(
    names: &Names,
    ty: &Type,
    reading: &Reading,
    question: &str,
    fault: &str,
) -> TokenStream {
    let Names { generics, hotconf, .. } = names;
    // What is read whole may be anything, and what a parameter will be is known only where it is built.
    if !reading.is_typed() || generics.are_in(ty) {
        return TokenStream::new();
    }
    let value = as_value(names, ty);
    let hotconf = moved(hotconf, ty.span());
    let question = Ident::new(question, ty.span());
    quote_spanned! {ty.span()=>
        const _: () = if !#hotconf::Shape::#question(#value::SHAPE_REF) {
            ::core::panic!(#fault)
        };
    }
}

/// What else there is to say of the fields together.
pub(super) fn about(names: &Names, text: &str, unknown: Option<Unknown>, fields: &[Field]) -> TokenStream {
    let Names { hotconf, .. } = names;
    let doc = doc(text);
    let unknown = unknown.map(|unknown| {
        let unknown = match unknown {
            Unknown::Deny => quote!(Deny),
            Unknown::Warn => quote!(Warn),
            Unknown::Ignore => quote!(Ignore),
        };
        quote!(.unknown(#hotconf::Unknown::#unknown))
    });
    let flattens = fields.iter().any(|field| matches!(&field.role, Role::Key(key) if key.flat));
    let flattens = flattens.then(|| quote!(.flattens()));
    quote!(#doc #unknown #flattens)
}

pub(crate) fn doc(text: &str) -> Option<TokenStream> {
    (!text.is_empty()).then(|| quote!(.doc(#text)))
}

pub(crate) fn aliases(names: &[Name]) -> Option<TokenStream> {
    let names = names.iter().map(|name| &name.text);
    (names.len() > 0).then(|| quote!(.aliases(&[#(#names),*])))
}

fn described(model: &Model, names: &Names, index: usize, field: &Field, key: &Key) -> TokenStream {
    let Names { hotconf, .. } = names;
    let Key { name, aliases: other_names, env, reading, secret, restart, flat, deprecated, example, .. } =
        key;
    let ty = &field.ty;
    let facts = facts(names, ty, reading);
    let rust_name = field.ident.to_string();
    let rust_name = rust_name.trim_start_matches("r#");
    let name = &name.text;
    let doc = doc(&field.doc);
    let aliases = aliases(other_names);
    let env = (!env.is_empty()).then(|| env_names(env));
    let default = default(model, names, index, key);
    let rules = (!key.rules.is_empty()).then(|| rules(hotconf, &key.rules));
    let deprecated = deprecated.as_ref().map(|remedy| quote!(.deprecated(#remedy)));
    let example = example.as_ref().map(|example| quote!(.example(#example)));
    let max_items = key.max_items.map(|most| quote!(.max_items(#most)));
    let merge = match &key.merge {
        Merge::Replace => None,
        Merge::Append => Some(quote!(.merge(#hotconf::Merge::Append))),
        Merge::ByKey(name) => Some(quote!(.merge(#hotconf::Merge::ByKey(#name)))),
    };
    let secret = secret.then(|| quote!(.secret()));
    let rust_name = (*name != *rust_name).then(|| quote!(.rust_name(#rust_name)));
    let restart = restart.then(|| quote!(.restart()));
    let flat = flat.then(|| quote!(.flat()));
    quote! {
        #hotconf::Field::new(#name, #facts)
            #rust_name #doc #aliases #env #default #rules #deprecated #example #max_items #merge #secret #restart
            #flat
    }
}

/// What a field is described by that its type knows.
fn facts(names: &Names, ty: &Type, reading: &Reading) -> TokenStream {
    let Names { hotconf, .. } = names;
    if reading.is_typed() {
        let value = as_value(names, ty);
        return quote!(#value::FACTS);
    }
    let (shape, is_secret) = (shape(names, ty, reading), secrecy(names, ty, reading));
    quote!(#hotconf::Facts { shape: #shape, is_secret: #is_secret })
}

pub(crate) fn shape(names: &Names, ty: &Type, reading: &Reading) -> TokenStream {
    let Names { hotconf, .. } = names;
    match reading {
        Reading::Typed => {
            let value = as_value(names, ty);
            quote!(#value::SHAPE_REF)
        }
        Reading::Whole | Reading::With(_) => {
            quote_spanned!(ty.span()=> <#hotconf::Whole<#ty>>::SHAPE_REF)
        }
    }
}

/// Whether the type is a secret wherever it stands.
pub(crate) fn secrecy(names: &Names, ty: &Type, reading: &Reading) -> TokenStream {
    let Names { hotconf, .. } = names;
    match reading {
        Reading::Typed => {
            let value = as_value(names, ty);
            quote!(#value::IS_SECRET)
        }
        Reading::Whole | Reading::With(_) => quote_spanned!(ty.span()=> #hotconf::is_secret!(#ty)),
    }
}

fn env_names(names: &[LitStr]) -> TokenStream {
    let names = names.iter().map(LitStr::value);
    quote!(.env(&[#(#names),*]))
}

fn rules(hotconf: &Ident, rules: &[Rule]) -> TokenStream {
    let rules = rules.iter().map(|Rule { name, arguments }| quote!(#hotconf::Rule::new(#name, #arguments)));
    quote!(.rules(const { &[#(#rules),*] }))
}

fn default(model: &Model, names: &Names, index: usize, key: &Key) -> Option<TokenStream> {
    let Names { hotconf, .. } = names;
    let value = match &key.presence {
        Presence::Required => return None,
        Presence::Empty if !key.reading.is_typed() => code(names, index, "Default::default()"),
        Presence::Empty => quote!(Empty),
        Presence::Literal(value) => {
            let value = literal(hotconf, value);
            quote!(Literal(&#value))
        }
        Presence::Expression(expression) => code(names, index, &source_text(quote!(#expression))),
        Presence::Filled(filling) => {
            let source = match filling {
                Filling::Default => "Default::default()".to_owned(),
                Filling::Call(path) => format!("{}()", source_text(quote!(#path))),
                Filling::FromStruct { .. } => format!("{}::default()", model.ident),
            };
            code(names, index, &source)
        }
    };
    Some(quote!(.default(#hotconf::DefaultValue::#value)))
}

fn code(names: &Names, index: usize, source: &str) -> TokenStream {
    let Names { hotconf, .. } = names;
    let value = call_of_default(names, index);
    quote!(Code { source: #source, value: || #hotconf::shown!(#value()) })
}

fn literal(hotconf: &Ident, literal_: &Literal) -> TokenStream {
    let value = match &literal_.value {
        Value::Bool(value) => quote!(Bool(#value)),
        Value::Integer(number) => quote!(Integer(#number)),
        Value::Float(number) => quote!(Float(#number)),
        Value::Text(text) => quote!(Text(#text)),
        Value::List(items) => {
            let items = items.iter().map(|item| literal(hotconf, item));
            quote!(List(&[#(#items),*]))
        }
    };
    quote!(#hotconf::Literal::#value)
}

/// The function that makes the default of a field, where an expression does.
pub(crate) fn call_of_default(names: &Names, index: usize) -> TokenStream {
    let Names { this, generics, defaults, .. } = names;
    let arguments = generics.apply(&[]);
    let function = Names::default_of_field(index);
    quote!(<#this as #defaults #arguments>::#function)
}

/// Each expression stands once, in a method of a local trait, so that a mistake in it is told once, and so that
/// `Self` means what it means in the struct.
pub(super) fn defaults(fields: &[(usize, &Field)], names: &Names) -> Option<TokenStream> {
    let Names { generics, defaults, .. } = names;
    let (parameters, arguments, wheres) = (generics.declare(&[]), generics.apply(&[]), generics.wheres(&[]));
    let mut declared = Vec::new();
    let mut defined = Vec::new();
    for (index, field) in fields {
        let Some(value) = value_of_default(field) else { continue };
        let function = Names::default_of_field(*index);
        let ty = &field.ty;
        declared.push(quote!(fn #function() -> #ty;));
        defined.push(quote! {
            fn #function() -> #ty {
                #value
            }
        });
    }
    (!defined.is_empty()).then(|| {
        let defined = implement(names, &quote!(#defaults #arguments), &[], &quote!(#(#defined)*));
        quote! {
            trait #defaults #parameters #wheres {
                #(#declared)*
            }
            #defined
        }
    })
}

fn value_of_default(field: &Field) -> Option<TokenStream> {
    let filling = match &field.role {
        Role::Skipped(filling) => filling,
        Role::Key(key) => match &key.presence {
            Presence::Expression(expression) => return Some(quote!(#expression)),
            Presence::Filled(filling) => filling,
            Presence::Empty if !key.reading.is_typed() => &Filling::Default,
            Presence::Empty | Presence::Required | Presence::Literal(_) => return None,
        },
    };
    let Field { ident, ty, .. } = field;
    Some(match filling {
        Filling::Default => quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default()),
        Filling::Call(path) => called(path),
        Filling::FromStruct { function: Some(path), .. } => {
            let of_struct = called(path);
            quote!({ let of_struct: Self = #of_struct; of_struct.#ident })
        }
        Filling::FromStruct { function: None, word } => {
            let of_struct = quote_spanned!(*word=> <Self as ::core::default::Default>::default());
            quote!(#of_struct.#ident)
        }
    })
}

pub(super) fn called(path: &Path) -> TokenStream {
    quote_spanned!(path.span()=> #path())
}
