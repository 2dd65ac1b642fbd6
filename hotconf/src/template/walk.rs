//! From the schema to entries: one walk for all formats and tables.

use std::collections::BTreeMap;

use super::alternatives::alternatives_of;
use super::entry::{Content, Default, Entry, Facts, Item};
use super::literal::Literal;
use super::placeholder::{NAME, NUMBER, example, named, placeholder};
use crate::key::{DEEPEST, KeyPath};
use crate::schema::{DefaultValue, Field, Marks, Schema, Shape, Tagging, environment_name};
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
            ..outer.clone()
        };
        let default = (!marks.secret).then(|| default_value(field.shape, field.default)).flatten();
        let given = outer.values.and_then(|values| values.get(field.name));
        let given = given.filter(|value| !marks.secret && !matches!(value, Value::Null | Value::Secret));
        if field.deprecated.is_some()
            && !self.has_deprecated
            && (self.mode != Mode::Values || given.is_none() || given == default.as_ref())
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
        let is_absent = values.is_none() && (is_optional || is_made_by_code);
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

    /// A field that is no section.
    fn value_field(
        &self,
        field: &'static Field,
        here: &Here<'_>,
        mut facts: Facts,
        value: Option<&Value>,
        is_set: bool,
        open: &mut Open,
    ) -> Entry {
        facts.is_key = true;
        let literal = value.and_then(|value| Literal::of(field.shape, value, self.has_nulls));
        let is_empty = match value {
            Some(Value::List(items)) => items.is_empty(),
            Some(Value::Map(entries)) => entries.is_empty(),
            _ => true,
        };
        // A secret within is left out of what a store has; a default has none, and is written whole or not at all.
        let is_set = is_set && (literal.is_some() || self.mode == Mode::Values);
        if !here.marks.secret {
            let with_items = match field.shape.inner() {
                Shape::List(item) | Shape::Set(item) => self.list(item, here, value, is_set, open),
                Shape::Map(entry) => self.map(entry, here, value, is_set, open),
                _ => None,
            };
            match with_items {
                // An empty list or map is written as such, and what an item has is only told of.
                Some((_, item)) if is_set && is_empty && literal.is_some() => {
                    let content = Content::Value(literal.unwrap_or(Literal::Null));
                    return Entry { is_set, item, ..Entry::new(field.name, facts, content) };
                }
                Some((content, _)) => {
                    let entry = Entry::new(field.name, facts, content);
                    return Entry { is_set: is_set && !is_empty, is_presence: true, ..entry };
                }
                None => {}
            }
        }
        let alternatives = alternatives_of(self, field.shape, here, open);
        let is_set = is_set && literal.is_some();
        let shown = literal.or_else(|| {
            let example = example(field, self.has_nulls).filter(|_| !here.marks.secret);
            if example.is_some() {
                facts.example = None;
            }
            example
        });
        let to_be_filled_in = || match field.shape.inner() {
            // Which variant is for others to say.
            shape @ Shape::Union(_) if facts.is_required => named(shape),
            shape => placeholder(shape, self.has_nulls, open),
        };
        let content = Content::Value(shown.unwrap_or_else(to_be_filled_in));
        Entry { is_set, alternatives, ..Entry::new(field.name, facts, content) }
    }

    /// A list of sections, with what one item has.
    fn list(
        &self,
        item: &'static Shape,
        here: &Here<'_>,
        value: Option<&Value>,
        is_set: bool,
        open: &mut Open,
    ) -> Option<(Content, Option<Item>)> {
        let schema = item.section()?;
        let beneath = Here {
            path: here.path.join(NUMBER),
            variable: here.variable.as_ref().and_then(|variable| variable.entry(NUMBER)),
            values: None,
            is_commented: !is_set,
            has_own_names: false,
            ..here.clone()
        };
        let items = match value {
            Some(Value::List(items)) => items.iter().map(entries_of).collect::<Option<Vec<_>>>()?,
            _ => Vec::new(),
        };
        if items.is_empty() {
            if open.contains(&address(schema)) || here.is_too_deep() {
                return None;
            }
            let example = || Here { is_commented: true, ..beneath.clone() };
            let mut entries = || self.section(schema, &example(), open);
            let told = Item { name: None, entries: entries() };
            return Some((Content::Items(vec![entries()]), Some(told)));
        }
        let items = items.into_iter().map(|values| {
            let item = Here { values: Some(values), ..beneath.clone() };
            self.section(schema, &item, open)
        });
        Some((Content::Items(items.collect()), None))
    }

    /// A map, with what one entry has.
    fn map(
        &self,
        entry: &'static Shape,
        here: &Here<'_>,
        value: Option<&Value>,
        is_set: bool,
        open: &mut Open,
    ) -> Option<(Content, Option<Item>)> {
        let empty = BTreeMap::new();
        let values = value.and_then(entries_of).unwrap_or(&empty);
        if values.is_empty() {
            let mut one = || self.entry(entry, NAME, here, None, false, open);
            let told = Item { name: Some(NAME), entries: vec![one()?] };
            return Some((Content::Section(vec![one()?]), Some(told)));
        }
        let entries = values.iter().map(|(name, value)| {
            let value = Some(value).filter(|value| **value != Value::Secret);
            self.entry(entry, name, here, value, is_set, open)
        });
        Some((Content::Section(entries.collect::<Option<_>>()?), None))
    }

    /// An entry of a map; `None` where it has no end.
    fn entry(
        &self,
        shape: &'static Shape,
        name: &str,
        here: &Here<'_>,
        value: Option<&Value>,
        is_set: bool,
        open: &mut Open,
    ) -> Option<Entry> {
        let beneath = Here {
            path: here.path.join(name),
            variable: here.variable.as_ref().and_then(|variable| variable.entry(name)),
            values: value.and_then(entries_of),
            is_commented: !is_set,
            has_own_names: false,
            ..here.clone()
        };
        let mut facts = Facts { path: beneath.path.clone(), ..Facts::default() };
        if let (Some(schema), true) = (shape.section(), value.is_none_or(|value| entries_of(value).is_some()))
        {
            if value.is_none() && open.contains(&address(schema)) || here.is_too_deep() {
                return None;
            }
            let entries = self.section(schema, &beneath, open);
            let entry = Entry::new(name, facts, Content::Section(entries));
            return Some(Entry { is_set, is_presence: true, ..entry });
        }
        let literal = value.and_then(|value| Literal::of(shape, value, self.has_nulls));
        let is_set = is_set && literal.is_some();
        let mut alternatives = Vec::new();
        if value.is_none() {
            facts.is_key = true;
            facts.type_name = shape.inner().to_string();
            facts.variables = beneath.variable.iter().map(|variable| variable.name.clone()).collect();
            facts.is_secret = beneath.marks.secret;
            facts.is_restart = beneath.marks.restart;
            alternatives = alternatives_of(self, shape, &beneath, open);
        }
        let content = Content::Value(literal.unwrap_or_else(|| placeholder(shape, self.has_nulls, open)));
        Some(Entry { is_set, alternatives, ..Entry::new(name, facts, content) })
    }

    /// The keys of a flattened field, which stand beside the others.
    fn flat(
        &self,
        schema: &'static Schema,
        field: &'static Field,
        outer: &Here<'_>,
        open: &mut Open,
        entries: &mut Vec<Entry>,
    ) {
        let here = Here { marks: outer.marks.with(field), ..outer.clone() };
        let taken = field.taken();
        let is_given =
            outer.values.is_some_and(|values| taken.names.iter().any(|name| values.contains_key(*name)));
        let is_optional = matches!(field.shape, Shape::Option(_)) || field.has_default();
        let facts = Facts { is_optional, doc: field.doc, ..self.facts(field, &here) };
        match field.shape.inner() {
            Shape::Section(inner) if !open.contains(&address(inner())) => {
                let is_away = is_optional && !is_given;
                if is_optional {
                    let note =
                        "the next keys go together: either none of them is set, or all that are required";
                    let facts = Facts { note: Some(note), path: here.path.clone(), ..about(&facts) };
                    entries.push(Entry::new("", facts, Content::Nothing));
                }
                let here = Here { is_commented: here.is_commented || is_away, ..here };
                let inner = self.section(inner(), &here, open);
                entries.extend(
                    inner.into_iter().map(|entry| Entry { is_away: entry.is_away || is_away, ..entry }),
                );
            }
            Shape::Section(_) => {}
            Shape::Union(union) => {
                let mut alternatives = alternatives_of(self, field.shape, &here, open);
                alternatives.iter_mut().for_each(|alternative| alternative.stands_beside = true);
                let tag = match union().tagging {
                    Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => Some(tag),
                    Tagging::External | Tagging::Untagged => None,
                };
                let type_name = field.shape.inner().to_string();
                let facts = Facts { type_name, is_key: true, ..facts };
                let (key, content) = match tag {
                    Some(tag) => (tag, Content::Value(named(field.shape))),
                    None => ("", Content::Nothing),
                };
                let facts = Facts {
                    path: if tag.is_some() { here.path.join(key) } else { here.path.clone() },
                    variables: match (&here.variable, tag) {
                        (Some(variable), Some(tag)) => vec![variable.key(tag).name],
                        _ => Vec::new(),
                    },
                    is_required: tag.is_some() && !is_optional,
                    ..facts
                };
                let tag_entry = Entry { alternatives, ..Entry::new(key, facts, content) };
                let names = taken.names.iter().copied().filter(|name| Some(*name) != tag);
                self.plain(tag.into_iter().chain(names), Some(tag_entry), &here, entries);
            }
            shape => {
                let entry = match shape {
                    Shape::Map(entry) => entry.to_string(),
                    other => other.to_string(),
                };
                let facts = Facts {
                    path: here.path.join(NAME),
                    variables: here
                        .variable
                        .as_ref()
                        .map(|variable| variable.step(&format!("_{}", NAME.to_uppercase())).name)
                        .into_iter()
                        .collect(),
                    subject: Some("Any other key".to_owned()),
                    type_name: entry,
                    is_key: true,
                    ..about(&facts)
                };
                entries.push(Entry::new("", facts, Content::Nothing));
                let others = schema.taken_beside(field).names;
                let names = here.values.into_iter().flat_map(BTreeMap::keys).map(String::as_str);
                self.plain(names.filter(|name| !others.contains(name)), None, &here, entries);
            }
        }
    }

    /// The keys of these names that have a value, the first one as it is described.
    fn plain<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        mut first: Option<Entry>,
        here: &Here<'_>,
        entries: &mut Vec<Entry>,
    ) {
        let mut seen = Vec::new();
        for name in names {
            let value = here.values.and_then(|values| values.get(name)).filter(|_| !here.marks.secret);
            let literal = value.and_then(|value| Literal::plain(value, self.has_nulls));
            let is_set = !here.is_commented;
            if let Some(literal) = literal.filter(|_| !seen.contains(&name)) {
                seen.push(name);
                if let Some(entry) = first.take_if(|first| first.key == name) {
                    entries.push(Entry { is_set, content: Content::Value(literal), ..entry });
                } else {
                    entries.extend(first.take());
                    let facts = Facts { path: here.path.join(name), ..Facts::default() };
                    entries.push(Entry { is_set, ..Entry::new(name, facts, Content::Value(literal)) });
                }
            }
        }
        entries.extend(first);
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
            DefaultValue::Code { source, .. } => Default::Code(source),
        };
        Facts {
            path: here.path.clone(),
            doc: field.doc,
            type_name: if is_section { String::new() } else { field.shape.inner().to_string() },
            rules: field.rules,
            max_items: field.max_items,
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

/// What there is to say of a field where none of its keys is spoken of.
fn about(facts: &Facts) -> Facts {
    Facts { doc: facts.doc, variant: facts.variant, ..Facts::default() }
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
