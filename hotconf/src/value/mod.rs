//! Values that stand by themselves: [`Value`], and [`View`], the sight of one that stands somewhere.
//!
//! Invariant: knows no tree and no schema.

mod into_value;

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

pub use into_value::IntoValue;

/// A configuration value of any type, as [`Hot::get`](crate::Hot::get) and [`Hot::values`](crate::Hot::values) give it
/// and as sources and overrides put it in.
///
/// A secret is a [`Value::Secret`], which holds nothing: it prints and serializes as `***`. `Display` is the value as
/// it would stand in a file.
///
/// What a program makes becomes one by [`IntoValue`]. To read one as a type of the program, ask the store:
/// [`Hot::get_as`](crate::Hot::get_as). It is serialized, and not deserialized: the mask of a secret would come back as
/// its value.
///
/// ```
/// use hotconf::{IntoValue, Value};
/// use std::time::Duration;
///
/// assert_eq!(8080.into_value(), Value::Integer(8080));
/// assert_eq!(Duration::from_secs(90).into_value().to_string(), "\"1m 30s\"");
/// assert_eq!(Value::Secret.to_string(), "***");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// An explicit nothing: what lower layers say is discarded.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number. One above `i128::MAX` is kept as [`Value::String`].
    Integer(i128),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    String(String),
    /// Values in order.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
    /// A value that is shown nowhere.
    Secret,
}

impl Value {
    /// The value of this entry of a map; `None` where there is no such entry, and for anything that is no map. One step
    /// only: a dotted path is for [`Hot::get`](crate::Hot::get).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.get(key),
            _ => None,
        }
    }

    /// The text of a [`Value::String`].
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a [`Value::Integer`], where it fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => i64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The number of a [`Value::Float`] or, as near as can be, of a [`Value::Integer`].
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Float(number) => Some(*number),
            Value::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// The items of a [`Value::List`].
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a [`Value::Map`].
    ///
    /// ```
    /// use hotconf::{Hot, HotConfig};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 4)]
    ///     workers: usize,
    ///     #[hot(default = [0.5, 1.0])]
    ///     shares: Vec<f64>,
    /// }
    ///
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// let values = cfg.values();
    /// let names: Vec<_> = values.as_map().unwrap().keys().collect();
    /// assert_eq!(names, ["shares", "workers"]);
    /// let shares = values.get("shares").unwrap().as_list().unwrap();
    /// assert_eq!(shares[1].as_f64(), Some(1.0));
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether it is [`Value::Null`].
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The truth of a [`Value::Bool`].
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Integer(value) => write!(f, "{value}"),
            Value::Float(value) => write!(f, "{value:?}"),
            Value::String(value) => write!(f, "{value:?}"),
            Value::Secret => f.write_str("***"),
            Value::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    let separator = if i > 0 { ", " } else { "" };
                    write!(f, "{separator}{item}")?;
                }
                f.write_str("]")
            }
            Value::Map(entries) => {
                f.write_str("{")?;
                for (i, (key, value)) in entries.iter().enumerate() {
                    let separator = if i > 0 { ", " } else { " " };
                    write!(f, "{separator}{key} = {value}")?;
                }
                f.write_str(if entries.is_empty() { "}" } else { " }" })
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            // Formats differ in the widest integer that they can write, and i64 is in all of them.
            Value::Integer(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(small), _) => serializer.serialize_i64(small),
                (_, Ok(positive)) => serializer.serialize_u64(positive),
                _ => serializer.serialize_i128(*value),
            },
            Value::Float(value) => serializer.serialize_f64(*value),
            Value::String(value) => serializer.serialize_str(value),
            Value::Secret => serializer.serialize_str("***"),
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// A single value as it is seen by the type that reads it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum View<'a> {
    /// An explicit null.
    Null,
    Bool(bool),
    Integer(i128),
    /// The digits of a whole number of any size.
    Digits(&'a str),
    Float(f64),
    Text(&'a str),
    /// Text to be read by type.
    Raw(&'a str),
    /// A date or a time, as written.
    Time(&'a str),
    List,
    Map,
}
