//! Literals in defaults: configuration values, and whether they fit the type that is written beside them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::str::FromStr;

use syn::punctuated::Punctuated;
use syn::{Expr, ExprArray, ExprLit, ExprUnary, GenericArgument, Lit, PathArguments, Token, Type, UnOp};

use crate::errors::Errors;

/// A configuration value with its place in the source.
#[derive(Clone)]
pub(crate) struct Literal {
    pub(crate) value: Value,
    source: Expr,
}

#[derive(Clone)]
pub(crate) enum Value {
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Literal>),
}

impl Literal {
    /// The value that `expression` writes, if it is one: a literal, a negative number, or a list of these. Anything
    /// else, such as a byte string or something in parentheses, is an expression of the field's type.
    pub(crate) fn read(expression: &Expr, errors: &mut Errors) -> Option<Self> {
        let value = match expression {
            // The shape that a literal has when a `macro_rules!` passed it on.
            Expr::Group(group) => return Self::read(&group.expr, errors),
            Expr::Array(ExprArray { elems, .. }) => {
                // All or none: in a list with an expression the literals are Rust values too.
                let items = elems.iter().map(|item| Self::read(item, errors));
                Value::List(items.collect::<Option<_>>()?)
            }
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match Self::read(expr, errors)?.value {
                Value::Integer(number) => Value::Integer(-number),
                Value::Float(number) => Value::Float(-number),
                _ => return None,
            },
            Expr::Lit(ExprLit { lit, .. }) => match lit {
                Lit::Bool(value) => Value::Bool(value.value),
                Lit::Str(text) => Value::Text(text.value()),
                Lit::Char(c) => Value::Text(c.value().to_string()),
                Lit::Int(number) => Value::Integer(number.base10_parse().unwrap_or_else(|_| {
                    errors.push(number.span(), "this is larger than a literal default can be");
                    0
                })),
                Lit::Float(number) => {
                    let parsed = number.base10_parse().unwrap_or(f64::INFINITY);
                    if parsed.is_infinite() {
                        errors.push(number.span(), "this is too large for `f64`");
                    }
                    Value::Float(if parsed.is_infinite() { 0.0 } else { parsed })
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(Self { value, source: expression.clone() })
    }

    /// Reports what of this value cannot be of the type `ty`, as far as the type is known from how it is written.
    pub(crate) fn check_type(&self, ty: &Type, errors: &mut Errors) {
        let Some(kind) = Kind::of(ty) else { return };
        let message = match (&self.value, kind) {
            (Value::List(items), Kind::List(_, Some(count))) if items.len() != count => {
                format!("this type needs {count} items, and here are {}", items.len())
            }
            (Value::List(items), Kind::List(item, _)) => {
                return items.iter().for_each(|literal| literal.check_type(item, errors));
            }
            (Value::List(items), Kind::Tuple(types)) if items.len() != types.len() => {
                format!("this type needs {} items, and here are {}", types.len(), items.len())
            }
            (Value::List(items), Kind::Tuple(types)) => {
                return types.iter().zip(items).for_each(|(ty, literal)| literal.check_type(ty, errors));
            }
            (_, Kind::Tuple(types)) => format!("this type needs a list of {} items", types.len()),
            (Value::Text(text), Kind::Parsed { reads, .. }) if reads(text) => return,
            (Value::Text(text), Kind::Parsed { what, example, .. }) => {
                format!("{text:?} is not {what}, such as `default = {example}`")
            }
            (_, Kind::Parsed { what, example, .. }) => {
                format!("this type needs {what}, such as `default = {example}`")
            }
            (_, Kind::Map) => {
                "a map has no literal; write `default` alone for an empty one, or an expression".to_owned()
            }
            (_, Kind::Optional(inner)) => return self.check_type(inner, errors),
            (Value::Integer(number), Kind::Integer { name, least, most }) => match number {
                number if *number < least => format!("{number} is too small for `{name}` (at least {least})"),
                number if u128::try_from(*number).is_ok_and(|number| number > most) => {
                    format!("{number} is too large for `{name}` (at most {most})")
                }
                _ => return,
            },
            (Value::Integer(_) | Value::Float(_), Kind::Float)
            | (Value::Bool(_), Kind::Bool)
            | (Value::Text(_), Kind::Text) => return,
            (_, Kind::Integer { name, .. }) => {
                format!("`{name}` needs a whole number, such as `default = 10`")
            }
            (Value::Text(_), Kind::Duration) => return,
            (_, Kind::Duration) => "`Duration` needs a unit, such as `default = \"30s\"`".to_owned(),
            (_, Kind::Float) => "this type needs a number, such as `default = 0.5`".to_owned(),
            (_, Kind::Bool) => "`bool` needs `true` or `false`".to_owned(),
            (_, Kind::Text) => "this type needs text, such as `default = \"…\"`".to_owned(),
            (_, Kind::List(..)) => "this type needs a list, such as `default = [1, 2]`".to_owned(),
        };
        errors.push_over(&self.source, message);
    }

    /// The number this is, for comparisons.
    pub(crate) fn number(&self) -> Option<Number> {
        match self.value {
            Value::Integer(number) => Some(Number::Whole(number)),
            Value::Float(number) => Some(Number::Broken(number)),
            _ => None,
        }
    }

    pub(crate) fn source(&self) -> &Expr {
        &self.source
    }
}

/// A number as it was written.
#[derive(Clone, Copy)]
pub(crate) enum Number {
    Whole(i128),
    Broken(f64),
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (*self, *other) {
            (Self::Whole(number), Self::Whole(other)) => Some(number.cmp(&other)),
            (Self::Broken(number), Self::Broken(other)) => number.partial_cmp(&other),
            (Self::Whole(number), Self::Broken(other)) => (number as f64).partial_cmp(&other),
            (Self::Broken(number), Self::Whole(other)) => number.partial_cmp(&(other as f64)),
        }
    }
}

/// What the name of a type says of its values. A type of the same name that is not the standard one is taken for it.
enum Kind<'t> {
    Integer {
        name: String,
        least: i128,
        most: u128,
    },
    Float,
    Bool,
    Text,
    Duration,
    /// A text of a form of its own: what that is, an example, and whether a text has it.
    Parsed {
        what: &'static str,
        example: &'static str,
        reads: fn(&str) -> bool,
    },
    Optional(&'t Type),
    /// With the number of its items, where it is always the same.
    List(&'t Type, Option<usize>),
    Tuple(&'t Punctuated<Type, Token![,]>),
    Map,
}

const CHARACTER: Kind<'static> =
    Kind::Parsed { what: "one character", example: "'x'", reads: |text| text.chars().count() == 1 };

const fn address(reads: fn(&str) -> bool, example: &'static str) -> Kind<'static> {
    Kind::Parsed { what: "an IP address", example, reads }
}

const fn socket(reads: fn(&str) -> bool, example: &'static str) -> Kind<'static> {
    Kind::Parsed { what: "an IP address with a port", example, reads }
}

fn is_a<T: FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

impl<'t> Kind<'t> {
    fn of(ty: &'t Type) -> Option<Self> {
        let path = match ty {
            Type::Group(group) => return Self::of(&group.elem),
            Type::Array(array) => return Some(Self::List(&array.elem, count(&array.len))),
            Type::Tuple(tuple) => return Some(Self::Tuple(&tuple.elems)),
            Type::Path(path) => &path.path,
            _ => return None,
        };
        let last = path.segments.last()?;
        let name = last.ident.to_string();
        let (least, most) = match (&*name, first_type(&last.arguments)) {
            ("Option", Some(inner)) => return Some(Self::Optional(inner)),
            ("Vec" | "VecDeque" | "BTreeSet" | "HashSet", Some(item)) => return Some(Self::List(item, None)),
            ("BTreeMap" | "HashMap", _) => return Some(Self::Map),
            ("char", _) => return Some(CHARACTER),
            ("IpAddr", _) => return Some(address(is_a::<IpAddr>, "\"127.0.0.1\"")),
            ("Ipv4Addr", _) => return Some(address(is_a::<Ipv4Addr>, "\"127.0.0.1\"")),
            ("Ipv6Addr", _) => return Some(address(is_a::<Ipv6Addr>, "\"::1\"")),
            ("SocketAddr", _) => return Some(socket(is_a::<SocketAddr>, "\"127.0.0.1:8080\"")),
            ("SocketAddrV4", _) => return Some(socket(is_a::<SocketAddrV4>, "\"127.0.0.1:8080\"")),
            ("SocketAddrV6", _) => return Some(socket(is_a::<SocketAddrV6>, "\"[::1]:8080\"")),
            ("PathBuf", _) => return Some(Self::Text),
            ("f32" | "f64", _) => return Some(Self::Float),
            ("bool", _) => return Some(Self::Bool),
            ("String", _) => return Some(Self::Text),
            ("Duration", _) => return Some(Self::Duration),
            ("NonZeroU8", _) => (1, u8::MAX.into()),
            ("NonZeroU16", _) => (1, u16::MAX.into()),
            ("NonZeroU32", _) => (1, u32::MAX.into()),
            ("NonZeroU64" | "NonZeroUsize", _) => (1, u64::MAX.into()),
            ("NonZeroU128", _) => (1, u128::MAX),
            ("u8", _) => (0, u8::MAX.into()),
            ("u16", _) => (0, u16::MAX.into()),
            ("u32", _) => (0, u32::MAX.into()),
            ("u64" | "usize", _) => (0, u64::MAX.into()),
            ("u128", _) => (0, u128::MAX),
            ("i8", _) => (i8::MIN.into(), 0x7f),
            ("i16", _) => (i16::MIN.into(), 0x7fff),
            ("i32", _) => (i32::MIN.into(), 0x7fff_ffff),
            ("i64" | "isize", _) => (i64::MIN.into(), 0x7fff_ffff_ffff_ffff),
            ("i128", _) => (i128::MIN, i128::MAX.unsigned_abs()),
            _ => return None,
        };
        Some(Self::Integer { name, least, most })
    }
}

/// The length of an array, where it is written as a number.
fn count(length: &Expr) -> Option<usize> {
    match length {
        Expr::Lit(ExprLit { lit: Lit::Int(count), .. }) => count.base10_parse().ok(),
        _ => None,
    }
}

fn first_type(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
