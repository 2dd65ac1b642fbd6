//! What stands beneath a key, one line for each key.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::located::{Located, locate};
use super::winner::Winner;
use crate::key::KeyPath;
use crate::origin::{Origin, OriginKind};
use crate::schema::{Schema, Shape, Tagging, Union};
use crate::tree::{Chosen, Merged, Stack};
use crate::value::Value;

/// The most keys that are listed. Nobody reads more lines than these.
pub(super) const MOST: usize = 200;

/// One key beneath the one that was asked for, as [`Explanation::keys`](crate::Explanation::keys) tells it.
///
/// `Display` is one line: `server.port = 9000, from APP_SERVER_PORT (environment)`. It serializes with the fields `key`,
/// `value` and `origin`. Secrets are masked.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedKey {
    key: KeyPath,
    value: Option<Value>,
    origin: Option<Origin>,
    /// The source text of a default that cannot be shown.
    code: Option<String>,
    configured: Option<String>,
    is_in_code: bool,
}

impl ExplainedKey {
    /// The key, as a path from the root.
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

    /// Whether another value is configured, and waits for a restart.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.configured.is_some()
    }
}

impl fmt::Display for ExplainedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.value, &self.code, &self.origin) {
            (Some(value), ..) => write!(f, "{} = {}", self.key, shortened(&value.to_string()))?,
            (None, Some(code), _) => write!(f, "{} = {}", self.key, shortened(code))?,
            (None, None, Some(_)) => write!(f, "{} is set to nothing", self.key)?,
            (None, None, None) if self.is_in_code => write!(f, "{} is set in code", self.key)?,
            (None, None, None) => write!(f, "{} is not set", self.key)?,
        }
        match &self.origin {
            Some(origin) if *origin.kind() == OriginKind::Default => f.write_str(", the default")?,
            Some(origin) => write!(f, ", {} {origin}", origin.preposition())?,
            None => {}
        }
        match &self.configured {
            Some(configured) => write!(f, "; {} waits for a restart", shortened(configured)),
            None => Ok(()),
        }
    }
}

impl Serialize for ExplainedKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut key = serializer.serialize_struct("ExplainedKey", 3)?;
        key.serialize_field("key", self.key.as_str())?;
        key.serialize_field("value", &self.value)?;
        key.serialize_field("origin", &self.origin)?;
        key.end()
    }
}

