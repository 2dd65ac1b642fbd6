//! Trees in the making, for sources whose values were never text.

use std::collections::BTreeMap;

use super::layer::{Data, Layer, NodeId, Place};
use crate::origin::Origin;
use crate::value::Value;

/// A tree in the making: values by key, each with the origin it is to have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    pub(crate) content: DraftContent,
    pub(crate) origin: Option<Origin>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum DraftContent {
    Value(Value),
    Raw(String),
    Digits(String),
    /// A date or a time, as written.
    Time(String),
    /// A key with nothing behind it.
    Nothing,
    List(Vec<Draft>),
    Map(BTreeMap<String, Draft>),
    /// A map through which nothing shows of what is beneath.
    Whole(BTreeMap<String, Draft>),
    /// A list that takes in nothing of those beneath it.
    WholeList(Vec<Draft>),
}

impl Default for DraftContent {
    fn default() -> Self {
        Self::Map(BTreeMap::new())
    }
}

impl Draft {
    pub(crate) fn new(content: DraftContent, origin: Origin) -> Self {
        Self { content, origin: Some(origin) }
    }

    pub(crate) fn value(value: Value, origin: Origin) -> Self {
        Self::new(DraftContent::Value(value), origin)
    }

    /// What stands at a node of a layer, each value with the origin that it has there.
    pub(crate) fn of(layer: &Layer, node: NodeId) -> Self {
        let text = |text| layer.str(text).to_owned();
        let content = match layer.data(node) {
            Data::Null => DraftContent::Value(Value::Null),
            Data::Nothing => DraftContent::Nothing,
            Data::Bool(truth) => DraftContent::Value(Value::Bool(truth)),
            Data::Integer(number) => DraftContent::Value(Value::Integer(number.into())),
            Data::Digits(digits) => DraftContent::Digits(text(digits)),
            Data::Float(number) => DraftContent::Value(Value::Float(number)),
            Data::Text(str) => DraftContent::Value(Value::String(text(str))),
            Data::Raw(str) => DraftContent::Raw(text(str)),
            Data::Time(str) => DraftContent::Time(text(str)),
            Data::List(block) => {
                let items = block.ids().map(|item| Self::of(layer, item));
                match block.is_whole() {
                    true => DraftContent::WholeList(items.collect()),
                    false => DraftContent::List(items.collect()),
                }
            }
            Data::Map(block) => {
                let entries = block.ids().map(|entry| (layer.key(entry).to_owned(), Self::of(layer, entry)));
                match block.is_whole() {
                    true => DraftContent::Whole(entries.collect()),
                    false => DraftContent::Map(entries.collect()),
                }
            }
        };
        Self { content, origin: Some(layer.origin(node, Place::Value)) }
    }

    /// Whether anything in it is from where secrets are handed over.
    pub(crate) fn has_secret(&self) -> bool {
        self.origin.as_ref().is_some_and(Origin::is_for_secrets)
            || match &self.content {
                DraftContent::List(items) | DraftContent::WholeList(items) => {
                    items.iter().any(Self::has_secret)
                }
                DraftContent::Map(entries) | DraftContent::Whole(entries) => {
                    entries.values().any(Self::has_secret)
                }
                _ => false,
            }
    }

    /// The same, so that nothing of what is beneath shows through it.
    pub(crate) fn into_whole(mut self) -> Self {
        self.content = match self.content {
            DraftContent::Map(entries) => DraftContent::Whole(entries),
            DraftContent::List(items) => DraftContent::WholeList(items),
            other => other,
        };
        self
    }

    /// Whether it has values further in than this many levels.
    pub(crate) fn is_deeper_than(&self, levels: usize) -> bool {
        let below = levels.checked_sub(1);
        match &self.content {
            DraftContent::Value(value) => is_deeper(value, levels),
            DraftContent::Raw(_)
            | DraftContent::Digits(_)
            | DraftContent::Time(_)
            | DraftContent::Nothing => false,
            DraftContent::List(items) | DraftContent::WholeList(items) => {
                below.is_none_or(|below| items.iter().any(|item| item.is_deeper_than(below)))
            }
            DraftContent::Map(entries) | DraftContent::Whole(entries) => {
                below.is_none_or(|below| entries.values().any(|entry| entry.is_deeper_than(below)))
            }
        }
    }

    /// Puts `draft` at this path; what stood at a shorter path and is no map gives way.
    pub(crate) fn insert<'s>(&mut self, path: impl IntoIterator<Item = &'s str>, draft: Draft) {
        let mut here = self;
        for segment in path {
            here = here.entries().entry(segment.to_owned()).or_default();
        }
        *here = draft;
    }

    /// The origin that it has, or the first that anything within it has.
    pub(crate) fn first_origin(&self) -> Option<&Origin> {
        self.origin.as_ref().or_else(|| match &self.content {
            DraftContent::List(items) | DraftContent::WholeList(items) => {
                items.iter().find_map(Draft::first_origin)
            }
            DraftContent::Map(entries) | DraftContent::Whole(entries) => {
                entries.values().find_map(Draft::first_origin)
            }
            _ => None,
        })
    }

    /// The draft at this path, to be changed; items of lists are stepped into by their index.
    pub(crate) fn find_mut<'s>(&mut self, path: impl IntoIterator<Item = &'s str>) -> Option<&mut Draft> {
        path.into_iter().try_fold(self, |here, segment| match &mut here.content {
            DraftContent::Map(entries) => entries.get_mut(segment),
            DraftContent::List(items) => items.get_mut(segment.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Takes away what stands at this path, and the maps that are left empty by it. True if there was something.
    pub(crate) fn remove(&mut self, path: &[&str]) -> bool {
        if matches!(self.content, DraftContent::Value(Value::Map(_))) {
            self.entries();
        }
        let DraftContent::Map(entries) = &mut self.content else { return false };
        let Some((first, rest)) = path.split_first() else { return false };
        if rest.is_empty() {
            return entries.remove(*first).is_some();
        }
        let Some(inner) = entries.get_mut(*first) else { return false };
        let removed = inner.remove(rest);
        if removed && inner.is_empty_map() {
            entries.remove(*first);
        }
        removed
    }

    pub(crate) fn is_empty_map(&self) -> bool {
        matches!(&self.content, DraftContent::Map(entries) if entries.is_empty())
    }

    fn entries(&mut self) -> &mut BTreeMap<String, Draft> {
        if let DraftContent::Value(Value::Map(values)) = &mut self.content {
            let origin = self.origin.clone();
            let values = std::mem::take(values);
            let drafts = values
                .into_iter()
                .map(|(key, value)| {
                    (key, Draft { content: DraftContent::Value(value), origin: origin.clone() })
                })
                .collect();
            self.content = DraftContent::Map(drafts);
        } else if !matches!(self.content, DraftContent::Map(_) | DraftContent::Whole(_)) {
            *self = Self::default();
        }
        match &mut self.content {
            DraftContent::Map(entries) | DraftContent::Whole(entries) => entries,
            _ => unreachable!("made a map above"),
        }
    }
}

fn is_deeper(value: &Value, levels: usize) -> bool {
    let below = levels.checked_sub(1);
    match value {
        Value::List(items) => below.is_none_or(|below| items.iter().any(|item| is_deeper(item, below))),
        Value::Map(entries) => {
            below.is_none_or(|below| entries.values().any(|entry| is_deeper(entry, below)))
        }
        _ => false,
    }
}
