//! [`IntoValue`]: how values of a program become configuration values.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Value;

/// What can be put into a configuration: by [`Hot::set`](crate::Hot::set), by [`Hot::update`](crate::Hot::update) and by
/// sources that hold values.
///
/// Implemented for the standard types that a field can have (a `Duration` becomes `"5s"`), for `Option` (`None` becomes
/// `null`), lists, tuples and maps of them. The derive [`HotConfig`](derive@crate::HotConfig) does it for enums and for
/// tuple structs of such values, the derive [`IntoValue`](derive@crate::IntoValue) for structs with named fields. A text
/// stays a text: `"8080"` is no number.
///
/// ```
/// use hotconf::{IntoValue, Value};
///
/// assert_eq!(vec!["a", "b"].into_value().to_string(), r#"["a", "b"]"#);
/// assert_eq!(None::<u16>.into_value(), Value::Null);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot become a configuration value",
    note = "numbers, texts, durations, addresses, paths, options, lists and maps can, enums that derive `HotConfig`, and structs that derive `IntoValue` too"
)]
pub trait IntoValue {
    /// The configuration value.
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl IntoValue for $integer {
            fn into_value(self) -> Value {
                i128::try_from(self).map_or_else(|_| Value::String(self.to_string()), Value::Integer)
            }
        }

        impl IntoValue for NonZero<$integer> {
            fn into_value(self) -> Value {
                self.get().into_value()
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

macro_rules! through_display {
    ($($text:ty),*) => {$(
        impl IntoValue for $text {
            fn into_value(self) -> Value {
                Value::String(self.to_string())
            }
        }
    )*};
}

through_display!(
    char,
    &str,
    &String,
    Box<str>,
    Arc<str>,
    IpAddr,
    Ipv4Addr,
    Ipv6Addr,
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6
);

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::Float(self)
    }
}

impl IntoValue for f32 {
    fn into_value(self) -> Value {
        // By way of the shortest text, so that 0.1 stays 0.1.
        Value::Float(self.to_string().parse().unwrap_or_else(|_| f64::from(self)))
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::String(self)
    }
}

impl IntoValue for Cow<'_, str> {
    fn into_value(self) -> Value {
        Value::String(self.into_owned())
    }
}

impl IntoValue for PathBuf {
    fn into_value(self) -> Value {
        self.as_path().into_value()
    }
}

impl IntoValue for &Path {
    fn into_value(self) -> Value {
        Value::String(self.to_string_lossy().into_owned())
    }
}

impl IntoValue for Duration {
    fn into_value(self) -> Value {
        Value::String(humantime::format_duration(self).to_string())
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, IntoValue::into_value)
    }
}

impl<T: IntoValue> IntoValue for Box<T> {
    fn into_value(self) -> Value {
        (*self).into_value()
    }
}

impl<T: IntoValue + Clone> IntoValue for Arc<T> {
    fn into_value(self) -> Value {
        Self::unwrap_or_clone(self).into_value()
    }
}

macro_rules! lists {
    ($($list:ty),*) => {$(
        impl<T: IntoValue> IntoValue for $list {
            fn into_value(self) -> Value {
                Value::List(self.into_iter().map(IntoValue::into_value).collect())
            }
        }
    )*};
}

lists!(Vec<T>, BTreeSet<T>, VecDeque<T>);

impl<T: IntoValue, H> IntoValue for HashSet<T, H> {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(IntoValue::into_value).collect())
    }
}

impl<T: IntoValue, const N: usize> IntoValue for [T; N] {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(IntoValue::into_value).collect())
    }
}

impl<T: IntoValue> IntoValue for Box<[T]> {
    fn into_value(self) -> Value {
        self.into_vec().into_value()
    }
}

impl<T: IntoValue + Clone> IntoValue for Arc<[T]> {
    fn into_value(self) -> Value {
        (&*self).into_value()
    }
}

impl<T: IntoValue + Clone> IntoValue for &[T] {
    fn into_value(self) -> Value {
        Value::List(self.iter().cloned().map(IntoValue::into_value).collect())
    }
}

macro_rules! tuples {
    ($($($item:ident)+;)*) => {$(
        impl<$($item: IntoValue),+> IntoValue for ($($item,)+) {
            #[allow(non_snake_case)] // a value is called as its type
            fn into_value(self) -> Value {
                let ($($item,)+) = self;
                Value::List(vec![$($item.into_value()),+])
            }
        }
    )*};
}

tuples! {
    T1; T1 T2; T1 T2 T3; T1 T2 T3 T4; T1 T2 T3 T4 T5; T1 T2 T3 T4 T5 T6; T1 T2 T3 T4 T5 T6 T7;
    T1 T2 T3 T4 T5 T6 T7 T8;
}

impl<K: ToString, T: IntoValue> IntoValue for BTreeMap<K, T> {
    fn into_value(self) -> Value {
        Value::Map(self.into_iter().map(|(key, value)| (key.to_string(), value.into_value())).collect())
    }
}

impl<K: ToString, T: IntoValue, H> IntoValue for HashMap<K, T, H> {
    fn into_value(self) -> Value {
        Value::Map(self.into_iter().map(|(key, value)| (key.to_string(), value.into_value())).collect())
    }
}

/// The secret in the clear: it belongs into a field that is a secret too.
#[cfg(feature = "secrecy")]
impl IntoValue for secrecy::SecretString {
    fn into_value(self) -> Value {
        secrecy::ExposeSecret::expose_secret(&self).into_value()
    }
}

/// The secret in the clear: it belongs into a field that is a secret too.
#[cfg(feature = "secrecy")]
impl<T: IntoValue + Clone + secrecy::zeroize::Zeroize> IntoValue for secrecy::SecretSlice<T>
where
    [T]: secrecy::zeroize::Zeroize,
{
    fn into_value(self) -> Value {
        secrecy::ExposeSecret::expose_secret(&self).into_value()
    }
}

/// The secret in the clear: it belongs into a field that is a secret too.
#[cfg(feature = "secrecy")]
impl<T: IntoValue + Clone + secrecy::zeroize::Zeroize> IntoValue for secrecy::SecretBox<T> {
    fn into_value(self) -> Value {
        secrecy::ExposeSecret::expose_secret(&self).clone().into_value()
    }
}
