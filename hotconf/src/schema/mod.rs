//! What a configuration type expects: static facts, written by the derive, read by everything else.
//!
//! Invariant: a schema is constant data. It refers to other schemas through functions only, so that recursive types
//! have one.

mod beneath;
mod field;
mod fit;
mod flat;
mod known;
mod listing;
mod merge;
mod shape;
mod union;
mod variables;

use std::fmt;

use crate::key::KeyPath;

pub use field::{DefaultValue, Facts, Field, Literal, Rule};
pub(crate) use flat::{Member, Taken};
pub use listing::{FieldSchema, VariantSchema};
pub(crate) use merge::KeyOfItems;
pub use merge::Merge;
pub use shape::{Leaf, Shape};
pub use union::{Tagging, Union, Variant};

/// What a configuration struct expects: its fields with their types, defaults, rules and documentation.
///
/// Obtained from [`HotConfig::schema`](crate::HotConfig::schema).
pub struct Schema {
    name: &'static str,
    doc: &'static str,
    fields: &'static [Field],
    unknown: Option<Unknown>,
    /// Whether any of its fields is flattened.
    flattens: bool,
}

impl Schema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, doc: "", fields, unknown: None, flattens: false }
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

    #[doc(hidden)]
    #[must_use]
    pub const fn flattens(mut self) -> Self {
        self.flattens = true;
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
            let key = field.path_in(path);
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
            let key = field.path_in(path);
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

    /// What is done about keys that no field has, where the struct itself says it; else it is as in the section around
    /// it, and at the root they are problems.
    ///
    /// ```
    /// use hotconf::{HotConfig, Unknown};
    ///
    /// #[derive(HotConfig)]
    /// #[hot(unknown = "warn")]
    /// struct AppConfig {
    ///     port: u16,
    /// }
    ///
    /// assert_eq!(AppConfig::schema().unknown_keys(), Some(Unknown::Warn));
    /// ```
    #[must_use]
    pub fn unknown_keys(&self) -> Option<Unknown> {
        self.unknown
    }

    pub(crate) fn has_flat_fields(&self) -> bool {
        self.flattens
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
    pub(crate) fn and(self, other: Self) -> Self {
        Self { secret: self.secret || other.secret, restart: self.restart || other.restart }
    }

    pub(crate) fn with(self, field: &Field) -> Self {
        self.and(Self { secret: field.secret, restart: field.restart })
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
        name.extend(segment.chars().map(letter_of_variable));
    }
    name
}

/// What stands in a variable's name for a character of a key.
fn letter_of_variable(c: char) -> char {
    if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' }
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
