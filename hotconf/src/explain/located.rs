//! From a dotted path to the place in the layers, and to what the schema says of it.

use super::apart::paths_apart;
use crate::key::KeyPath;
use crate::origin::Origin;
use crate::schema::{DefaultValue, Field, Marks, Schema, Shape, Tagging, Union};
use crate::tree::{
    Chosen, Merged, Place, Secrets, Stack, default_value, section_value, typed_value, value_as_seen,
};
use crate::value::{Value, View};

/// A place in the configuration with what the schema says of it.
pub(crate) struct Located<'a> {
    pub(crate) place: Merged<'a>,
    /// `None` within a value that is read whole.
    pub(crate) shape: Option<&'static Shape>,
    pub(crate) default: DefaultValue,
    pub(crate) marks: Marks,
    pub(super) field: Option<&'static Field>,
    /// The field, where the place is that of the field itself and not beneath it.
    pub(super) own: Option<&'static Field>,
    /// What the default of a section around it has here, where nobody sets that section and code makes it; within,
    /// `None` where that cannot be shown.
    made: Option<Option<Value>>,
    /// Whether it is in a section that may be absent, and is.
    pub(super) is_nowhere: bool,
    /// Whether it is an item of a list that does not merge, or within one.
    is_item: bool,
}

/// The place at `path`. `None` for a path that the schema does not know. The root has no field, and is no such place.
pub(crate) fn locate<'a>(schema: &'static Schema, stack: &'a Stack, path: &KeyPath) -> Option<Located<'a>> {
    let mut within = Within::Section(schema);
    let mut here = Located {
        place: Merged::root(stack),
        shape: None,
        default: DefaultValue::None,
        marks: Marks::default(),
        field: None,
        own: None,
        made: None,
        is_nowhere: false,
        is_item: false,
    };
    for segment in path.segments() {
        (here, within) = match within {
            Within::Section(schema) => {
                let made = here.made_within();
                // What is in a section that is not there has no default either.
                let is_nowhere = here.is_nowhere || made.is_none() && here.is_away();
                let place = here.place.without_nothing();
                let (mut found, within) = Located { place, ..here }.within_section(schema, &segment)?;
                if is_nowhere || made.is_some() {
                    found.default = DefaultValue::None;
                }
                let name = found.own.map_or(&*segment, |field| field.name);
                found.made = made.map(|made| made.and_then(|made| made.get(name).cloned()));
                found.is_nowhere = is_nowhere;
                (found, within)
            }
            Within::List(list) => {
                let index = segment.parse().ok()?;
                let item = list.item(index)?;
                here.is_item |= !here.place.merges();
                let item_of = |place: &Merged<'a>| place.clone().without_nothing().item(index);
                (here.within(item_of, Some(item))?, Within::of(Some(item)))
            }
            Within::Map(entry) => {
                (here.within(|place| Some(place.entry(&segment)), Some(entry))?, Within::of(Some(entry)))
            }
            Within::Union(union) => here.within_union(union, &segment)?,
            // A value that is read whole: what it holds can be told, though not what it means.
            Within::Anything => (here.within(|place| Some(place.entry(&segment)), None)?, Within::Anything),
        };
    }
    here.field.is_some().then_some(here)
}

