//! An enum whose variants have content: their names, and how a source says which one it means.

use std::fmt;

use super::Shape;
use crate::value::Value;

/// One of a few variants, each with content of its own.
#[doc(hidden)]
pub struct Union {
    pub(crate) name: &'static str,
    pub(crate) tagging: Tagging,
    pub(crate) variants: &'static [Variant],
    /// The value of the type's `Default`, where it has one that can be shown.
    pub(crate) empty: fn() -> Option<Value>,
}

/// How a source says which variant it means. The terms are serde's.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagging {
    /// By a map whose one key is the name: `{ s3 = { bucket = "a" } }`; without content by the name alone.
    External,
    /// By a key beside those of the content: `{ type = "s3", bucket = "a" }`.
    Internal { tag: &'static str },
    /// By a key beside the one that has the content: `{ type = "s3", options = { bucket = "a" } }`.
    Adjacent { tag: &'static str, content: &'static str },
    /// Not at all: the first variant that the content fits.
    Untagged,
}

/// One variant of an enum.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Variant {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) doc: &'static str,
    /// What the variant holds; `None` for one without content.
    pub(crate) content: Option<&'static Shape>,
    /// Whether the content is shown nowhere.
    pub(crate) is_secret: bool,
    /// Whether every name that is none of the others means this variant.
    pub(crate) is_other: bool,
}

impl Union {
    #[must_use]
    pub const fn new(name: &'static str, tagging: Tagging, variants: &'static [Variant]) -> Self {
        Self { name, tagging, variants, empty: || None }
    }

    #[must_use]
    pub const fn empty(mut self, empty: fn() -> Option<Value>) -> Self {
        self.empty = empty;
        self
    }

    /// What the variant with this number holds, where it has content.
    #[must_use]
    pub(crate) fn content(&self, number: usize) -> Option<&'static Shape> {
        self.variants.get(number)?.content
    }
}

impl Tagging {
    /// The variant of this name, with what it holds, as a source writes it.
    #[must_use]
    pub fn written(self, name: &str, content: Option<Value>) -> Value {
        let map = |entries: Vec<(&str, Value)>| {
            Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        };
        let name_value = Value::String(name.to_owned());
        match (self, content) {
            (Self::Untagged, content) => content.unwrap_or_default(),
            (Self::External, None) => name_value,
            (Self::External, Some(content)) => map(vec![(name, content)]),
            (Self::Internal { .. }, Some(Value::Secret)) => Value::Secret,
            (Self::Internal { tag }, Some(Value::Map(mut entries))) => {
                entries.insert(tag.to_owned(), name_value);
                Value::Map(entries)
            }
            (Self::Internal { tag } | Self::Adjacent { tag, .. }, None) => map(vec![(tag, name_value)]),
            // What is no map has no place for the tag, and is no content of such a variant.
            (Self::Internal { tag }, Some(_)) => map(vec![(tag, name_value)]),
            (Self::Adjacent { tag, content: key }, Some(content)) => {
                map(vec![(tag, name_value), (key, content)])
            }
        }
    }
}

impl Variant {
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, aliases: &[], doc: "", content: None, is_secret: false, is_other: false }
    }

    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    #[must_use]
    pub const fn content(mut self, shape: &'static Shape) -> Self {
        self.content = Some(shape);
        self
    }

    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// The same with a secret for content where the type of it is one.
    #[must_use]
    pub const fn secret_if(mut self, is_secret: bool) -> Self {
        self.is_secret |= is_secret;
        self
    }

    #[must_use]
    pub const fn other(mut self) -> Self {
        self.is_other = true;
        self
    }

    /// The number of the variant that sources call `name`, by its own name or one of its aliases.
    pub(crate) fn named(name: &str, variants: &[Self]) -> Option<usize> {
        let named = |variant: &Self| variant.name == name || variant.aliases.contains(&name);
        variants.iter().position(named).or_else(|| variants.iter().position(|variant| variant.is_other))
    }

    /// The names that a source may write, the one of the others left out because it stands for any.
    pub(crate) fn names(variants: &[Self]) -> impl Iterator<Item = &'static str> {
        variants.iter().filter(|variant| !variant.is_other).map(|variant| variant.name)
    }
}

impl fmt::Display for Union {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variants = self.variants.iter().map(|variant| match (variant.content, self.tagging) {
            (Some(content), Tagging::Untagged) => content.brief().to_owned(),
            (Some(content), _) => format!("{} ({})", variant.name, content.brief()),
            (None, _) => variant.name.to_owned(),
        });
        write!(f, "one of {}", variants.collect::<Vec<_>>().join(", "))
    }
}
