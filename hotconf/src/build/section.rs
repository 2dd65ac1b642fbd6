//! The fields of one section, asked for one after the other by the derived code.

use super::deserialize::{InputDeserializer, ReadError};
use super::leaf::read_whole;
use super::{Build, Content, Input, Make, Mismatch, ReadPlain, ReadWhole, Segment};
use crate::error::{Problem, ProblemKind};
use crate::schema::{DefaultValue, Field, Literal, Schema, Shape, Unknown};
use crate::tree::{Merged, Place};
use crate::value::View;

/// A section that is being built.
#[doc(hidden)]
pub struct Section<'b, 'a> {
    pub(super) build: &'b mut Build<'a>,
    pub(super) schema: &'static Schema,
    /// The maps of the layers; none where the section is absent.
    pub(super) place: Option<Merged<'a>>,
    /// Where a key that is missing could be added to a section that is absent.
    outside: Option<Merged<'a>>,
    /// How many keys of the layers have found their field.
    matched: usize,
    unknown_outside: Unknown,
}

impl<'a> Build<'a> {
    /// The section that stands here. `None`, and a problem, where something else does.
    pub fn section<'b>(&'b mut self, input: Input<'a>, schema: &'static Schema) -> Option<Section<'b, 'a>> {
        let input = input.without_nothing();
        let (place, outside) = match (input.view(), input.content) {
            (_, Content::Absent { within }) => (None, within),
            (None | Some(View::Null), Content::Place(place)) => (None, Some(place)),
            (Some(View::Map), Content::Place(place)) => (Some(place), None),
            (_, content) => return self.no_section(&Input { content }, schema),
        };
        let unknown_outside = self.unknown;
        self.unknown = schema.unknown_keys().unwrap_or(unknown_outside);
        Some(Section { build: self, schema, place, outside, matched: 0, unknown_outside })
    }
}

impl<'a> Build<'a> {
    fn no_section<T>(&mut self, input: &Input<'a>, schema: &'static Schema) -> Option<T> {
        let mut mismatch = Mismatch::expected("a section (keys with values)");
        if input.view() == Some(View::List) {
            mismatch = mismatch.with_remedy("write its keys without a list around them");
        }
        self.mismatch_in_place_of(schema.has_secret(), input, mismatch);
        None
    }
}

/// What was so outside of a field.
struct Outside {
    depth: usize,
    secret: bool,
}

/// What a field is to be built from.
enum Opened<'a> {
    Input(Input<'a>),
    Default,
}

