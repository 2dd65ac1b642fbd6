//! One field: what the derive knows of it.

use std::fmt;

use super::{Merge, Shape};
use crate::key::KeyPath;
use crate::value::Value;

/// One field of a configuration struct. Written by the derive.
#[doc(hidden)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) rust_name: &'static str,
    pub(crate) shape: &'static Shape,
    pub(crate) doc: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) env: &'static [&'static str],
    pub(crate) default: DefaultValue,
    pub(crate) rules: &'static [Rule],
    pub(crate) deprecated: Option<&'static str>,
    pub(crate) example: Option<&'static str>,
    pub(crate) max_items: Option<usize>,
    pub(crate) secret: bool,
    pub(crate) restart: bool,
    /// Whether its keys stand beside those of the section that it is in, and it has none of its own.
    pub(crate) is_flat: bool,
    pub(crate) merge: Merge,
    /// Whether nothing of the above asks for more than that its value is read.
    pub(crate) is_plain: bool,
}

/// What a field is described by that its type knows.
#[derive(Clone, Copy)]
pub struct Facts {
    /// What a value looks like.
    pub shape: &'static Shape,
    /// Whether it is a secret wherever it stands.
    pub is_secret: bool,
}

impl Field {
    #[must_use]
    pub const fn new(name: &'static str, facts: Facts) -> Self {
        let Facts { shape, is_secret } = facts;
        Self {
            name,
            rust_name: name,
            shape,
            doc: "",
            aliases: &[],
            env: &[],
            default: DefaultValue::None,
            rules: &[],
            deprecated: None,
            example: None,
            max_items: None,
            secret: is_secret,
            restart: false,
            is_flat: false,
            merge: Merge::Replace,
            is_plain: true,
        }
    }

    /// Its key in the section at this path: that of the section itself for a flattened field.
    pub(crate) fn path_in(&self, section: &KeyPath) -> KeyPath {
        if self.is_flat { section.clone() } else { section.join(self.name) }
    }

    /// Whether it has a value where no source has one.
    pub(crate) fn has_default(&self) -> bool {
        !matches!(self.default, DefaultValue::None)
    }

    /// What the field is called in the program, where that is not its name.
    #[must_use]
    pub const fn rust_name(mut self, name: &'static str) -> Self {
        self.rust_name = name;
        self
    }

    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    #[must_use]
    pub const fn env(mut self, names: &'static [&'static str]) -> Self {
        self.env = names;
        self
    }

    #[must_use]
    pub const fn default(mut self, default: DefaultValue) -> Self {
        self.default = default;
        self
    }

    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    #[must_use]
    pub const fn deprecated(mut self, remedy: &'static str) -> Self {
        self.deprecated = Some(remedy);
        self.is_plain = false;
        self
    }

    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    #[must_use]
    pub const fn max_items(mut self, most: usize) -> Self {
        self.max_items = Some(most);
        self.is_plain = false;
        self
    }

    #[must_use]
    pub const fn merge(mut self, merge: Merge) -> Self {
        self.merge = merge;
        self.is_plain = false;
        self
    }

    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    #[must_use]
    pub const fn restart(mut self) -> Self {
        self.restart = true;
        self
    }

    #[must_use]
    pub const fn flat(mut self) -> Self {
        self.is_flat = true;
        self.is_plain = false;
        self
    }
}

/// What a field is when no source sets it.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum DefaultValue {
    /// There is none: the key is required, unless its type has a value for absence.
    None,
    /// The type's empty value.
    Empty,
    /// A configuration value, read as if it stood in the lowest layer.
    Literal(&'static Literal),
    /// An expression: its source text, and its value where the type has one to show.
    Code { source: &'static str, value: fn() -> Option<Value> },
}

/// A configuration value written in a default.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(&'static str),
    List(&'static [Literal]),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Bool(value) => write!(f, "{value}"),
            Literal::Integer(value) => write!(f, "{value}"),
            Literal::Float(value) => write!(f, "{value:?}"),
            Literal::Text(value) => write!(f, "{value:?}"),
            Literal::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    let separator = if i > 0 { ", " } else { "" };
                    write!(f, "{separator}{item}")?;
                }
                f.write_str("]")
            }
        }
    }
}

/// One `#[validate(...)]` rule, as it was written: for documentation and templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    name: &'static str,
    arguments: &'static str,
}

impl Rule {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, arguments: &'static str) -> Self {
        Self { name, arguments }
    }

    /// The rule's name: `range`, `length`, `email`, …
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What stands in its parentheses, as written: `min = 1, max = 512`; empty where there are none.
    #[must_use]
    pub fn arguments(&self) -> &'static str {
        self.arguments
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.arguments {
            "" => f.write_str(self.name),
            arguments => write!(f, "{}({arguments})", self.name),
        }
    }
}
