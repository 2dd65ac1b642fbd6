//! Every struct that a configuration is made of, at any depth.

use super::shape::Visited;
use super::{Schema, Shape};

/// Takes a schema, and the path of the first place that it stands at.
pub(crate) type Visit<'v> = dyn FnMut(&'static Schema, &[&'static str]) + 'v;

impl Schema {
    /// Visits this schema and all beneath it, each once.
    pub(crate) fn visit_all(&'static self, visit: &mut Visit<'_>) {
        self.visit_from(&mut Vec::new(), &mut Visited::default(), visit);
    }

    fn visit_from(&'static self, path: &mut Vec<&'static str>, visited: &mut Visited, visit: &mut Visit<'_>) {
        if !visited.enters(self) {
            return;
        }
        visit(self, path);
        for field in self.fields {
            if let Shape::Leaf(_) = field.shape {
                continue;
            }
            let depth = path.len();
            path.extend((!field.is_flat).then_some(field.name));
            field.shape.visit_from(path, visited, visit);
            path.truncate(depth);
        }
    }
}

impl Shape {
    fn visit_from(&self, path: &mut Vec<&'static str>, visited: &mut Visited, visit: &mut Visit<'_>) {
        match self {
            Shape::Leaf(_) => {}
            Shape::Option(inner) | Shape::List(inner) | Shape::Set(inner) | Shape::Map(inner) => {
                inner.visit_from(path, visited, visit);
            }
            Shape::Tuple(items) => items.iter().for_each(|item| item.visit_from(path, visited, visit)),
            Shape::Section(schema) => schema().visit_from(path, visited, visit),
            Shape::Union(union) => {
                let union = union();
                if visited.enters(union) {
                    let contents = union.variants.iter().filter_map(|variant| variant.content);
                    contents.for_each(|content| content.visit_from(path, visited, visit));
                }
            }
        }
    }
}
