//! The schema as the list of its keys, for people and programs that ask.

use std::fmt;

use super::{DefaultValue, Field, Marks, Merge, Rule, Schema, Shape, Tagging, Variant, environment_name};
use crate::key::KeyPath;

/// One key of a configuration, as [`Schema::fields`] tells it.
///
/// ```
/// use hotconf::HotConfig;
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     /// Where the shop listens.
///     #[hot(default = 8000, restart, env = "PORT")]
///     port: u16,
/// }
///
/// let port = AppConfig::schema().fields().next().unwrap();
/// assert_eq!((port.key().as_str(), port.type_name().as_str()), ("port", "integer (u16)"));
/// assert_eq!((port.doc(), port.default().as_deref()), ("Where the shop listens.", Some("8000")));
/// assert_eq!((port.is_required(), port.is_restart(), port.is_secret()), (false, true, false));
/// assert_eq!(port.env_names("APP"), ["APP_PORT", "PORT"]);
/// ```
#[derive(Clone)]
pub struct FieldSchema {
    pub(super) key: KeyPath,
    pub(super) field: &'static Field,
    pub(super) marks: Marks,
}

impl FieldSchema {
    /// The dotted path from the root. A flattened map or enum has the path of the section that it is in.
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
    /// the key is required or simply absent by default. An expression whose value has secrets in it is `***`.
    #[must_use]
    pub fn default(&self) -> Option<String> {
        if self.is_secret() {
            return None;
        }
        match self.field.default {
            DefaultValue::None => None,
            DefaultValue::Empty => Some("empty".to_owned()),
            DefaultValue::Literal(literal) => Some(literal.to_string()),
            DefaultValue::Code { .. } if self.field.shape.has_secret() => Some("***".to_owned()),
            DefaultValue::Code { source, .. } => Some(source.to_owned()),
        }
    }

