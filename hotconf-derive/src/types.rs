//! Types that no source can fill, as far as that shows in how they are written. Of some of them the compiler would speak
//! in dozens of errors.

use syn::{GenericArgument, PathArguments, Type, TypePath};

use crate::errors::Errors;

const SKIPPED: &str = "or keep the field out of the configuration with `#[serde(skip)]`";

/// The longest tuple that is read.
const LONGEST_TUPLE: usize = 8;

/// Reports what of a type cannot be read.
pub(crate) fn check(ty: &Type, errors: &mut Errors) {
    look(ty, false, errors);
}

/// Whether a field can have this type at all, be it one that is read or not.
pub(crate) fn is_of_a_field(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_of_a_field(&group.elem),
        Type::Paren(paren) => is_of_a_field(&paren.elem),
        Type::Path(path) => !is_text(path),
        Type::Slice(_) | Type::TraitObject(_) | Type::ImplTrait(_) | Type::Infer(_) => false,
        _ => true,
    }
}

/// Behind a pointer such as `Box` a type may be without a size of its own.
fn look(ty: &Type, is_behind_pointer: bool, errors: &mut Errors) {
    let fault = match ty {
        Type::Group(group) => return look(&group.elem, is_behind_pointer, errors),
        Type::Paren(paren) => return look(&paren.elem, is_behind_pointer, errors),
        Type::Array(array) => return look(&array.elem, false, errors),
        Type::Path(path) if is_text(path) && !is_behind_pointer => {
            "`str` has no size of its own; write `String`".to_owned()
        }
        Type::Path(path) => {
            let is_pointer =
                path.path.segments.last().is_some_and(|last| last.ident == "Box" || last.ident == "Arc");
            return arguments(path).for_each(|argument| look(argument, is_pointer, errors));
        }
        Type::Slice(slice) if is_behind_pointer => return look(&slice.elem, false, errors),
        Type::Slice(_) => "a slice has no size of its own; write `Vec<…>`".to_owned(),
        Type::Tuple(tuple) if tuple.elems.is_empty() => {
            format!("`()` holds nothing that a source could say; remove the field, {SKIPPED}")
        }
        Type::Tuple(tuple) if tuple.elems.len() > LONGEST_TUPLE => {
            format!("a tuple has {LONGEST_TUPLE} items at most; write a struct with named fields")
        }
        Type::Tuple(tuple) => return tuple.elems.iter().for_each(|item| look(item, false, errors)),
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if is_text(path) => "a configuration owns its values; write `String`".to_owned(),
            Type::Slice(_) => "a configuration owns its values; write `Vec<…>`".to_owned(),
            _ => "a configuration owns its values; write the type without the `&`".to_owned(),
        },
        Type::Ptr(_) => {
            format!("a pointer cannot be read from a source; write the type that it points to, {SKIPPED}")
        }
        Type::FnPtr(_) => {
            format!("a function cannot be read from a source; write an enum that says which, {SKIPPED}")
        }
        Type::TraitObject(_) => {
            format!(
                "no source says which type a trait object is; write an enum of those it may be, {SKIPPED}"
            )
        }
        Type::ImplTrait(_) | Type::Infer(_) => "a field needs a type that is written out".to_owned(),
        _ => return,
    };
    errors.push_over(ty, fault);
}

fn is_text(path: &TypePath) -> bool {
    path.qself.is_none() && path.path.is_ident("str")
}

/// What a standard type is made of. What another type does with its arguments is its own affair.
fn arguments(path: &TypePath) -> impl Iterator<Item = &Type> {
    const STANDARD: [&str; 9] =
        ["Option", "Vec", "VecDeque", "Box", "Arc", "BTreeMap", "HashMap", "BTreeSet", "HashSet"];
    let last = path.path.segments.last().filter(|last| STANDARD.iter().any(|name| last.ident == name));
    let arguments = match last.map(|last| &last.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => Some(arguments.args.iter()),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Whether the type looks like one of the standard library that hotconf reads. A type of the program may have the same
/// name, so nothing but how often a mistake is told may depend on it.
pub(crate) fn is_standard(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let takes_types = match &*last.ident.to_string() {
        "bool" | "char" | "f32" | "f64" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16"
        | "i32" => false,
        "i64" | "i128" | "isize" | "String" | "PathBuf" | "Duration" | "IpAddr" | "SocketAddr" => false,
        "Option" | "Vec" | "Box" | "Arc" | "BTreeMap" => true,
        _ => return false,
    };
    matches!(last.arguments, PathArguments::AngleBracketed(_)) == takes_types
        && arguments(path).all(is_standard)
}
