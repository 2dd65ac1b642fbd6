//! Sections as sources see them, who cannot tell the keys of a flattened field from those beside it.

use super::shape::Visited;
use super::{DefaultValue, Field, Leaf, Marks, Schema, Shape, Tagging, Union, Variant};
use crate::value::{Value, View};

/// What sources mean by one name within a section.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    /// The name that it has there; `None` for what has no name of its own: an entry of a flattened map.
    pub(crate) name: Option<&'static str>,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) shape: &'static Shape,
    pub(crate) default: DefaultValue,
    /// Its own marks, and those of the flattened sections that it is in.
    pub(crate) marks: Marks,
    /// The field that it is, or is part of.
    pub(crate) field: &'static Field,
    /// The flattened enum that has it, with the marks that the enum itself stands under. It is a key only where the variant
    /// that stands there has it.
    pub(crate) union: Option<(&'static Union, Marks)>,
    /// The field itself, where its list is made of those of several layers.
    pub(crate) merging: Option<&'static Field>,
}

/// The names that a flattened field takes from the section it is in.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) names: Vec<&'static str>,
    /// Whether it takes every name besides that nobody else does.
    pub(crate) takes_rest: bool,
    visited: Visited,
}

/// The name of a variant, where it stands for itself.
const TAG: &Shape = &Shape::Leaf(Leaf::new("name of a variant", |view| match view {
    View::Text(text) | View::Raw(text) => Some(Value::String(text.to_owned())),
    _ => None,
}));

/// The content of a variant, where it has a key of its own that does not tell which variant it is of.
const CONTENT: &Shape = &Shape::Leaf(Leaf::new("content of a variant", |_| None).structured());

impl Schema {
    /// What sources mean by `name`: a field by its own name or an alias, one of a flattened section, an entry of a
    /// flattened map.
    pub(crate) fn member(&'static self, name: &str) -> Option<Member> {
        let named = self.named(name, Marks::default(), &mut Visited::default());
        named.or_else(|| self.unnamed(Marks::default(), &mut Visited::default()))
    }

    fn named(&'static self, name: &str, marks: Marks, visited: &mut Visited) -> Option<Member> {
        if !visited.enters(self) {
            return None;
        }
        let mut own = self.fields.iter().filter(|field| !field.is_flat);
        let by_name = own.clone().find(|field| field.name == name);
        if let Some(field) = by_name.or_else(|| own.find(|field| field.aliases.contains(&name))) {
            return Some(Member {
                name: Some(field.name),
                aliases: field.aliases,
                shape: field.shape,
                default: field.default,
                marks: marks.with(field),
                field,
                union: None,
                merging: field.merging(),
            });
        }
        self.flat_fields().find_map(|field| {
            let marks = marks.with(field);
            match field.shape.inner() {
                Shape::Section(schema) => schema().named(name, marks, visited),
                Shape::Union(union) => union().member(name, field, marks, visited),
                _ => None,
            }
        })
    }

    /// What takes the names that nobody knows.
    fn unnamed(&'static self, marks: Marks, visited: &mut Visited) -> Option<Member> {
        if !visited.enters(self) {
            return None;
        }
        self.flat_fields().find_map(|field| {
            let marks = marks.with(field);
            let entry = |shape| Member {
                name: None,
                aliases: &[],
                shape,
                default: DefaultValue::None,
                marks,
                field,
                union: None,
                merging: None,
            };
            match field.shape.inner() {
                Shape::Section(schema) => schema().unnamed(marks, visited),
                Shape::Union(union) => {
                    let union = union();
                    let content = Marks { secret: marks.secret || union.has_secret(), ..marks };
                    union.entry().map(|shape| Member {
                        marks: content,
                        union: Some((union, marks)),
                        ..entry(shape)
                    })
                }
                Shape::Map(shape) => Some(entry(shape)),
                Shape::Leaf(_) => Some(entry(field.shape.inner())),
                _ => None,
            }
        })
    }

    fn flat_fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let fields = if self.flattens { self.fields } else { &[] };
        fields.iter().filter(|field| field.is_flat)
    }

    /// Every name that sources may use in this section.
    pub(crate) fn taken(&'static self) -> Taken {
        let mut taken = Taken::default();
        self.take(&mut taken);
        taken
    }

    /// The names that two fields have in a section because one of them is flattened into it.
    pub(crate) fn shared_names(&'static self) -> Vec<&'static str> {
        let (mut seen, mut shared) = (Vec::new(), Vec::new());
        // The derive sees the fields of one struct, and lets no two of them have one name.
        for field in self.fields.iter().filter(|_| self.flattens) {
            let mut names = field.taken().names;
            // The variants of an enum may have fields of one name: only one of them stands there.
            names.sort_unstable();
            names.dedup();
            shared.extend(names.iter().filter(|name| seen.contains(*name)));
            seen.extend(names);
        }
        shared
    }

    /// The names that all fields but this one take.
    pub(crate) fn taken_beside(&'static self, one: &Field) -> Taken {
        let mut taken = Taken::default();
        for field in self.fields.iter().filter(|field| !std::ptr::eq(*field, one)) {
            field.take(&mut taken);
        }
        taken
    }

    fn take(&'static self, taken: &mut Taken) {
        if taken.visited.enters(self) {
            self.fields.iter().for_each(|field| field.take(taken));
        }
    }
}

