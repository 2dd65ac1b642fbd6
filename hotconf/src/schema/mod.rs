//! What a configuration type expects: static facts, written by the derive, read by everything else.
//!
//! Invariant: a schema is constant data. It refers to other schemas through functions only, so that recursive types
//! have one.

mod field;
mod shape;

use std::fmt;

use crate::key::KeyPath;

pub use field::{DefaultValue, Field, Literal, Rule};
pub use shape::{Leaf, Shape, Variant};

/// What a configuration struct expects: its fields with their types, defaults, rules and documentation.
///
/// Obtained from [`HotConfig::schema`](crate::HotConfig::schema).
pub struct Schema {
    name: &'static str,
    doc: &'static str,
    fields: &'static [Field],
    unknown: Option<Unknown>,
}

impl Schema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, doc: "", fields, unknown: None }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = Some(unknown);
        self
    }

    /// The name of the struct.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The documentation of the struct: its doc comment.
    #[must_use]
    pub fn documentation(&self) -> &'static str {
        self.doc
    }

    /// Every key of the configuration with what is known of it, from the first field to the last, sections stepped
    /// into. A list or a map is one key; [`FieldSchema::items`] has what its items expect. A type that contains itself
    /// is stepped into once.
    ///
    /// ```
    /// use hotconf::HotConfig;
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     server: Server,
    ///     #[hot(default = false)]
    ///     debug: bool,
    /// }
    ///
    /// #[derive(HotConfig)]
    /// struct Server {
    ///     /// Where the shop listens.
    ///     port: u16,
    /// }
    ///
    /// let keys: Vec<String> = AppConfig::schema().fields().map(|field| field.key().to_string()).collect();
    /// assert_eq!(keys, ["server.port", "debug"]);
    /// ```
    pub fn fields(&self) -> impl Iterator<Item = FieldSchema> + use<> {
        let mut found = Vec::new();
        self.collect(&KeyPath::default(), Marks::default(), &mut vec![self.fields.as_ptr()], &mut found);
        found.into_iter()
    }

    fn collect(
        &self,
        path: &KeyPath,
        marks: Marks,
        open: &mut Vec<*const Field>,
        found: &mut Vec<FieldSchema>,
    ) {
        for field in self.fields {
            let key = path.join(field.name);
            let marks = marks.with(field);
            match field.shape.section() {
                Some(section) if !open.contains(&section.fields.as_ptr()) => {
                    open.push(section.fields.as_ptr());
                    section.collect(&key, marks, open, found);
                    open.pop();
                }
                Some(_) => {}
                None => found.push(FieldSchema { key, field, marks }),
            }
        }
    }

    /// The key of every leaf, sorted by path. A section of a type that is open already is one key: it has no end.
    pub(crate) fn every_key(&self) -> Vec<KeyPath> {
        let mut keys = Vec::new();
        self.collect_keys(&KeyPath::default(), &mut vec![self.fields.as_ptr()], &mut keys);
        keys.sort_unstable();
        keys
    }

    fn collect_keys(&self, path: &KeyPath, open: &mut Vec<*const Field>, keys: &mut Vec<KeyPath>) {
        for field in self.fields {
            let key = path.join(field.name);
            match field.shape.section() {
                Some(section) if !section.fields.is_empty() && !open.contains(&section.fields.as_ptr()) => {
                    open.push(section.fields.as_ptr());
                    section.collect_keys(&key, open, keys);
                    open.pop();
                }
                _ => keys.push(key),
            }
        }
    }

    pub(crate) fn own_fields(&self) -> &'static [Field] {
        self.fields
    }

    pub(crate) fn unknown_keys(&self) -> Option<Unknown> {
        self.unknown
    }

    /// The field that sources call `name`, by its own name or one of its aliases.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .or_else(|| self.fields.iter().find(|field| field.aliases.contains(&name)))
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").field("name", &self.name).field("fields", &self.fields.len()).finish()
    }
}

