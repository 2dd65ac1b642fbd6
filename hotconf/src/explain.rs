//! Questions by key: what a place holds, and why.

use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};
use crate::schema::{DefaultValue, Field, Marks, Schema, Shape, Tagging, Union};
use crate::tree::{Chosen, Layer, Merged, Place, Secrets, Stack, default_value, section_value, typed_value};
use crate::value::{Value, View};

/// A place in the configuration with what the schema says of it.
pub(crate) struct Located<'a> {
    pub(crate) place: Merged<'a>,
    /// `None` within a value that is read whole.
    pub(crate) shape: Option<&'static Shape>,
    pub(crate) default: DefaultValue,
    pub(crate) marks: Marks,
    field: Option<&'static Field>,
    /// Whether it is an item of a list, or within one.
    is_item: bool,
}

/// The place at `path`. `None` for a path that the schema does not know. The root has no field, and is no such place.
pub(crate) fn locate<'a>(schema: &'static Schema, stack: &'a Stack, path: &KeyPath) -> Option<Located<'a>> {
    let mut within = Within::Section(schema);
    let mut is_within_nothing = false;
    let mut here = Located {
        place: Merged::root(stack),
        shape: None,
        default: DefaultValue::None,
        marks: Marks::default(),
        field: None,
        is_item: false,
    };
    for segment in path.segments() {
        (here, within) = match within {
            Within::Section(schema) => {
                let outer = here.place.without_nothing();
                let is_away = matches!(outer.view(), None | Some(View::Null));
                if matches!(here.shape, Some(Shape::Option(_))) && is_away {
                    // What is in a section that is not there has no default either.
                    is_within_nothing = true;
                }
                let (mut found, within) =
                    Located { place: outer, ..here }.within_section(schema, &segment)?;
                if is_within_nothing {
                    found.default = DefaultValue::None;
                }
                (found, within)
            }
            Within::List(list) => {
                let index = segment.parse().ok()?;
                let item = list.item(index)?;
                here.is_item = true;
                (here.within(|place| place.items().nth(index), Some(item))?, Within::of(Some(item)))
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
        (!place.is_absent()).then_some(Self { place, shape, default: DefaultValue::None, ..self })
    }

    /// Steps into a section: to one of its fields, or to one that is flattened into it.
    fn within_section(self, schema: &'static Schema, segment: &str) -> Option<(Self, Within)> {
        let member = schema.member(segment)?;
        if let Some((union, marks)) = member.union.filter(|(union, _)| union.is_clear(&self.place)) {
            let marks = self.marks.and(marks);
            return Self { marks, field: Some(member.field), ..self }.within_union(union, segment);
        }
        let place = self.place.named(member.name.unwrap_or(segment), member.aliases);
        if member.name.is_none() && place.is_absent() {
            return None;
        }
        let marks = self.marks.and(member.marks);
        let shape = Some(member.shape);
        let found = Self { place, shape, default: member.default, marks, field: Some(member.field), ..self };
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
            return anything(self);
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
                let found =
                    Self { place: content, shape, default: DefaultValue::None, marks: content_marks, ..self };
                is_there.then_some((found, Within::of(shape)))
            }
            // The name of the variant, which is no secret.
            _ => Some((self.within(|place| Some(place.entry(segment)), None)?, Within::Anything)),
        }
    }

    /// The place as the type sees it: a key with nothing behind it is there for a single value only.
    fn seen(&self) -> Merged<'a> {
        match self.shape.map(Shape::inner) {
            Some(Shape::Leaf(_)) | None => self.place.clone(),
            Some(_) => self.place.clone().without_nothing(),
        }
    }

    /// Whether what stands here is to be shown nowhere, because of its key or of where it is from.
    pub(crate) fn is_secret(&self) -> bool {
        self.marks.secret || self.place.is_secret()
    }

    /// The value as its type reads it.
    pub(crate) fn value(&self, secrets: Secrets) -> Option<Value> {
        match self.shape {
            Some(shape) => typed_value(shape, self.default, &self.place, self.marks, secrets),
            None if self.is_secret() && secrets == Secrets::Masked => Some(Value::Secret),
            None => self.place.to_value(),
        }
    }
}

/// Where each layer that says something of `path` says it, the strongest first. Lists do not merge, so that an item has
/// no other places.
pub(crate) fn places(schema: &'static Schema, stack: &Stack, path: &KeyPath) -> Vec<Origin> {
    let places = stack.iter().rev().filter_map(|layer| {
        let alone = [layer.clone()];
        let located = locate(schema, &alone, path).filter(|located| !located.is_item)?;
        located.place.origin(Place::Value)
    });
    places.collect()
}

