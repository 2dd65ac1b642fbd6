//! What a configuration type expects: static facts, written by the derive, read by everything else.
//!
//! Invariant: a schema is constant data. It refers to other schemas through functions only, so that recursive types
//! have one.

use std::fmt;

use crate::key::KeyPath;
use crate::tree::{Value, View};

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

/// One field of a configuration struct. Written by the derive.
#[doc(hidden)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) rust_name: &'static str,
    pub(crate) shape: &'static Shape,
    pub(crate) doc: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) env: &'static [&'static str],
    pub(crate) default: DefaultValue,
    pub(crate) rules: &'static [Rule],
    pub(crate) deprecated: Option<&'static str>,
    pub(crate) example: Option<&'static str>,
    pub(crate) max_items: Option<usize>,
    pub(crate) secret: bool,
    pub(crate) restart: bool,
}

impl Field {
    #[must_use]
    pub const fn new(name: &'static str, rust_name: &'static str, shape: &'static Shape) -> Self {
        Self {
            name,
            rust_name,
            shape,
            doc: "",
            aliases: &[],
            env: &[],
            default: DefaultValue::None,
            rules: &[],
            deprecated: None,
            example: None,
            max_items: None,
            secret: false,
            restart: false,
        }
    }

    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    #[must_use]
    pub const fn env(mut self, names: &'static [&'static str]) -> Self {
        self.env = names;
        self
    }

    #[must_use]
    pub const fn default(mut self, default: DefaultValue) -> Self {
        self.default = default;
        self
    }

    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    #[must_use]
    pub const fn deprecated(mut self, remedy: &'static str) -> Self {
        self.deprecated = Some(remedy);
        self
    }

    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = Some(example);
        self
    }

    #[must_use]
    pub const fn max_items(mut self, most: usize) -> Self {
        self.max_items = Some(most);
        self
    }

    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    #[must_use]
    pub const fn restart(mut self) -> Self {
        self.restart = true;
        self
    }
}

/// What a field is when no source sets it.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum DefaultValue {
    /// There is none: the key is required, unless its type has a value for absence.
    None,
    /// The type's empty value.
    Empty,
    /// A configuration value, read as if it stood in the lowest layer.
    Literal(&'static Literal),
    /// An expression: its source text, and its value where the type has one to show.
    Code { source: &'static str, value: fn() -> Option<Value> },
}

/// A configuration value written in a default.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Literal {
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(&'static str),
    List(&'static [Literal]),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Bool(value) => write!(f, "{value}"),
            Literal::Integer(value) => write!(f, "{value}"),
            Literal::Float(value) => write!(f, "{value:?}"),
            Literal::Text(value) => write!(f, "{value:?}"),
            Literal::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    let separator = if i > 0 { ", " } else { "" };
                    write!(f, "{separator}{item}")?;
                }
                f.write_str("]")
            }
        }
    }
}

/// One `#[validate(...)]` rule, as it was written: for documentation and templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    name: &'static str,
    arguments: &'static str,
}

impl Rule {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, arguments: &'static str) -> Self {
        Self { name, arguments }
    }

    /// The rule's name: `range`, `length`, `email`, …
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What stands in its parentheses, as written: `min = 1, max = 512`; empty where there are none.
    #[must_use]
    pub fn arguments(&self) -> &'static str {
        self.arguments
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.arguments {
            "" => f.write_str(self.name),
            arguments => write!(f, "{}({arguments})", self.name),
        }
    }
}

/// What a value looks like in a source.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Shape {
    /// A single value, or one that is read whole.
    Leaf(Leaf),
    /// A map with known keys.
    Section(fn() -> &'static Schema),
    /// A value that may be absent.
    Option(&'static Shape),
    /// Items in order, of one shape.
    List(&'static Shape),
    /// Entries by name, of one shape.
    Map(&'static Shape),
}

/// A single value.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Leaf {
    /// What it is, for people.
    pub(crate) name: &'static str,
    /// The value that the text or number in a source stands for, so that two spellings of it are equal;
    /// `None` where it does not fit the type.
    pub(crate) canonical: fn(View<'_>) -> Option<Value>,
    /// The value of the type's `Default`, where it has one that can be shown.
    pub(crate) empty: fn() -> Option<Value>,
    /// The names it can have, where it is one of a few.
    pub(crate) variants: &'static [Variant],
    /// Whether the text of a variable may hold JSON for it: true for types that are read whole.
    pub(crate) structured: bool,
}

/// One name of a unit enum.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) doc: &'static str,
}

impl Variant {
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, aliases: &[], doc: "" }
    }

    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }
}

impl Leaf {
    #[must_use]
    pub const fn new(name: &'static str, canonical: fn(View<'_>) -> Option<Value>) -> Self {
        Self { name, canonical, empty: || None, variants: &[], structured: false }
    }

    /// One of a few names.
    #[must_use]
    pub const fn choice(variants: &'static [Variant], canonical: fn(View<'_>) -> Option<Value>) -> Self {
        Self { variants, ..Self::new("choice", canonical) }
    }

    #[must_use]
    pub const fn empty(mut self, empty: fn() -> Option<Value>) -> Self {
        self.empty = empty;
        self
    }

    #[must_use]
    pub(crate) const fn structured(mut self) -> Self {
        self.structured = true;
        self
    }
}

impl Shape {
    /// The shape behind any `Option`.
    pub(crate) fn inner(&self) -> &Shape {
        match self {
            Shape::Option(inner) => inner.inner(),
            other => other,
        }
    }

    /// The schema of a section, also of one that may be absent.
    pub(crate) fn section(&self) -> Option<&'static Schema> {
        match self.inner() {
            Shape::Section(schema) => Some(schema()),
            _ => None,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Leaf(Leaf { variants: [], name, .. }) => f.write_str(name),
            Shape::Leaf(Leaf { variants, .. }) => {
                let names: Vec<_> = variants.iter().map(|variant| variant.name).collect();
                write!(f, "one of {}", names.join(", "))
            }
            Shape::Section(schema) => write!(f, "section ({})", schema().name),
            Shape::Option(inner) => write!(f, "{inner}, optional"),
            Shape::List(item) => write!(f, "list of {item}"),
            Shape::Map(item) => write!(f, "map of {item}"),
        }
    }
}