/// Enough of a value to recognise it by.
pub(super) fn shortened(text: &str) -> String {
    const ENOUGH: usize = 100;
    match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The keys beneath one.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Listing {
    pub(super) keys: Vec<ExplainedKey>,
    /// How many more there are.
    pub(super) left_out: usize,
}

impl Listing {
    /// Every key of the configuration.
    pub(super) fn of_all(schema: &'static Schema, stack: &Stack) -> Self {
        let mut listing = Self::default();
        listing.section(&Walk { root: schema, stack }, schema, &KeyPath::default(), &Merged::root(stack));
        listing
    }

    /// What stands beneath a key, whose place this is.
    pub(super) fn beneath(
        schema: &'static Schema,
        stack: &Stack,
        path: &KeyPath,
        located: &Located<'_>,
    ) -> Self {
        let mut listing = Self::default();
        let walk = Walk { root: schema, stack };
        // What is a secret as a whole has no parts that could be told, not even their names or their number.
        if !located.is_secret() {
            listing.parts(&walk, path, located);
        }
        listing
    }

    /// The keys of the schema beneath a key, or all, where there are no layers to ask.
    pub(super) fn in_code(schema: &'static Schema, path: &KeyPath, shape: Option<&'static Shape>) -> Self {
        let mut listing = Self::default();
        let section = if path.is_root() { Some(schema) } else { shape.and_then(Shape::section) };
        for field in section.into_iter().flat_map(Schema::fields).filter(|field| !field.is_flattened()) {
            let segments = path.segments().chain(field.key().segments());
            let key = KeyPath::from_segments(segments);
            listing.push(|| ExplainedKey {
                key,
                value: None,
                origin: None,
                code: None,
                configured: None,
                is_in_code: true,
            });
        }
        listing
    }

    /// Says of a listed key that it waits for a restart.
    pub(super) fn wait(&mut self, path: &KeyPath, configured: &str) {
        let key = self.keys.iter_mut().find(|key| key.key == *path);
        if let Some(key) = key {
            key.configured = Some(configured.to_owned());
        }
    }

    fn push(&mut self, key: impl FnOnce() -> ExplainedKey) {
        if self.keys.len() < MOST {
            self.keys.push(key());
        } else {
            self.left_out += 1;
        }
    }

    fn parts(&mut self, walk: &Walk<'_>, path: &KeyPath, located: &Located<'_>) {
        let place = located.seen();
        match located.shape.map(Shape::inner) {
            Some(Shape::Section(_)) if !located.has_keys() => {}
            Some(Shape::Section(schema)) => self.section(walk, schema(), path, &place),
            Some(Shape::Union(union)) => self.variant(walk, union(), path, &place),
            Some(Shape::List(_) | Shape::Set(_) | Shape::Tuple(_)) => {
                for index in 0..place.items().len() {
                    self.line(walk, path.join(&index.to_string()));
                }
            }
            Some(Shape::Map(_)) => {
                for (name, _) in place.entries() {
                    self.line(walk, path.join(name));
                }
            }
            // What a value that is read whole has in it means something to its type only.
            Some(Shape::Leaf(_) | Shape::Option(_)) | None => {}
        }
    }

    fn section(&mut self, walk: &Walk<'_>, schema: &'static Schema, path: &KeyPath, place: &Merged<'_>) {
        for field in schema.own_fields() {
            if !field.is_flat {
                self.key(walk, path.join(field.name));
                continue;
            }
            let inner = place.member(schema, field, &mut 0);
            match field.shape.inner() {
                Shape::Section(flattened) => self.section(walk, flattened(), path, &inner),
                _ => {
                    for (name, _) in inner.without_nothing().entries() {
                        self.line(walk, path.join(name));
                    }
                }
            }
        }
    }

    /// The keys of the variant that stands at a place; none where it cannot be told which does.
    fn variant(&mut self, walk: &Walk<'_>, union: &'static Union, path: &KeyPath, place: &Merged<'_>) {
        if !union.is_clear(place) {
            return;
        }
        let Ok(Chosen { number, content, step, .. }) = union.choose(place) else { return };
        let inner = match (union.tagging, step) {
            (Tagging::Internal { .. }, _) => path.clone(),
            (_, Some(step)) if !content.is_absent() => path.join(step),
            _ => return,
        };
        match union.content(number).map(Shape::inner) {
            Some(Shape::Section(schema)) if !union.variants[number].is_secret => {
                self.section(walk, schema(), &inner, &content);
            }
            Some(Shape::Section(_) | Shape::Union(_)) | None => {}
            Some(_) if matches!(union.tagging, Tagging::Internal { .. }) => {
                for (name, _) in content.entries() {
                    self.line(walk, inner.join(name));
                }
            }
            Some(_) => self.line(walk, inner),
        }
    }

    /// A field: of a section that is there its keys, else itself.
    fn key(&mut self, walk: &Walk<'_>, path: KeyPath) {
        let Some(located) = walk.locate(&path) else { return };
        match located.shape.map(Shape::inner) {
            Some(Shape::Section(schema)) if !located.is_secret() && located.has_keys() => {
                self.section(walk, schema(), &path, &located.seen());
            }
            _ => self.line(walk, path),
        }
    }

    fn line(&mut self, walk: &Walk<'_>, path: KeyPath) {
        self.push(|| {
            let winner = walk.locate(&path).map(|located| Winner::new(&located)).unwrap_or_default();
            let Winner { value, origin, code } = winner;
            ExplainedKey { key: path, value, origin, code, configured: None, is_in_code: false }
        });
    }
}

/// Where the keys are looked up.
struct Walk<'s> {
    root: &'static Schema,
    stack: &'s Stack,
}

impl<'s> Walk<'s> {
    fn locate(&self, path: &KeyPath) -> Option<Located<'s>> {
        locate(self.root, self.stack, path)
    }
}