impl<'a> Section<'_, 'a> {
    /// A field of a configuration type, required or with a literal default.
    ///
    /// How the type is made is named by the program, so that the compiler says there, in the words of the trait, what is
    /// wrong with a type that cannot be, and asks no more of it.
    #[inline]
    pub fn field<T>(&mut self, index: usize, make: Make<T>) -> Option<T> {
        if let Some(value) = self.plain(index, make.read) {
            return Some(value);
        }
        let (input, outside) = self.input(index)?;
        let value = (make.build)(input, self.build);
        self.leave(outside);
        value
    }

    /// A field of a configuration type whose default is an expression.
    #[inline]
    pub fn field_or<T>(&mut self, index: usize, make: Make<T>, default: fn() -> T) -> Option<T> {
        if let Some(value) = self.plain(index, make.read) {
            return Some(value);
        }
        let field = self.schema.own_fields().get(index)?;
        let outside = self.outside();
        let value = match self.enter(field) {
            Opened::Input(input) => (make.build)(input, self.build),
            Opened::Default => Some(default()),
        };
        self.leave(outside);
        value
    }

    /// A field of a configuration type whose default is the type's empty value.
    #[inline]
    pub fn field_or_empty<T>(
        &mut self,
        index: usize,
        make: Make<T>,
        empty: fn(&mut Build<'_>) -> Option<T>,
    ) -> Option<T> {
        if let Some(value) = self.plain(index, make.read) {
            return Some(value);
        }
        let field = self.schema.own_fields().get(index)?;
        let outside = self.outside();
        let value = match self.enter(field) {
            Opened::Input(input) => (make.build)(input, self.build),
            Opened::Default => empty(self.build),
        };
        self.leave(outside);
        value
    }

    /// A field that is read whole by its `Deserialize`, required or with a literal default.
    pub fn leaf<T: ReadWhole>(&mut self, index: usize) -> Option<T> {
        let (input, outside) = self.input(index)?;
        let value = read_whole(&input, self.build);
        self.leave(outside);
        value
    }

    /// A field that is read whole by its `Deserialize` and whose default is an expression.
    pub fn leaf_or<T: ReadWhole>(&mut self, index: usize, default: impl FnOnce() -> T) -> Option<T> {
        let field = self.schema.own_fields().get(index)?;
        let outside = self.outside();
        let value = match self.enter(field) {
            Opened::Input(input) => read_whole(&input, self.build),
            Opened::Default => Some(default()),
        };
        self.leave(outside);
        value
    }

    /// A field that a function reads over serde, required or with a literal default.
    pub fn leaf_with<T>(
        &mut self,
        index: usize,
        read: impl Fn(InputDeserializer<'a>) -> Result<T, ReadError<'a>>,
    ) -> Option<T> {
        let (input, outside) = self.input(index)?;
        let value = self.build.whole_with(input, read);
        self.leave(outside);
        value
    }

    /// A field that a function reads over serde and whose default is an expression.
    pub fn leaf_with_or<T>(
        &mut self,
        index: usize,
        read: impl Fn(InputDeserializer<'a>) -> Result<T, ReadError<'a>>,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        let field = self.schema.own_fields().get(index)?;
        let outside = self.outside();
        let value = match self.enter(field) {
            Opened::Input(input) => self.build.whole_with(input, read),
            Opened::Default => Some(default()),
        };
        self.leave(outside);
        value
    }

    /// Ends the section: keys that no field has taken are reported.
    pub fn finish(&mut self) {
        if let Some(place) = &self.place {
            // What is flattened into it has used up keys that are not counted here.
            if self.schema.has_flat_fields() || self.matched != place.key_count() {
                let place = place.clone();
                self.build.report_strangers(self.schema, Vec::new(), &place);
            }
        }
        self.build.unknown = self.unknown_outside;
    }

    /// The value of a field where nothing is to be said about it. Most fields of most configurations are such, and are
    /// read for a third of what it takes to be ready for all others.
    fn plain<T>(&mut self, index: usize, read: Option<ReadPlain<T>>) -> Option<T> {
        let read = read?;
        let field = self.schema.own_fields().get(index)?;
        if !field.is_plain {
            return None;
        }
        let (spot, count) = self.place.as_ref()?.plain_field(field.name, field.aliases)?;
        let value = read(spot)?;
        self.matched += count;
        Some(value)
    }

    /// What a field is built from, which is required or has a literal default.
    fn input(&mut self, index: usize) -> Option<(Input<'a>, Outside)> {
        let field = self.schema.own_fields().get(index)?;
        let outside = self.outside();
        let input = match (self.enter(field), field.default) {
            (Opened::Input(input), _) => input,
            (Opened::Default, DefaultValue::Literal(literal)) => self.default_of(field, literal),
            (Opened::Default, _) => Input { content: self.nothing() },
        };
        Some((input, outside))
    }

    /// What there is where no layer says anything.
    fn nothing(&self) -> Content<'a> {
        Content::Absent { within: self.place.as_ref().or(self.outside.as_ref()).cloned() }
    }

    fn default_of(&self, field: &'static Field, literal: &'static Literal) -> Input<'a> {
        Input { content: Content::Literal { literal, of: (self.schema.name(), field.rust_name) } }
    }

    fn outside(&self) -> Outside {
        Outside { depth: self.build.path.len(), secret: self.build.secret }
    }

    fn enter(&mut self, field: &'static Field) -> Opened<'a> {
        if !field.is_flat {
            self.build.path.push(Segment::Name(field.name));
        }
        self.build.secret |= field.secret;
        let has_default = field.has_default();
        let Some(section) = &self.place else {
            return match field.shape {
                _ if has_default => Opened::Default,
                // An absent section is an empty one, and in that nothing is left for what takes all others.
                Shape::Map(_) | Shape::Leaf(_) if field.is_flat => {
                    Opened::Input(Input { content: Content::Place(Merged::empty_map()) })
                }
                _ => Opened::Input(Input { content: self.nothing() }),
            };
        };
        let mut place = section.member(self.schema, field, &mut self.matched);
        if !matches!(field.shape.inner(), Shape::Leaf(_)) {
            place = place.without_nothing();
        }
        self.build.secret |= place.is_secret();
        let is_there = !(place.is_absent() || has_default && place.is_null());
        if let (Some(remedy), false) = (field.deprecated, place.is_absent()) {
            self.warn_of_deprecated(remedy, &place);
        }
        if let (Some(most), true) = (field.max_items, is_there) {
            self.check_items(most, &place);
        }
        match (is_there, has_default) {
            (true, _) => Opened::Input(Input { content: Content::Place(place) }),
            (false, true) => Opened::Default,
            (false, false) => Opened::Input(Input { content: self.nothing() }),
        }
    }

    #[inline]
    fn leave(&mut self, outside: Outside) {
        self.build.path.truncate(outside.depth);
        self.build.secret = outside.secret;
    }

    fn warn_of_deprecated(&mut self, remedy: &str, place: &Merged<'a>) {
        let key = self.build.path_as_spelt_at(place);
        let problem = Problem::new(ProblemKind::DeprecatedKey, format!("deprecated: {remedy}")).with_key(key);
        let layer = place.layer_index().unwrap_or(0);
        self.build.warnings.push(problem.with_origin(place.origin(Place::Key), layer));
    }

    fn check_items(&mut self, most: usize, place: &Merged<'a>) {
        let count = match place.view() {
            Some(View::List) => place.items().len(),
            Some(View::Map) => place.entries().count(),
            _ => return,
        };
        if count > most {
            let message = format!("has {count} items, and at most {most} are allowed");
            let key = self.build.path_as_spelt_at(place);
            let problem = Problem::new(ProblemKind::Limit, message).with_key(key);
            let layer = place.layer_index().unwrap_or(0);
            self.build.report(problem.with_origin(place.origin(Place::Key), layer));
        }
    }
}
