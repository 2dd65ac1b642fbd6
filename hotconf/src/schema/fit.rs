//! Whether a literal default can be a value of the field's type, asked while the program is compiled.

use super::field::Literal;
use super::shape::Shape;
use super::union::Variant;

impl Shape {
    /// Why the literal can be no value of this shape; `None` where it may be one, for not all can be told so early.
    #[must_use]
    pub const fn misfit(&self, literal: &Literal) -> Option<&'static str> {
        match self {
            Shape::Option(inner) => inner.misfit(literal),
            Shape::Section(_) => Some(
                "a section has no literal; write the defaults on its fields, or an expression of its type here",
            ),
            Shape::Map(_) => {
                Some("a map has no literal; write `default` alone for an empty one, or an expression")
            }
            Shape::Leaf(leaf) if leaf.variants.is_empty() => None,
            Shape::Leaf(leaf) => match literal {
                Literal::Text(name) if is_name(name, leaf.variants) => None,
                Literal::Text(_) => Some("no variant of this enum has the name that the default gives"),
                _ => Some("the default of an enum is the name of a variant, such as `default = \"info\"`"),
            },
            Shape::Tuple(items) => match literal {
                Literal::List(given) if given.len() == items.len() => {
                    let mut index = 0;
                    while index < given.len() {
                        if let Some(fault) = items[index].misfit(&given[index]) {
                            return Some(fault);
                        }
                        index += 1;
                    }
                    None
                }
                Literal::List(_) => Some("the default has another number of items than its type"),
                _ => None,
            },
            Shape::List(item) | Shape::Set(item) => match literal {
                Literal::List(given) => {
                    let mut index = 0;
                    while index < given.len() {
                        if let Some(fault) = item.misfit(&given[index]) {
                            return Some(fault);
                        }
                        index += 1;
                    }
                    None
                }
                _ => None,
            },
            // Its facts are behind a function, because it may contain itself.
            Shape::Union(_) => None,
        }
    }
}

impl Shape {
    /// Whether it may be the name of a map's entry: one value, and no section, list or map.
    #[must_use]
    pub const fn is_name(&self) -> bool {
        match self {
            Shape::Leaf(_) | Shape::Union(_) => true,
            Shape::Option(_)
            | Shape::Section(_)
            | Shape::List(_)
            | Shape::Set(_)
            | Shape::Map(_)
            | Shape::Tuple(_) => false,
        }
    }
}

/// Whether a variant has this name, or any name means one.
const fn is_name(name: &str, variants: &[Variant]) -> bool {
    let mut index = 0;
    while index < variants.len() {
        let variant = &variants[index];
        if variant.is_other || is_same(variant.name, name) {
            return true;
        }
        let mut alias = 0;
        while alias < variant.aliases.len() {
            if is_same(variant.aliases[alias], name) {
                return true;
            }
            alias += 1;
        }
        index += 1;
    }
    false
}

pub(super) const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut index = 0;
    while index < one.len() && index < other.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    one.len() == other.len()
}
