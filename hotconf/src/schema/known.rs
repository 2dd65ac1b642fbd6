//! The names that a type has in it, at any depth: they are written in the program, and none is a secret.

use super::shape::Visited;
use super::{Schema, Shape, Union};

impl Schema {
    /// Whether any key of the section, at any depth, has this name.
    pub(crate) fn has_name(&'static self, name: &str) -> bool {
        self.has_name_but_in(name, &mut Visited::default())
    }

    fn has_name_but_in(&'static self, name: &str, visited: &mut Visited) -> bool {
        let mut fields = self.own_fields().iter();
        visited.enters(self)
            && fields.any(|field| {
                let is_its_own = !field.is_flat && (field.name == name || field.aliases.contains(&name));
                is_its_own || field.shape.has_name_but_in(name, visited)
            })
    }
}

impl Shape {
    fn has_name_but_in(&self, name: &str, visited: &mut Visited) -> bool {
        match self {
            Shape::Leaf(_) => false,
            Shape::Option(inner) | Shape::List(inner) | Shape::Set(inner) | Shape::Map(inner) => {
                inner.has_name_but_in(name, visited)
            }
            Shape::Tuple(items) => items.iter().any(|item| item.has_name_but_in(name, visited)),
            Shape::Section(schema) => schema().has_name_but_in(name, visited),
            Shape::Union(union) => union().has_name_but_in(name, visited),
        }
    }
}

impl Union {
    fn has_name_but_in(&'static self, name: &str, visited: &mut Visited) -> bool {
        let mut contents = self.variants.iter().filter_map(|variant| variant.content);
        visited.enters(self) && contents.any(|content| content.has_name_but_in(name, visited))
    }
}
