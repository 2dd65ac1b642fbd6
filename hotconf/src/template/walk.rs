//! From the schema to entries: one walk for all formats and tables.

mod flat;
mod values;

use std::collections::BTreeMap;

use super::entry::{Content, Default, Entry, Facts};
use super::placeholder::{NAME, NUMBER};
use crate::key::{DEEPEST, KeyPath};
use crate::schema::{DefaultValue, Field, Marks, Schema, Shape, environment_name};
use crate::tree::default_value;
use crate::value::Value;

/// What is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing.
    Commented,
    /// Every default.
    Written,
    /// What has a value.
    Values,
}

/// The walk, with what it is for.
pub(super) struct Walk<'w> {
    prefix: Option<&'w str>,
    mode: Mode,
    /// Whether the format can write a null.
    has_nulls: bool,
    /// Whether keys are listed that nobody should use any more.
    has_deprecated: bool,
}

/// Where the walk is.
#[derive(Clone)]
pub(super) struct Here<'v> {
    pub(super) path: KeyPath,
    /// The beginning of the names of variables, where variables reach.
    pub(super) variable: Option<Variable>,
    pub(super) marks: Marks,
    /// What the keys have: the values to write, or those of the default that they are part of.
    pub(super) values: Option<&'v BTreeMap<String, Value>>,
    /// Whether nothing here is set, because what it is part of is not.
    pub(super) is_commented: bool,
    /// The variant of an enum that this is the content of.
    pub(super) variant: Option<&'static str>,
    /// Whether fields have the names of variables that they declare.
    pub(super) has_own_names: bool,
    /// The names beside these keys that belong to others, because these are flattened.
    pub(super) taken: Vec<&'static str>,
}

/// The beginning of a variable's name.
#[derive(Clone)]
pub(super) struct Variable {
    name: String,
    /// What separates the next segment from it.
    separator: &'static str,
}

impl Variable {
    fn step(&self, segment: &str) -> Self {
        let separator = if self.name.is_empty() { "" } else { self.separator };
        Self { name: format!("{}{separator}{segment}", self.name), separator: self.separator }
    }

    fn key(&self, key: &str) -> Self {
        self.step(&environment_name("", std::iter::once(key)))
    }

    /// For an entry of a flattened map.
    fn rest(&self) -> Self {
        self.step(&format!("_{}", NAME.to_uppercase()))
    }

    /// Beneath an entry of a map or an item of a list all separators are double. `None` for a name that no variable
    /// can have.
    fn entry(&self, name: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let is_reached = !name.is_empty() && name.bytes().all(is_plain) && !name.contains("__");
        let segment = name.to_ascii_uppercase().replace('-', "_");
        let entry = || Self { separator: "__", ..self.clone() }.step(&segment);
        (is_reached || matches!(name, NAME | NUMBER)).then(entry)
    }
}

/// The types that the walk is in, so that one that contains itself is described once.
pub(super) type Open = Vec<*const ()>;

impl<'w> Walk<'w> {
    pub(super) fn new(prefix: Option<&'w str>, mode: Mode, has_nulls: bool) -> Self {
        Self { prefix, mode, has_nulls, has_deprecated: false }
    }

    /// A walk over every key that there is.
    pub(super) fn over_all(prefix: Option<&'w str>) -> Self {
        Self { has_deprecated: true, ..Self::new(prefix, Mode::Commented, true) }
    }

    /// The entries of the whole configuration.
    pub(super) fn root(&self, schema: &'static Schema, values: &Value) -> Vec<Entry> {
        let name = |prefix: &str| prefix.trim_end_matches('_').to_owned();
        let here = Here {
            path: KeyPath::default(),
            variable: self.prefix.map(|prefix| Variable { name: name(prefix), separator: "_" }),
            marks: Marks::default(),
            values: entries_of(values),
            is_commented: false,
            variant: None,
            has_own_names: true,
            taken: Vec::new(),
        };
        self.section(schema, &here, &mut Vec::new())
    }

    pub(super) fn section(&self, schema: &'static Schema, here: &Here<'_>, open: &mut Open) -> Vec<Entry> {
        let mut entries = Vec::new();
        open.push(address(schema));
        for field in schema.own_fields() {
            if field.is_flat {
                self.flat(schema, field, here, open, &mut entries);
            } else {
                entries.extend(self.field(field, here, open));
            }
        }
        open.pop();
        entries
    }

    /// One field; `None` where it is left out.
    fn field(&self, field: &'static Field, outer: &Here<'_>, open: &mut Open) -> Option<Entry> {
        let marks = outer.marks.with(field);
        let here = Here {
            path: outer.path.join(field.name),
            variable: outer.variable.as_ref().map(|variable| variable.key(field.name)),
            marks,
            taken: Vec::new(),
            ..outer.clone()
        };
        let default = (!marks.secret).then(|| default_value(field.shape, field.default)).flatten();
        let given = outer.values.and_then(|values| values.get(field.name));
        let given = given.filter(|value| !marks.secret && !matches!(value, Value::Null | Value::Secret));
        // A function or a `Deserialize` may read another spelling than the text that stands for such a value elsewhere.
        let is_code = is_whole(field)
            && matches!((field.default, &default), (DefaultValue::Code { .. }, Some(Value::String(_))));
        let given = given.filter(|&value| !is_code || Some(value) != default.as_ref());
        let default = default.filter(|_| !is_code);
        if field.deprecated.is_some()
            && !self.has_deprecated
            && (self.mode == Mode::Commented || given.is_none() || given == default.as_ref())
        {
            return None;
        }
        let is_set = !here.is_commented
            && match (self.mode, outer.values) {
                (Mode::Commented, _) => false,
                (Mode::Written, None) => default.is_some(),
                (Mode::Written, Some(_)) | (Mode::Values, _) => given.is_some(),
            };
        // Within a value that is a default, what is absent is no default of its own.
        let value = match (self.mode, outer.values) {
            (Mode::Commented | Mode::Written, Some(_)) => given,
            _ => given.or(default.as_ref()),
        };
        let facts = self.facts(field, &here);
        Some(match field.shape.inner() {
            Shape::Section(schema) => self.section_field(field, schema(), &here, facts, value, open),
            _ => self.value_field(field, &here, facts, value, is_set, open),
        })
    }