/// What the next segment of a path steps into.
#[derive(Clone, Copy)]
enum Within {
    Section(&'static Schema),
    List(&'static Shape),
    Map(&'static Shape),
    Union(&'static Union),
    Anything,
}

impl Within {
    fn of(shape: Option<&'static Shape>) -> Self {
        match shape.map(Shape::inner) {
            Some(Shape::Section(schema)) => Self::Section(schema()),
            Some(list @ (Shape::List(_) | Shape::Set(_) | Shape::Tuple(_))) => Self::List(list),
            Some(Shape::Map(entry)) => Self::Map(entry),
            Some(Shape::Union(union)) => Self::Union(union()),
            Some(Shape::Leaf(_) | Shape::Option(_)) | None => Self::Anything,
        }
    }
}

impl<'a> Located<'a> {
    fn within(
        self,
        step: impl FnOnce(&Merged<'a>) -> Option<Merged<'a>>,
        shape: Option<&'static Shape>,
    ) -> Option<Self> {
        let place = step(&self.place)?;
        // Beneath a field there are no names that sources could leave out, so what is not there does not exist.
        (!place.is_absent()).then_some(Self { place, shape, default: DefaultValue::None, own: None, ..self })
    }

    /// Steps into a section: to one of its fields, or to one that is flattened into it.
    fn within_section(self, schema: &'static Schema, segment: &str) -> Option<(Self, Within)> {
        let member = schema.member(segment)?;
        if let Some((union, marks)) = member.union.filter(|(union, _)| union.is_clear(&self.place)) {
            let marks = self.marks.and(marks);
            return Self { marks, field: Some(member.field), ..self }.within_union(union, segment);
        }
        let place = self.place.of_member(&member, segment);
        if member.name.is_none() && place.is_absent() {
            return None;
        }
        let marks = self.marks.and(member.marks);
        let shape = Some(member.shape);
        let own = Some(member.field).filter(|field| !field.is_flat);
        let found =
            Self { place, shape, default: member.default, marks, field: Some(member.field), own, ..self };
        Some((found, Within::of(shape)))
    }

    /// Steps into an enum: into the content of the variant that stands here, or to what says which it is.
    fn within_union(self, union: &'static Union, segment: &str) -> Option<(Self, Within)> {
        let place = self.place.clone().without_nothing();
        // Which it is cannot be told, and so neither what of it is a secret.
        let marks = Marks { secret: self.marks.secret || union.has_secret(), ..self.marks };
        let anything = |this: Self| {
            let this = Self { marks, ..this };
            Some((this.within(|place| Some(place.entry(segment)), None)?, Within::Anything))
        };
        if union.tagging == Tagging::Untagged {
            let content = union.first_that_fits(&place).and_then(|number| union.content(number));
            let member = content.and_then(Shape::section).and_then(|schema| schema.member(segment));
            let Some(list) = member.filter(|member| member.merging.is_some()) else { return anything(self) };
            let (this, shape) = (Self { marks, ..self }, Some(list.shape));
            return Some((
                this.within(|place| Some(place.of_member(&list, segment)), shape)?,
                Within::of(shape),
            ));
        }
        let Ok(Chosen { number, content, step, .. }) = union.choose(&place) else { return anything(self) };
        let secret = self.marks.secret || union.variants[number].is_secret;
        let content_marks = Marks { secret, ..self.marks };
        let shape = union.content(number);
        match (union.tagging, step) {
            (Tagging::Internal { tag }, _) if tag != segment => {
                let content = Self { place: content, shape, marks: content_marks, ..self };
                match shape.map(Shape::inner) {
                    Some(Shape::Section(schema)) => content.within_section(schema(), segment),
                    Some(Shape::Union(inner)) => content.within_union(inner(), segment),
                    _ => anything(content),
                }
            }
            (_, Some(step)) if step == segment => {
                let is_there = !content.is_absent();
                let found = Self {
                    place: content,
                    shape,
                    default: DefaultValue::None,
                    marks: content_marks,
                    own: None,
                    ..self
                };
                is_there.then_some((found, Within::of(shape)))
            }
            // The name of the variant, which is no secret.
            _ => Some((self.within(|place| Some(place.entry(segment)), None)?, Within::Anything)),
        }
    }

    /// The place as the type sees it: a key with nothing behind it is there for a single value only.
    pub(crate) fn seen(&self) -> Merged<'a> {
        match self.shape.map(Shape::inner) {
            Some(Shape::Leaf(_)) | None => self.place.clone(),
            Some(_) => self.place.clone().without_nothing(),
        }
    }

    /// Whether what stands here is to be shown nowhere, because of its key or of where it is from.
    pub(crate) fn is_secret(&self) -> bool {
        self.marks.secret || self.place.is_secret()
    }

    /// Whether nothing stands here, as a section, a list or a map sees it.
    fn is_unset(&self) -> bool {
        matches!(self.seen().view(), None | Some(View::Null))
    }

    /// Whether it is a value that may be absent, and is.
    pub(super) fn is_away(&self) -> bool {
        matches!(self.shape, Some(Shape::Option(_))) && self.is_unset()
    }

    /// Whether the default of a section around it, or of itself as a section, makes it.
    pub(super) fn is_made(&self) -> bool {
        self.made.is_some() || self.made_within().is_some()
    }

    /// What code makes of the section that stands here, where nobody sets it.
    fn made_within(&self) -> Option<Option<Value>> {
        match (&self.made, self.default, self.shape) {
            (Some(made), ..) => Some(made.clone()),
            (None, DefaultValue::Code { .. }, Some(shape))
                if shape.section().is_some() && self.is_unset() =>
            {
                Some(default_value(shape, self.default))
            }
            _ => None,
        }
    }

    /// Whether a section is there with keys that can be told: set, or by default.
    pub(super) fn has_keys(&self) -> bool {
        match self.made_within() {
            Some(made) => matches!(made, Some(Value::Map(_))),
            None => !self.is_away() && !self.is_nowhere,
        }
    }

    /// The value as its type reads it.
    pub(crate) fn value(&self, secrets: Secrets) -> Option<Value> {
        if let Some(made) = &self.made {
            let made = made.clone().filter(|made| !made.is_null())?;
            if self.is_secret() && secrets == Secrets::Masked {
                return Some(Value::Secret);
            }
            return self.shape.and_then(|shape| value_as_seen(shape, made, secrets));
        }
        match self.shape {
            Some(_) if self.is_nowhere && self.is_unset() => None,
            Some(shape) => typed_value(shape, self.default, &self.place, self.marks, secrets),
            None if self.is_secret() && secrets == Secrets::Masked => Some(Value::Secret),
            None => self.place.to_value(),
        }
    }
}

/// Where each layer that says something of `path` says it, the strongest first. A list that does not merge is one value, so
/// that an item of it comes and goes with the outermost such list that it is in: these are the places of that list, but for
/// the one that it stands in.
pub(crate) fn places(schema: &'static Schema, stack: &Stack, path: &KeyPath) -> Vec<Origin> {
    /// Nobody looks through more for each of a thousand problems.
    const MOST: usize = 1000;
    let Some(mut apart) = paths_apart(schema, stack, path, MOST) else { return Vec::new() };
    let list = outermost_list(schema, stack, path);
    if let Some(list) = &list {
        apart = paths_apart(schema, stack, list, MOST).unwrap_or_default();
    }
    let places = stack.iter().zip(&apart).rev().filter_map(|(layer, own)| {
        let alone = [layer.clone()];
        locate(schema, &alone, own.whole()?)?.place.origin(Place::Value)
    });
    places.skip(usize::from(list.is_some())).collect()
}

/// The outermost list of one layer that an item, or something within one, is in.
fn outermost_list(schema: &'static Schema, stack: &Stack, path: &KeyPath) -> Option<KeyPath> {
    let is_item = |path: &KeyPath| locate(schema, stack, path).is_some_and(|located| located.is_item);
    let segments: Vec<_> = path.segments().collect();
    let paths = (1..=segments.len()).map(|length| KeyPath::from_segments(&segments[..length]));
    let outer = paths.take_while(|path| !is_item(path)).last()?;
    (outer != *path).then_some(outer)
}

/// Whether the schema has such a place, whatever the layers say. A list may have any index, and a map any entry.
pub(crate) fn is_known(schema: &'static Schema, path: &KeyPath) -> bool {
    shape_of(schema, path).is_some()
}

/// What the schema expects at a place, whatever the layers say.
pub(super) fn shape_of(schema: &'static Schema, path: &KeyPath) -> Option<&'static Shape> {
    let mut within = Within::Section(schema);
    let mut found = None;
    for segment in path.segments() {
        let shape = match within {
            Within::Section(schema) => schema.member(&segment)?.shape,
            Within::List(&(Shape::List(item) | Shape::Set(item))) if segment.parse::<usize>().is_ok() => item,
            Within::Map(entry) => entry,
            _ => return None,
        };
        within = Within::of(Some(shape));
        found = Some(shape);
    }
    found
}

/// The whole configuration, secrets masked.
pub(crate) fn all_values(schema: &'static Schema, stack: &Stack) -> Value {
    section_value(schema, &Merged::root(stack), Marks::default(), Secrets::Masked)
}

/// What stands in the secrets of the whole configuration, to be looked for in texts that must not show it.
pub(crate) fn secret_texts(schema: &'static Schema, stack: &Stack) -> Vec<String> {
    let kept = section_value(schema, &Merged::root(stack), Marks::default(), Secrets::Kept);
    let mut texts = Vec::new();
    collect_secrets(&all_values(schema, stack), &kept, &mut texts);
    texts
}

fn collect_secrets(masked: &Value, kept: &Value, texts: &mut Vec<String>) {
    match (masked, kept) {
        (Value::List(masked), Value::List(kept)) => {
            masked.iter().zip(kept).for_each(|(masked, kept)| collect_secrets(masked, kept, texts));
        }
        (Value::Map(masked), Value::Map(kept)) => {
            for (name, masked) in masked {
                kept.get(name).into_iter().for_each(|kept| collect_secrets(masked, kept, texts));
            }
        }
        (Value::Secret, Value::List(kept)) => {
            kept.iter().for_each(|kept| collect_secrets(&Value::Secret, kept, texts));
        }
        (Value::Secret, Value::Map(kept)) => {
            kept.values().for_each(|kept| collect_secrets(&Value::Secret, kept, texts));
        }
        (Value::Secret, Value::String(text)) => texts.push(text.clone()),
        (Value::Secret, kept @ (Value::Integer(_) | Value::Float(_))) => texts.push(kept.to_string()),
        _ => {}
    }
}
