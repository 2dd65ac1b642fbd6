//! Fields that are no sections: single values, enums, lists and maps with what one item of them has.

use std::collections::BTreeMap;

use super::super::alternatives::alternatives_of;
use super::super::entry::{Content, Entry, Facts, Item};
use super::super::literal::Literal;
use super::super::placeholder::{NAME, NUMBER, example, has_keys, named, placeholder};
use super::{Here, Mode, Open, Walk, address, entries_of};
use crate::schema::{Field, Shape};
use crate::value::Value;

impl Walk<'_> {
    /// A field that is no section.
    pub(super) fn value_field(
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
        let content = match field.shape.inner() {
            _ if here.marks.secret => None,
            Shape::List(item) | Shape::Set(item) => self.list(item, here, value, is_set, open),
            Shape::Map(entry) => self.map(entry, here, value, is_set, open),
            _ => None,
        };
        match (content, literal) {
            // An empty list or map is written as such, and what one of it has is only told of.
            (Some(content), Some(literal)) if is_set && is_empty => {
                let item = Item::of(content);
                Entry { is_set, item, ..Entry::new(field.name, facts, Content::Value(literal)) }
            }
            (Some(content), _) => {
                let entry = Entry::new(field.name, facts, content);
                Entry { is_set: is_set && !is_empty, is_presence: true, ..entry }
            }
            (None, literal) => self.single_value(field, here, facts, literal, is_set, open),
        }
    }

    /// A field whose value has no keys to be described.
    fn single_value(
        &self,
        field: &'static Field,
        here: &Here<'_>,
        mut facts: Facts,
        literal: Option<Literal>,
        is_set: bool,
        open: &mut Open,
    ) -> Entry {
        let alternatives = match here.marks.secret {
            true => Vec::new(),
            false => alternatives_of(self, field.shape, here, open),
        };
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
            shape if here.marks.secret && has_keys(shape) => named(shape),
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
    ) -> Option<Content> {
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
            let example = Here { is_commented: true, ..beneath };
            return Some(Content::Items(vec![self.section(schema, &example, open)]));
        }
        let items = items.into_iter().map(|values| {
            let item = Here { values: Some(values), ..beneath.clone() };
            self.section(schema, &item, open)
        });
        Some(Content::Items(items.collect()))
    }

    /// A map, with what one entry has.
    fn map(
        &self,
        entry: &'static Shape,
        here: &Here<'_>,
        value: Option<&Value>,
        is_set: bool,
        open: &mut Open,
    ) -> Option<Content> {
        let empty = BTreeMap::new();
        let values = value.and_then(entries_of).unwrap_or(&empty);
        if values.is_empty() {
            return Some(Content::Section(vec![self.entry(entry, NAME, here, None, false, open)?]));
        }
        let entries = values.iter().map(|(name, value)| {
            let value = Some(value).filter(|value| **value != Value::Secret);
            self.entry(entry, name, here, value, is_set, open)
        });
        Some(Content::Section(entries.collect::<Option<_>>()?))
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
}