    fn section_field(
        &self,
        field: &'static Field,
        schema: &'static Schema,
        here: &Here<'_>,
        mut facts: Facts,
        value: Option<&Value>,
        open: &mut Open,
    ) -> Entry {
        let values = value.and_then(entries_of);
        if facts.doc.is_empty() {
            facts.doc = schema.documentation();
        }
        let is_optional = matches!(field.shape, Shape::Option(_));
        let is_endless = open.contains(&address(schema)) && values.is_none();
        if is_endless || here.is_too_deep() {
            facts.subject = Some(format!("`{}`", field.name));
            facts.type_name = field.shape.inner().to_string();
            facts.note = Some("with keys of the same names");
            facts.is_key = true;
            return Entry::new("", facts, Content::Nothing);
        }
        // A section that is there has the defaults of its fields, which are not those of the code that makes it.
        let is_made_by_code = matches!(field.default, DefaultValue::Code { .. });
        // Of a value that cannot be shown nothing is left but the section.
        let is_hidden =
            is_made_by_code && self.mode == Mode::Values && values.is_some_and(BTreeMap::is_empty);
        let is_absent = is_hidden || values.is_none() && (is_optional || is_made_by_code);
        let is_commented = here.is_commented || is_absent || is_made_by_code && self.mode == Mode::Commented;
        let inner = Here { values, is_commented, ..here.clone() };
        let mut entries = self.section(schema, &inner, open);
        let mut is_set = !is_commented;
        if is_set && is_made_by_code && self.mode == Mode::Written && entries.iter().any(loses_its_value) {
            entries = self.section(schema, &Here { is_commented: true, ..inner }, open);
            is_set = false;
        }
        let presence = is_optional || is_made_by_code;
        Entry { is_set, is_presence: presence, ..Entry::new(field.name, facts, Content::Section(entries)) }
    }

    fn facts(&self, field: &'static Field, here: &Here<'_>) -> Facts {
        let is_optional = matches!(field.shape, Shape::Option(_));
        let is_section = matches!(field.shape.inner(), Shape::Section(_));
        let is_secret = here.marks.secret;
        let has_default = field.has_default();
        let prefixed = here.variable.iter().filter(|_| !is_section).map(|variable| variable.name.clone());
        let own = field.env.iter().filter(|_| here.has_own_names).map(|&name| name.to_owned());
        let default = match field.default {
            _ if is_secret => Default::None,
            DefaultValue::None => Default::None,
            DefaultValue::Empty => Default::Empty,
            DefaultValue::Literal(literal) => Default::Literal(literal),
            // The text of the code has what it puts into the secrets of an item or a variant.
            DefaultValue::Code { .. } if field.shape.has_secret() => Default::Hidden,
            DefaultValue::Code { source, .. } => Default::Code(source),
        };
        Facts {
            path: here.path.clone(),
            doc: field.doc,
            type_name: if is_section { String::new() } else { field.shape.inner().to_string() },
            rules: field.rules,
            max_items: field.max_items,
            merge: field.merge,
            is_required: !has_default && !is_optional && !is_section,
            is_optional,
            has_default,
            default,
            variables: prefixed.chain(own).collect(),
            aliases: field.aliases,
            is_secret,
            is_restart: here.marks.restart,
            deprecated: field.deprecated,
            example: field.example.filter(|_| !is_secret),
            is_key: false,
            variant: here.variant,
            subject: None,
            note: None,
        }
    }

    pub(super) fn has_nulls(&self) -> bool {
        self.has_nulls
    }
}

impl Here<'_> {
    /// Whether the walk is deeper than any configuration, within a type that nobody recognizes as one that is open.
    pub(super) fn is_too_deep(&self) -> bool {
        self.path.segments().count() >= DEEPEST
    }
}

/// Whether the value is read whole, by a function or its `Deserialize`.
fn is_whole(field: &Field) -> bool {
    matches!(field.shape.inner(), Shape::Leaf(leaf) if leaf.structured)
}

fn entries_of(value: &Value) -> Option<&BTreeMap<String, Value>> {
    match value {
        Value::Map(entries) => Some(entries),
        _ => None,
    }
}

/// Known again by the fields, which are constant where the schema of a generic type may be made more than once.
pub(super) fn address(schema: &'static Schema) -> *const () {
    schema.own_fields().as_ptr().cast()
}

/// Whether the value that the section was given cannot be written in full.
fn loses_its_value(entry: &Entry) -> bool {
    match &entry.content {
        Content::Section(entries) if entry.is_set => entries.iter().any(loses_its_value),
        _ => !entry.is_set && (entry.facts.has_default || entry.facts.is_required || entry.facts.is_secret),
    }
}

/// A description with a capital letter and a full stop.
pub(super) fn sentence(what: impl ToString) -> String {
    let what = what.to_string();
    let mut rest = what.chars();
    match rest.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), rest.as_str()),
        None => String::new(),
    }
}