impl Field {
    /// The names that it takes from the section it is in.
    pub(crate) fn taken(&'static self) -> Taken {
        let mut taken = Taken::default();
        self.take(&mut taken);
        taken
    }

    fn take(&'static self, taken: &mut Taken) {
        if self.is_flat {
            self.shape.take(taken);
        } else {
            taken.names.push(self.name);
            taken.names.extend(self.aliases);
        }
    }
}

impl Shape {
    /// What stands beneath something of this shape, by the name of a key or the number of an item. Of an enum it is what
    /// the first variant that has such a key expects there.
    pub(crate) fn beneath(&self, segment: &str) -> Option<&'static Shape> {
        match self.inner() {
            Shape::Section(schema) => Some(schema().member(segment)?.shape),
            Shape::Map(entry) => Some(entry),
            // Any place in a list of one shape, also where the text is no number.
            Shape::List(item) | Shape::Set(item) => Some(item),
            tuple @ Shape::Tuple(_) => tuple.item(segment.parse().ok()?),
            Shape::Union(union) => union().beneath(segment, &mut Visited::default()),
            Shape::Leaf(_) | Shape::Option(_) => None,
        }
    }

    fn take(&self, taken: &mut Taken) {
        match self.inner() {
            Shape::Section(schema) => schema().take(taken),
            Shape::Union(union) => union().take(taken),
            _ => taken.takes_rest = true,
        }
    }
}

impl Union {
    /// What the entries are of a variant that is a map beside the tag.
    fn entry(&self) -> Option<&'static Shape> {
        let Tagging::Internal { .. } = self.tagging else { return None };
        let contents = self.variants.iter().filter_map(|variant| variant.content);
        contents.into_iter().find_map(|content| match content.inner() {
            Shape::Map(entry) => Some(*entry),
            Shape::Leaf(_) => Some(content.inner()),
            _ => None,
        })
    }

    fn beneath(&'static self, segment: &str, visited: &mut Visited) -> Option<&'static Shape> {
        if !visited.enters(self) {
            return None;
        }
        let mut contents = self.variants.iter().filter_map(|variant| variant.content);
        match self.tagging {
            Tagging::External => {
                let number = Variant::named(segment, self.variants)?;
                Some(self.variants[number].content.unwrap_or(TAG))
            }
            Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } if tag == segment => Some(TAG),
            // Which variant's it is cannot be told by the name.
            Tagging::Adjacent { content, .. } => (content == segment).then_some(CONTENT),
            Tagging::Internal { .. } | Tagging::Untagged => {
                contents.find_map(|content| match content.inner() {
                    Shape::Union(union) => union().beneath(segment, visited),
                    Shape::Section(_) | Shape::Map(_) => content.beneath(segment),
                    _ => None,
                })
            }
        }
    }

    fn take(&'static self, taken: &mut Taken) {
        if !taken.visited.enters(self) {
            return;
        }
        match self.tagging {
            Tagging::External => {
                taken.names.extend(self.variants.iter().map(|variant| variant.name));
                taken.names.extend(self.variants.iter().flat_map(|variant| variant.aliases));
            }
            Tagging::Adjacent { tag, content } => taken.names.extend([tag, content]),
            Tagging::Internal { .. } | Tagging::Untagged => {
                if let Tagging::Internal { tag } = self.tagging {
                    taken.names.push(tag);
                }
                self.variants
                    .iter()
                    .filter_map(|variant| variant.content)
                    .for_each(|content| content.take(taken));
            }
        }
    }

    /// The names of the keys that it has of its own, whatever variant stands there.
    pub(crate) fn taken(&'static self) -> Taken {
        let mut taken = Taken::default();
        self.take(&mut taken);
        taken
    }

    /// What sources mean by `name` in the section that the enum is flattened into.
    fn member(
        &'static self,
        name: &str,
        field: &'static Field,
        marks: Marks,
        visited: &mut Visited,
    ) -> Option<Member> {
        let member = |name, aliases, shape| Member {
            name: Some(name),
            aliases,
            shape,
            default: DefaultValue::None,
            marks,
            field,
            union: Some((self, marks)),
            merging: None,
        };
        match self.tagging {
            Tagging::External => {
                let variant = self.variants.get(Variant::named(name, self.variants)?)?;
                Some(member(variant.name, variant.aliases, variant.content.unwrap_or(TAG)))
            }
            Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } if tag == name => {
                Some(member(tag, &[], TAG))
            }
            Tagging::Adjacent { content, .. } if content == name => {
                let secret = marks.secret || self.has_secret();
                Some(Member { marks: Marks { secret, ..marks }, ..member(content, &[], CONTENT) })
            }
            Tagging::Adjacent { .. } => None,
            Tagging::Internal { .. } | Tagging::Untagged => {
                let mut contents = self.variants.iter().filter_map(|variant| variant.content);
                let found = contents.find_map(|content| content.section()?.named(name, marks, visited))?;
                Some(Member { union: Some((self, marks)), ..found })
            }
        }
    }
}