    /// Whether the configuration cannot be built without this key.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self.field.default, DefaultValue::None) && !matches!(self.field.shape, Shape::Option(_))
    }

    /// Whether the key may be absent without a default in its place: its type is an `Option`.
    ///
    /// ```
    /// use hotconf::HotConfig;
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     name: Option<String>,
    /// }
    ///
    /// let name = AppConfig::schema().fields().next().unwrap();
    /// assert!(name.is_optional() && !name.is_required());
    /// ```
    #[must_use]
    pub fn is_optional(&self) -> bool {
        matches!(self.field.shape, Shape::Option(_))
    }

    /// The key beside those of the content that says which variant of an enum is meant, where there is one: of a list or
    /// a map that of its items.
    ///
    /// ```
    /// use hotconf::HotConfig;
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     store: Store,
    /// }
    ///
    /// #[derive(HotConfig)]
    /// #[serde(tag = "type", content = "options", rename_all = "lowercase")]
    /// enum Store {
    ///     Memory,
    ///     Disk { path: String },
    /// }
    ///
    /// let store = AppConfig::schema().fields().next().unwrap();
    /// assert_eq!((store.tag(), store.content()), (Some("type"), Some("options")));
    /// ```
    #[must_use]
    pub fn tag(&self) -> Option<&'static str> {
        match self.tagging()? {
            Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => Some(tag),
            Tagging::External | Tagging::Untagged => None,
        }
    }

    /// The key that has the content of a variant beside its [`tag`](FieldSchema::tag), where there is one.
    #[must_use]
    pub fn content(&self) -> Option<&'static str> {
        match self.tagging()? {
            Tagging::Adjacent { content, .. } => Some(content),
            Tagging::External | Tagging::Internal { .. } | Tagging::Untagged => None,
        }
    }

    /// Whether nothing says which variant of an enum is meant, and the first one that fits is.
    #[must_use]
    pub fn is_untagged(&self) -> bool {
        self.tagging() == Some(Tagging::Untagged)
    }

    fn tagging(&self) -> Option<Tagging> {
        match self.item_shape() {
            Shape::Union(union) => Some(union().tagging),
            _ => None,
        }
    }

    /// What variants are looked for in: the items of a list or a map, or the value itself.
    fn item_shape(&self) -> &'static Shape {
        match self.field.shape.inner() {
            Shape::List(item) | Shape::Set(item) | Shape::Map(item) => item.inner(),
            own => own,
        }
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

    /// The most items that the list or map may have, where the field declares it.
    #[must_use]
    pub fn max_items(&self) -> Option<usize> {
        self.field.max_items
    }

    /// How the lists that several layers have for the key become one.
    ///
    /// ```
    /// use hotconf::{HotConfig, Merge};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(merge = "append")]
    ///     plugins: Vec<String>,
    ///     hosts: Vec<String>,
    /// }
    ///
    /// let rules: Vec<_> = AppConfig::schema().fields().map(|field| field.merge()).collect();
    /// assert_eq!(rules, [Merge::Append, Merge::Replace]);
    /// ```
    #[must_use]
    pub fn merge(&self) -> Merge {
        self.field.merge
    }

    /// Other names under which sources may set the key.
    #[must_use]
    pub fn aliases(&self) -> &'static [&'static str] {
        self.field.aliases
    }

    /// The environment variables that set this key under `prefix`, the one that wins first. None for a flattened map or
    /// enum, which has no key of its own.
    #[must_use]
    pub fn env_names(&self, prefix: &str) -> Vec<String> {
        if self.field.is_flat {
            return Vec::new();
        }
        let segments: Vec<_> = self.key.segments().collect();
        std::iter::once(environment_name(prefix, segments.iter().map(AsRef::as_ref)))
            .chain(self.field.env.iter().map(|&name| name.to_owned()))
            .collect()
    }

    /// Whether it is a map or an enum whose keys stand beside those of the section that it is in.
    #[must_use]
    pub fn is_flattened(&self) -> bool {
        self.field.is_flat
    }

    /// The variants of an enum; of a list or a map those of its items. None for every other type.
    ///
    /// ```
    /// use hotconf::HotConfig;
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     store: Store,
    /// }
    ///
    /// #[derive(HotConfig)]
    /// #[serde(tag = "type", rename_all = "lowercase")]
    /// enum Store {
    ///     Memory,
    ///     Disk { path: String },
    /// }
    ///
    /// let store = AppConfig::schema().fields().next().unwrap();
    /// let names: Vec<_> = store.variants().map(|variant| variant.name()).collect();
    /// assert_eq!(names, ["memory", "disk"]);
    /// let disk = store.variants().nth(1).unwrap();
    /// assert_eq!(disk.schema().unwrap().fields().next().unwrap().key(), "path");
    /// ```
    pub fn variants(&self) -> impl Iterator<Item = VariantSchema> + use<> {
        let variants = match self.item_shape() {
            Shape::Leaf(leaf) => leaf.variants,
            Shape::Union(union) => union().variants,
            _ => &[],
        };
        variants.iter().map(|variant| VariantSchema { variant })
    }

    /// What each item of a list, or each entry of a map, expects, where these are sections.
    #[must_use]
    pub fn items(&self) -> Option<&'static Schema> {
        match self.field.shape.inner() {
            Shape::List(item) | Shape::Set(item) | Shape::Map(item) => item.section(),
            _ => None,
        }
    }
}

impl fmt::Debug for FieldSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldSchema").field("key", &self.key).field("type", &self.type_name()).finish()
    }
}

/// One variant of an enum, as [`FieldSchema::variants`] tells it.
#[derive(Clone, Copy)]
pub struct VariantSchema {
    variant: &'static Variant,
}

impl VariantSchema {
    /// The name that sources use.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.variant.name
    }

    /// Other names that sources may use.
    #[must_use]
    pub fn aliases(&self) -> &'static [&'static str] {
        self.variant.aliases
    }

    /// The doc comment of the variant, lines joined; empty where there is none.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.variant.doc
    }

    /// Whether every name that is none of the others means this variant.
    #[must_use]
    pub fn is_other(&self) -> bool {
        self.variant.is_other
    }

    /// What the content of the variant is, for people: `text`, `list of integer (u8)`; `None` where there is none.
    #[must_use]
    pub fn type_name(&self) -> Option<String> {
        self.variant.content.map(ToString::to_string)
    }

    /// The fields of the variant, where its content is a section.
    #[must_use]
    pub fn schema(&self) -> Option<&'static Schema> {
        self.variant.content?.section()
    }
}

impl fmt::Debug for VariantSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VariantSchema").field("name", &self.name()).field("type", &self.type_name()).finish()
    }
}
