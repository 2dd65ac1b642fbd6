//! Flattened fields, whose keys stand beside those of the section around them.

use std::collections::BTreeMap;

use super::super::alternatives::alternatives_of;
use super::super::entry::{Content, Entry, Facts};
use super::super::literal::Literal;
use super::super::placeholder::{NAME, named};
use super::{Here, Open, Walk, address};
use crate::schema::{Field, Schema, Shape, Tagging, Union};

impl Walk<'_> {
    /// The keys of a flattened field of the section with this schema.
    pub(super) fn flat(
        &self,
        schema: &'static Schema,
        field: &'static Field,
        outer: &Here<'_>,
        open: &mut Open,
        entries: &mut Vec<Entry>,
    ) {
        let mut here = Here { marks: outer.marks.with(field), ..outer.clone() };
        let is_optional = matches!(field.shape, Shape::Option(_)) || field.has_default();
        let facts = Facts { is_optional, ..self.facts(field, &here) };
        here.taken.extend(schema.taken_beside(field).names);
        match field.shape.inner() {
            Shape::Section(inner) => {
                let inner = inner();
                if !open.contains(&address(inner)) {
                    self.flat_section(inner, field, here, &facts, open, entries);
                }
            }
            Shape::Union(union) => self.flat_union(schema, union(), field, &here, facts, open, entries),
            rest => self.flat_rest(schema, rest, &here, &facts, entries),
        }
    }

    fn flat_section(
        &self,
        inner: &'static Schema,
        field: &'static Field,
        mut here: Here<'_>,
        facts: &Facts,
        open: &mut Open,
        entries: &mut Vec<Entry>,
    ) {
        let names = field.taken().names;
        let is_given = here.values.is_some_and(|values| names.iter().any(|name| values.contains_key(*name)));
        let is_away = facts.is_optional && !is_given;
        if facts.is_optional {
            let note = "the next keys go together: either none of them is set, or all that are required";
            let facts = Facts { note: Some(note), path: here.path.clone(), ..about(facts) };
            entries.push(Entry::new("", facts, Content::Nothing));
        }
        here.is_commented |= is_away;
        let inner = self.section(inner, &here, open);
        entries.extend(inner.into_iter().map(|entry| Entry { is_away: entry.is_away || is_away, ..entry }));
    }

    /// An enum: the key that says which variant is meant, where there is one, with all of them above it.
    #[allow(clippy::too_many_arguments)] // they are what the walk knows here, and have no life together
    fn flat_union(
        &self,
        schema: &'static Schema,
        union: &'static Union,
        field: &'static Field,
        here: &Here<'_>,
        facts: Facts,
        open: &mut Open,
        entries: &mut Vec<Entry>,
    ) {
        let mut alternatives = match here.marks.secret {
            true => Vec::new(),
            false => alternatives_of(self, field.shape, here, open),
        };
        alternatives.iter_mut().for_each(|alternative| alternative.stands_beside = true);
        let tag = match union.tagging {
            Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => Some(tag),
            Tagging::External | Tagging::Untagged => None,
        };
        let variable = tag.and_then(|tag| here.variable.as_ref().map(|variable| variable.key(tag).name));
        let facts = Facts {
            path: tag.map_or_else(|| here.path.clone(), |tag| here.path.join(tag)),
            type_name: union.to_string(),
            variables: variable.into_iter().collect(),
            is_required: tag.is_some() && !facts.is_optional,
            is_key: true,
            ..facts
        };
        let content = if tag.is_some() { Content::Value(named(field.shape)) } else { Content::Nothing };
        let described = Entry { alternatives, ..Entry::new(tag.unwrap_or_default(), facts, content) };
        let names = field.taken().names;
        let others = names.into_iter().filter(|name| Some(*name) != tag);
        let given = self.given(schema, tag.into_iter().chain(others), here);
        let mut given = given.into_iter().peekable();
        // The tag comes first, where it has a value.
        entries.push(match given.next_if(|entry| Some(entry.key.as_str()) == tag) {
            Some(Entry { content, is_set, .. }) => Entry { content, is_set, ..described },
            None => described,
        });
        entries.extend(given);
    }

    /// What takes all keys that nobody knows.
    fn flat_rest(
        &self,
        schema: &'static Schema,
        shape: &Shape,
        here: &Here<'_>,
        facts: &Facts,
        entries: &mut Vec<Entry>,
    ) {
        let one = match shape {
            Shape::Map(entry) => entry,
            other => other,
        };
        let facts = Facts {
            path: here.path.join(NAME),
            variables: here.variable.iter().map(|variable| variable.rest().name).collect(),
            subject: Some("Any other key".to_owned()),
            type_name: one.to_string(),
            is_secret: here.marks.secret,
            is_restart: here.marks.restart,
            is_key: true,
            ..about(facts)
        };
        entries.push(Entry::new("", facts, Content::Nothing));
        let names = here.values.into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        entries.extend(self.given(schema, names.filter(|name| !here.taken.contains(name)), here));
    }

    /// The keys of these names that have a value.
    fn given<'n>(
        &self,
        schema: &'static Schema,
        names: impl Iterator<Item = &'n str>,
        here: &Here<'_>,
    ) -> Vec<Entry> {
        let mut given: Vec<Entry> = Vec::new();
        for name in names {
            let value = here.values.and_then(|values| values.get(name)).filter(|_| !here.marks.secret);
            let literal = value.and_then(|value| match schema.member(name) {
                Some(member) => Literal::of(member.shape, value, self.has_nulls),
                None => Literal::plain(value, self.has_nulls),
            });
            if let Some(literal) = literal.filter(|_| given.iter().all(|entry| entry.key != name)) {
                let facts = Facts { path: here.path.join(name), ..Facts::default() };
                let entry = Entry::new(name, facts, Content::Value(literal));
                given.push(Entry { is_set: !here.is_commented, ..entry });
            }
        }
        given
    }
}

/// What there is to say of a field where none of its keys is spoken of.
fn about(facts: &Facts) -> Facts {
    Facts { doc: facts.doc, variant: facts.variant, ..Facts::default() }
}
