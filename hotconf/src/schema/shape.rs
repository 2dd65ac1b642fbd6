//! What a value looks like in a source: one value, a section, a list, a map.

use std::fmt;

use super::{Field, Schema, Union, Variant};
use crate::value::{Value, View};

/// What a value looks like in a source.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Shape {
    /// A single value, or one that is read whole.
    Leaf(Leaf),
    /// A map with known keys.
    Section(fn() -> &'static Schema),
    /// A value that may be absent.
    Option(&'static Shape),
    /// Items in order, of one shape.
    List(&'static Shape),
    /// Items of one shape, whose order means nothing and of which two that are equal are one.
    Set(&'static Shape),
    /// Entries by name, of one shape.
    Map(&'static Shape),
    /// As many items as there are shapes here, each of its own.
    Tuple(&'static [&'static Shape]),
    /// One of a few variants, each with content of its own.
    Union(fn() -> &'static Union),
}

/// A single value.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Leaf {
    /// What it is, for people.
    pub(crate) name: &'static str,
    /// The value that the text or number in a source stands for, so that two spellings of it are equal;
    /// `None` where it does not fit the type.
    pub(crate) canonical: fn(View<'_>) -> Option<Value>,
    /// The value of the type's `Default`, where it has one that can be shown.
    pub(crate) empty: fn() -> Option<Value>,
    /// The names it can have, where it is one of a few.
    pub(crate) variants: &'static [Variant],
    /// Whether the text of a variable may hold JSON for it: true for types that are read whole.
    pub(crate) structured: bool,
}

impl Leaf {
    #[must_use]
    pub const fn new(name: &'static str, canonical: fn(View<'_>) -> Option<Value>) -> Self {
        Self { name, canonical, empty: || None, variants: &[], structured: false }
    }

    /// One of a few names.
    #[must_use]
    pub const fn choice(variants: &'static [Variant], canonical: fn(View<'_>) -> Option<Value>) -> Self {
        Self { variants, ..Self::new("choice", canonical) }
    }

    #[must_use]
    pub const fn empty(mut self, empty: fn() -> Option<Value>) -> Self {
        self.empty = empty;
        self
    }

    #[must_use]
    pub(crate) const fn structured(mut self) -> Self {
        self.structured = true;
        self
    }
}

impl Shape {
    /// The shape behind any `Option`.
    pub(crate) fn inner(&self) -> &Shape {
        match self {
            Shape::Option(inner) => inner.inner(),
            other => other,
        }
    }

    /// Whether absence is a value of it, or an empty section.
    pub(crate) fn is_optional(&self) -> bool {
        matches!(self, Shape::Option(_) | Shape::Section(_))
    }

    /// Whether it has keys that could stand beside those of others.
    #[must_use]
    pub const fn has_keys(&self) -> bool {
        match self {
            Shape::Option(inner) => inner.has_keys(),
            Shape::Leaf(leaf) => leaf.structured,
            Shape::Section(_) | Shape::Map(_) | Shape::Union(_) => true,
            Shape::List(_) | Shape::Set(_) | Shape::Tuple(_) => false,
        }
    }

    /// Whether it has items, or may have, that could be too many.
    #[must_use]
    pub const fn has_items(&self) -> bool {
        match self {
            Shape::Option(inner) => inner.has_items(),
            Shape::Leaf(leaf) => leaf.structured,
            Shape::List(_) | Shape::Set(_) | Shape::Tuple(_) | Shape::Map(_) | Shape::Union(_) => true,
            Shape::Section(_) => false,
        }
    }

    /// The shape of one item of a list or a tuple.
    pub(crate) fn item(&self, index: usize) -> Option<&'static Shape> {
        match self.inner() {
            Shape::List(item) | Shape::Set(item) => Some(item),
            Shape::Tuple(items) => items.get(index).copied(),
            _ => None,
        }
    }

    /// The shapes of the items of a list or a tuple; none of anything else.
    pub(crate) fn items(&self) -> Option<&[&'static Shape]> {
        match self.inner() {
            Shape::List(item) | Shape::Set(item) => Some(std::slice::from_ref(item)),
            Shape::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The schema of a section, also of one that may be absent.
    pub(crate) fn section(&self) -> Option<&'static Schema> {
        match self.inner() {
            Shape::Section(schema) => Some(schema()),
            _ => None,
        }
    }
}

/// The types that a walk has been to, known by the address of their facts, so that one that contains itself has an end.
#[derive(Default)]
pub(crate) struct Visited(Vec<*const ()>);

impl Visited {
    /// Whether the walk comes here for the first time.
    pub(crate) fn enters<T>(&mut self, facts: &'static T) -> bool {
        let address = std::ptr::from_ref(facts).cast();
        let is_new = !self.0.contains(&address);
        if is_new {
            self.0.push(address);
        }
        is_new
    }
}

/// What is looked for at any depth.
#[derive(Clone, Copy)]
struct Sought {
    field: fn(&Field) -> bool,
    variant: fn(&Variant) -> bool,
}

const SECRETS: Sought = Sought { field: |field| field.secret, variant: |variant| variant.is_secret };

const RESTARTS: Sought = Sought { field: |field| field.restart, variant: |_| false };

impl Shape {
    /// Whether anything of this shape is secret, so that what stands in its place by mistake must not be shown.
    pub(crate) fn has_secret(&self) -> bool {
        self.has(SECRETS, &mut Visited::default())
    }

    fn has(&self, sought: Sought, visited: &mut Visited) -> bool {
        match self {
            Shape::Leaf(_) => false,
            Shape::Option(inner) | Shape::List(inner) | Shape::Set(inner) | Shape::Map(inner) => {
                inner.has(sought, visited)
            }
            Shape::Tuple(items) => items.iter().any(|item| item.has(sought, visited)),
            Shape::Section(schema) => schema().has(sought, visited),
            Shape::Union(union) => union().has(sought, visited),
        }
    }

    /// What it is in one or two words, for a list of such.
    pub(super) fn brief(&self) -> &'static str {
        match self.inner() {
            Shape::Leaf(leaf) => leaf.name,
            Shape::Section(_) => "section",
            Shape::List(_) | Shape::Set(_) | Shape::Tuple(_) => "list",
            Shape::Map(_) => "map",
            Shape::Union(union) => union().name,
            Shape::Option(_) => "value",
        }
    }
}

impl Schema {
    /// Whether any key of the section, at any depth, is secret.
    pub(crate) fn has_secret(&'static self) -> bool {
        self.has(SECRETS, &mut Visited::default())
    }

    /// Whether any key of the section, at any depth, waits for restarts.
    pub(crate) fn has_restart(&'static self) -> bool {
        self.has(RESTARTS, &mut Visited::default())
    }

    fn has(&'static self, sought: Sought, visited: &mut Visited) -> bool {
        let mut fields = self.own_fields().iter();
        visited.enters(self) && fields.any(|field| (sought.field)(field) || field.shape.has(sought, visited))
    }
}

impl Union {
    /// Whether the content of any variant is, or has in it, a secret.
    pub(crate) fn has_secret(&'static self) -> bool {
        self.has(SECRETS, &mut Visited::default())
    }

    fn has(&'static self, sought: Sought, visited: &mut Visited) -> bool {
        let mut variants = self.variants.iter();
        visited.enters(self)
            && variants.any(|variant| {
                let content = variant.content;
                (sought.variant)(variant) || content.is_some_and(|content| content.has(sought, visited))
            })
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Leaf(Leaf { variants: [], name, .. }) => f.write_str(name),
            Shape::Leaf(Leaf { variants, .. }) => {
                let names: Vec<_> = variants.iter().map(|variant| variant.name).collect();
                write!(f, "one of {}", names.join(", "))
            }
            Shape::Section(schema) => write!(f, "section ({})", schema().name),
            Shape::Option(inner) => write!(f, "{inner}, optional"),
            Shape::List(item) => write!(f, "list of {item}"),
            Shape::Set(item) => write!(f, "set of {item}"),
            Shape::Map(item) => write!(f, "map of {item}"),
            Shape::Tuple(items) => {
                let items: Vec<_> = items.iter().map(ToString::to_string).collect();
                write!(f, "list of {} items ({})", items.len(), items.join("; "))
            }
            Shape::Union(union) => write!(f, "{}", union()),
        }
    }
}