/// Whether the schema has such a place, whatever the layers say. A list may have any index, and a map any entry.
pub(crate) fn is_known(schema: &'static Schema, path: &KeyPath) -> bool {
    let mut within = Within::Section(schema);
    for segment in path.segments() {
        let shape = match within {
            Within::Section(schema) => match schema.member(&segment) {
                Some(member) => member.shape,
                None => return false,
            },
            Within::List(&(Shape::List(item) | Shape::Set(item))) if segment.parse::<usize>().is_ok() => item,
            Within::Map(entry) => entry,
            _ => return false,
        };
        within = Within::of(Some(shape));
    }
    !path.is_root()
}

/// The whole configuration, secrets masked.
pub(crate) fn all_values(schema: &'static Schema, stack: &Stack) -> Value {
    section_value(schema, &Merged::root(stack), Marks::default(), Secrets::Masked)
}

/// Where the value of one key comes from: the layer that wins, those that lose, the default.
///
/// `Display` is for people, one line for each layer:
///
/// ```text
/// server.port = 9000
///   from APP_SERVER_PORT (environment)
///   over 8080 at config/production.yaml:3:9
///   over 8000 at config/default.yaml:4:9
///   over 8000, the default
/// ```
///
/// It serializes with the fields `key`, `value`, `origin`, `over`, `default`, `restart` and `notes`. Secrets are
/// masked.
///
/// ```
/// use hotconf::{Hot, HotConfig, OriginKind, Value};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: usize,
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().arg_overrides(["workers=8"]).build()?;
/// let why = cfg.explain(AppConfig::keys().workers);
/// assert_eq!(why.value(), Some(&Value::Integer(8)));
/// assert_eq!(why.origin().map(|origin| origin.kind()), Some(&OriginKind::Argument("workers".into())));
/// assert_eq!(why.default(), Some("4"));
/// assert_eq!(why.to_string(), "workers = 8\n  from workers=… (argument)\n  over 4, the default");
/// # Ok::<(), hotconf::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    key: KeyPath,
    value: Option<Value>,
    origin: Option<Origin>,
    over: Vec<(Value, Origin)>,
    default: Option<String>,
    notes: Vec<String>,
    is_known: bool,
    is_in_code: bool,
    /// Whether it is set to nothing.
    is_null: bool,
    is_restart: bool,
    doc: &'static str,
}

impl Explanation {
    /// What is known of `path`, the configuration being these layers.
    pub(crate) fn new(schema: &'static Schema, stack: &Stack, path: KeyPath) -> Self {
        let mut explanation = Self::of_nothing(path);
        let Some(located) = locate(schema, stack, &explanation.key) else {
            explanation.notes.push("no such key".to_owned());
            return explanation;
        };
        explanation.is_known = true;
        explanation.value = located.value(Secrets::Masked);
        if let Some(field) = located.field {
            explanation.doc = field.doc;
            explanation.notes.extend(field.deprecated.map(|remedy| format!("deprecated: {remedy}")));
        }
        explanation.is_restart = located.marks.restart;
        explanation.default = default_text(&located);
        // Each layer is asked alone, because the losers are not part of the merged place.
        let mut said = stack.iter().rev().filter_map(|layer| told_by(schema, layer, &explanation.key));
        if located.seen().is_absent() {
            // What layers say is hidden by what stands in place of a section above them.
            let is_default = explanation.value.is_some() || explanation.default.is_some();
            explanation.origin = is_default.then(|| Origin::new(OriginKind::Default));
        } else {
            match said.next() {
                // A null on top of everything leaves the default.
                Some((Value::Null, origin)) if explanation.value.is_some() => {
                    explanation.origin = Some(Origin::new(OriginKind::Default));
                    explanation.over.push((Value::Null, origin));
                }
                Some((value, origin)) => {
                    explanation.is_null = value == Value::Null;
                    explanation.origin = Some(origin);
                }
                None => explanation.origin = Some(Origin::new(OriginKind::Default)),
            }
        }
        explanation.over.extend(said);
        // A value that is kept running has the origin it had, and its layer may still say it.
        let winner = explanation.origin.clone();
        let is_kept = stack.last().is_some_and(|top| top.index() == usize::MAX);
        explanation.over.retain(|(_, origin)| !is_kept || Some(origin) != winner.as_ref());
        if explanation.origin.as_ref().is_some_and(|origin| *origin.kind() == OriginKind::Default) {
            explanation.default = None;
        }
        explanation
    }

    fn of_nothing(path: KeyPath) -> Self {
        Self {
            value: None,
            origin: None,
            over: Vec::new(),
            default: None,
            notes: Vec::new(),
            is_known: false,
            is_in_code: false,
            is_null: false,
            is_restart: false,
            doc: "",
            key: path,
        }
    }

