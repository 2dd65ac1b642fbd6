//! A text read once more, with the place of everything in it: for positions, and where the first reading, which keeps
//! none, cannot tell what a value is or where a key stood before.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{duplicate_key, problem_at};
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::tree::{Data, Layer, LayerName, Position, Positions, Span, Str, Writer};

/// A value and where it stands.
pub(super) struct Placed<'t> {
    pub(super) span: Span,
    pub(super) content: Content<'t>,
}

pub(super) enum Content<'t> {
    Null,
    #[cfg(feature = "yaml")]
    Nothing,
    Bool(bool),
    Integer(i64),
    Digits(Cow<'t, str>),
    Float(f64),
    Text(Cow<'t, str>),
    List(Vec<Placed<'t>>),
    Map(Vec<Entry<'t>>),
}

pub(super) struct Entry<'t> {
    pub(super) span: Span,
    pub(super) key: Cow<'t, str>,
    pub(super) value: Placed<'t>,
}

impl Placed<'_> {
    /// The layer with this as its root, or what is wrong with it.
    pub(super) fn layer(
        &self,
        name: LayerName,
        text: &str,
        index: usize,
        positions: fn(&str) -> Positions,
    ) -> Result<Layer, Vec<Problem>> {
        if !matches!(self.content, Content::Map(_)) {
            return Err(vec![not_a_map(&name, text, self.span.start as usize, index)]);
        }
        let mut duplicates = Vec::new();
        self.find_duplicates(&mut Vec::new(), &mut duplicates);
        if !duplicates.is_empty() {
            let problem =
                |(path, first, again)| duplicate_key(path, Some(first), &name, text, again as usize, index);
            return Err(duplicates.into_iter().map(problem).collect());
        }
        let mut writer = Writer::new(text);
        let root = self.content.write(&mut writer);
        Ok(writer.finish(name, root, positions))
    }

    pub(super) fn positions(&self, text: &str) -> Positions {
        let mut writer = Writer::with_positions(text);
        self.content.write(&mut writer);
        writer.into_positions()
    }

    /// Collects the path of each key that came before, with where it stood first and where it stands again.
    fn find_duplicates(&self, path: &mut Vec<String>, found: &mut Vec<(KeyPath, usize, u32)>) {
        match &self.content {
            Content::List(items) => {
                for (number, item) in items.iter().enumerate() {
                    path.push(number.to_string());
                    item.find_duplicates(path, found);
                    path.pop();
                }
            }
            Content::Map(entries) => {
                let mut firsts = HashMap::with_capacity(entries.len());
                for Entry { span, key, value } in entries {
                    let at = span.start;
                    path.push(key.clone().into_owned());
                    let first = *firsts.entry(&**key).or_insert(at);
                    if first != at && found.len() < super::MOST_PROBLEMS {
                        found.push((KeyPath::from_segments(&*path), first as usize, at));
                    }
                    value.find_duplicates(path, found);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

impl Content<'_> {
    /// Writes the nodes in the order of the first reading.
    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Data {
        match self {
            Content::Null => Data::Null,
            #[cfg(feature = "yaml")]
            Content::Nothing => Data::Nothing,
            Content::Bool(truth) => Data::Bool(*truth),
            Content::Integer(number) => Data::Integer(*number),
            Content::Digits(digits) => Data::Digits(writer.str(digits)),
            Content::Float(number) => Data::Float(*number),
            Content::Text(text) => Data::Text(writer.str(text)),
            Content::List(items) => {
                let opened = writer.open();
                for item in items {
                    let data = item.content.write(writer);
                    let start = item.span.start as usize;
                    let position = Position { key: Span::new(start, start), value: item.span };
                    writer.push(Str::default(), data, position);
                }
                writer.close_list(opened)
            }
            Content::Map(entries) => {
                let opened = writer.open();
                for Entry { span, key, value } in entries {
                    let key = writer.str(key);
                    let data = value.content.write(writer);
                    writer.push(key, data, Position { key: *span, value: value.span });
                }
                writer.close_map(opened)
            }
        }
    }
}

/// The problem of a text whose top level is a list or a single value.
pub(super) fn not_a_map(name: &LayerName, text: &str, offset: usize, index: usize) -> Problem {
    let message = "the top level must be a map of keys".to_owned();
    problem_at(ProblemKind::Syntax, message, name, text, offset, index)
}