/// Marks that a section hands down to everything beneath it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks {
    pub(crate) secret: bool,
    pub(crate) restart: bool,
}

impl Marks {
    pub(crate) fn with(self, field: &Field) -> Self {
        Self { secret: self.secret || field.secret, restart: self.restart || field.restart }
    }
}

/// One key of a configuration, as [`Schema::fields`] tells it.
#[derive(Clone)]
pub struct FieldSchema {
    key: KeyPath,
    field: &'static Field,
    marks: Marks,
}

impl FieldSchema {
    /// The dotted path from the root.
    #[must_use]
    pub fn key(&self) -> &KeyPath {
        &self.key
    }

    /// What the value is, for people: `integer (u16)`, `duration`, `list of text`.
    #[must_use]
    pub fn type_name(&self) -> String {
        self.field.shape.to_string()
    }

    /// The doc comment of the field, lines joined; empty where there is none.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.field.doc
    }

    /// The default as it would be written in a file or, where it is an expression, in the source text; `None` where
    /// the key is required or simply absent by default.
    #[must_use]
    pub fn default(&self) -> Option<String> {
        if self.is_secret() {
            return None;
        }
        match self.field.default {
            DefaultValue::None => None,
            DefaultValue::Empty => Some("empty".to_owned()),
            DefaultValue::Literal(literal) => Some(literal.to_string()),
            DefaultValue::Code { source, .. } => Some(source.to_owned()),
        }
    }

    /// Whether the configuration cannot be built without this key.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self.field.default, DefaultValue::None) && !matches!(self.field.shape, Shape::Option(_))
    }

    /// The rules of `#[validate(...)]` on the field.
    #[must_use]
    pub fn rules(&self) -> &'static [Rule] {
        self.field.rules
    }

    /// Whether the value is shown nowhere.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.marks.secret
    }

    /// Whether a change waits for a restart.
    #[must_use]
    pub fn is_restart(&self) -> bool {
        self.marks.restart
    }

    /// What to do instead, where the key is deprecated.
    #[must_use]
    pub fn deprecated(&self) -> Option<&'static str> {
        self.field.deprecated
    }

    /// The example value that the field declares.
    #[must_use]
    pub fn example(&self) -> Option<&'static str> {
        self.field.example
    }

    /// Other names under which sources may set the key.
    #[must_use]
    pub fn aliases(&self) -> &'static [&'static str] {
        self.field.aliases
    }

    /// The environment variables that set this key under `prefix`, the one that wins first.
    #[must_use]
    pub fn env_names(&self, prefix: &str) -> Vec<String> {
        let segments: Vec<_> = self.key.segments().collect();
        std::iter::once(environment_name(prefix, segments.iter().map(AsRef::as_ref)))
            .chain(self.field.env.iter().map(|&name| name.to_owned()))
            .collect()
    }

    /// What each item of a list, or each entry of a map, expects, where these are sections.
    #[must_use]
    pub fn items(&self) -> Option<&'static Schema> {
        match self.field.shape.inner() {
            Shape::List(item) | Shape::Map(item) => item.section(),
            _ => None,
        }
    }
}

impl fmt::Debug for FieldSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldSchema").field("key", &self.key).field("type", &self.type_name()).finish()
    }
}

/// The variable for the key with these segments: the prefix and the segments in upper case, joined by `_`; what
/// cannot stand in a variable's name becomes `_` too.
pub(crate) fn environment_name<'s>(prefix: &str, segments: impl Iterator<Item = &'s str>) -> String {
    let mut name = String::from(prefix.trim_end_matches('_'));
    for segment in segments {
        if !name.is_empty() {
            name.push('_');
        }
        name.extend(segment.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' }));
    }
    name
}

/// What is done about keys that a section does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unknown {
    /// They are problems.
    Deny,
    /// They are warnings.
    Warn,
    /// They are passed over.
    Ignore,
}