    /// What is known of `path` in a store without layers.
    pub(crate) fn in_code(schema: &'static Schema, path: KeyPath) -> Self {
        let mut explanation = Self::of_nothing(path);
        explanation.is_known = is_known(schema, &explanation.key);
        explanation.is_in_code = explanation.is_known;
        if explanation.is_known {
            // The field is known without any layer, except within lists and maps.
            let field = locate(schema, &[], &explanation.key).and_then(|located| located.field);
            explanation.doc = field.map_or("", |field| field.doc);
        } else {
            explanation.notes.push("no such key".to_owned());
        }
        explanation
    }

    /// Adds a line about something that is not in the layers.
    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &KeyPath {
        &self.key
    }

    /// The value in effect, masked if secret; `None` where there is none, or it is an expression that cannot be shown.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    /// Where the value comes from; `None` where there is none.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// What other layers say, the strongest first, masked if secret.
    #[must_use]
    pub fn over(&self) -> &[(Value, Origin)] {
        &self.over
    }

    /// The default, where another value wins over it: as it would stand in a file, or the source text of an expression;
    /// masked if secret.
    #[must_use]
    pub fn default(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// Whether the schema has such a key at all.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// What else there is to say: that the key is unknown, deprecated, or waits for a restart with another value.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// Whether the value was set in code, by [`Hot::fixed`](crate::Hot::fixed) or [`Hot::replace`](crate::Hot::replace),
    /// so that there is nothing else to tell.
    #[must_use]
    pub fn is_in_code(&self) -> bool {
        self.is_in_code
    }

    /// Whether a change of the key waits for a restart.
    #[must_use]
    pub fn is_restart(&self) -> bool {
        self.is_restart
    }

    /// The doc comment of the field.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.doc
    }
}

/// What one layer alone says of a key, and where.
fn told_by(schema: &'static Schema, layer: &Arc<Layer>, path: &KeyPath) -> Option<(Value, Origin)> {
    let alone = [layer.clone()];
    let located = locate(schema, &alone, path)?;
    let place = located.seen();
    let origin = place.origin(Place::Value)?;
    let value = match (located.is_secret(), place.view()?) {
        (true, _) => Value::Secret,
        (false, View::Null) => Value::Null,
        _ => match located.shape {
            // An empty variable takes an optional value away.
            Some(shape) => typed_value(shape, DefaultValue::None, &place, located.marks, Secrets::Masked)
                .unwrap_or_default(),
            None => located.place.to_value()?,
        },
    };
    Some((value, origin))
}

fn default_text(located: &Located<'_>) -> Option<String> {
    if located.marks.secret && !matches!(located.default, DefaultValue::None) {
        return Some(Value::Secret.to_string());
    }
    match (located.default, located.shape) {
        (DefaultValue::None, _) | (_, None) => None,
        (DefaultValue::Code { source, .. }, _) => Some(format!("`{source}`")),
        (default, Some(shape)) => {
            Some(default_value(shape, default).map_or("empty".to_owned(), |v| v.to_string()))
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.value, &self.origin) {
            (Some(value), _) => write!(f, "{} = {value}", self.key)?,
            (None, Some(_)) if self.is_null => write!(f, "{} = null", self.key)?,
            (None, Some(_)) => write!(f, "{} is set, to something that cannot be shown", self.key)?,
            (None, None) if self.is_in_code => write!(f, "{} is set in code", self.key)?,
            (None, None) => write!(f, "{} is not set", self.key)?,
        }
        if let Some(origin) = &self.origin {
            match origin.kind() {
                OriginKind::Default => f.write_str("\n  the default")?,
                _ => write!(f, "\n  {} {origin}", origin.preposition())?,
            }
        }
        for (value, origin) in &self.over {
            write!(f, "\n  over {value} {} {origin}", origin.preposition())?;
        }
        if let Some(default) = &self.default {
            write!(f, "\n  over {default}, the default")?;
        }
        for note in &self.notes {
            write!(f, "\n  {note}")?;
        }
        Ok(())
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut explanation = serializer.serialize_struct("Explanation", 7)?;
        explanation.serialize_field("key", self.key.as_str())?;
        explanation.serialize_field("value", &self.value)?;
        explanation.serialize_field("origin", &self.origin)?;
        explanation.serialize_field("over", &self.over)?;
        explanation.serialize_field("default", &self.default)?;
        explanation.serialize_field("restart", &self.is_restart)?;
        explanation.serialize_field("notes", &self.notes)?;
        explanation.end()
    }
}
