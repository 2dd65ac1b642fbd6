//! The derive macro of hotconf. Use it through the crate `hotconf`, which re-exports it.
#![forbid(unsafe_code)]

mod attr;
mod case;
mod check;
mod errors;
mod expand;
mod literal;
mod model;
mod text;
mod types;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// # What it makes
///
/// | of | is made |
/// |---|---|
/// | a struct with named fields | a section: `HotConfig`, a schema, and typed keys from its function `keys()` |
/// | an enum of unit variants | one value, given by the name of a variant |
/// | an enum whose variants hold something | one key; how a source says which variant it means is serde's: by the one key of a map, or as `tag`, `content` and `untagged` say |
/// | a tuple struct of one field | what the field is, also for a bare `#[hot(default)]` |
/// | a tuple struct of more fields | one key: a list of exactly so many items |
///
/// A type may have type and const parameters with bounds and defaults. A type parameter has to be a configuration type
/// where a field is read by it, `Deserialize` where a field is read whole, and always `'static`; these bounds are added
/// to what is generated. Reading the current value of a root with parameters takes a slower path than that of one
/// without.
///
/// Mistakes in attributes are compile errors that say what to do, all of them at once. No word is passed over in silence.
///
/// # `#[hot(...)]` on a field
///
/// | word | meaning |
/// |---|---|
/// | `default` | the type's empty value, where no source has one |
/// | `default = <literal>` | a configuration value, read as if the lowest layer had it: `8000`, `"30s"`, `["a", "b"]` |
/// | `default = <expression>` | a value of the field's type, taken as it is; parentheses make a literal one |
/// | `env = "NAME"` | read this environment variable too, whatever the prefix; may be repeated |
/// | `secret` | the value is shown nowhere; on a section nothing beneath it is |
/// | `restart` | a change waits for a restart |
/// | `leaf` | read the type whole by its `Deserialize` |
/// | `deprecated = "…"` | still works, and warns with this text where it is set |
/// | `example = "…"` | shown in templates and documentation |
/// | `max_items = N` | refuse a longer list or map |
/// | `merge = "append"`, `"by-key(name)"` | make one list of those of all layers, instead of taking the strongest one's |
///
/// On a field of a variant all of them are possible but `env` and `restart`; these stand on the field that has the enum.
/// A variant with one unnamed field may mark it `secret` and `leaf`. The fields of tuple structs take `leaf` only.
///
/// # `#[hot(...)]` on a type
///
/// | word | on | meaning |
/// |---|---|---|
/// | `keys = name` | structs with named fields | call the function that gives the typed keys `name` |
/// | `unknown = "deny"`, `"warn"`, `"ignore"` | the same, and enums with data | what is done about keys that are not fields |
/// | `crate = path` | all | where the crate hotconf is found |
///
/// # `#[serde(...)]`
///
/// The words mean what they mean to serde; the type need not derive `Deserialize`.
///
/// | on | words |
/// |---|---|
/// | structs | `rename_all`, `default`, `deny_unknown_fields`, `transparent`, `from`, `try_from` |
/// | enums | `rename_all`, `rename_all_fields`, `deny_unknown_fields`, `tag`, `content`, `untagged`, `from`, `try_from` |
/// | variants | `rename`, `alias`, `skip`, `skip_deserializing`, `rename_all`, `other` |
/// | fields | `rename`, `alias`, `default`, `skip`, `skip_deserializing`, `with`, `deserialize_with`, `flatten` |
///
/// Words that only concern writing have no effect; every other one is an error that names a way round.
///
/// A type with `from` or `try_from` is one key, of the shape of the type that it is made from, which must be a
/// configuration type itself; what `try_from` says in failing is a problem at the place of the value. The function of
/// `with` or `deserialize_with` reads the field whole, as a `leaf` is read.
///
/// The keys of a field with `flatten`, which is a section, a map or an enum with data, stand beside those of the others:
/// a map takes those that nobody else knows. The field itself has no name in any source, and its typed key is that of the
/// section it is in.
///
/// # `#[validate(...)]`
///
/// Where the struct or a field has it, the struct must derive `Validate` of the crate `validator`; the rules are part of
/// every load. This needs hotconf's feature `validator`.
#[proc_macro_derive(HotConfig, attributes(hot, serde, validate))]
pub fn derive_hot_config(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    derive(&input, cfg!(feature = "validator")).into()
}

/// `HotConfig` does the same for every other type that it derives, where what they hold can become a value. All fields
/// must be `IntoValue`, and the struct must not implement `Drop`. It reads the attributes that `HotConfig` reads.
#[proc_macro_derive(IntoValue, attributes(hot, serde, validate))]
pub fn derive_into_value(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    derive_value(&input).into()
}

/// What is wrong with the attributes `HotConfig` tells of; without that derive there is nothing to set.
fn derive_value(input: &DeriveInput) -> TokenStream {
    let mut errors = errors::Errors::new();
    let model = model::read(input, true, &mut errors);
    match (errors.finish(), model) {
        (Ok(()), Some(model)) if matches!(model.body, model::Body::Section(_)) => {
            expand::expand_into_value(input, &model)
        }
        (Ok(()), _) => {
            let fault =
                "`HotConfig` makes values of such a type by itself; remove `IntoValue` from the derives";
            syn::Error::new(input.ident.span(), fault).into_compile_error()
        }
        (Err(_), _) => TokenStream::new(),
    }
}

fn derive(input: &DeriveInput, validator: bool) -> TokenStream {
    let mut errors = errors::Errors::new();
    let mut model = model::read(input, validator, &mut errors);
    if let Some(model) = &mut model {
        check::check(model, &mut errors);
    }
    match (errors.finish(), model) {
        (Ok(()), Some(model)) => expand::expand(input, &model),
        (Err(error), Some(model)) if check::is_beyond_repair(&model) => error.into_compile_error(),
        (result, model) => errors::fallback::expand(input, model.as_ref(), result.err()),
    }
}
