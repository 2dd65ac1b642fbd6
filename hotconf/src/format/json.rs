//! JSON: read by `serde_json`; where everything stands comes from a syntax tree, when somebody asks.

use std::fmt;

use jsonc_parser::ast::{ObjectPropName, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::advice::{self, Mistake};
use super::placed::{Content, Entry, Placed, not_a_map};
use super::{DEEPEST, Format, too_deep};
use crate::error::Problem;
use crate::tree::{Data, Layer, LayerName, Position, Positions, Span, Str, Writer};

pub(super) fn parse(name: LayerName, text: &str, index: usize) -> Result<Layer, Vec<Problem>> {
    let mut reading = Reading { text, writer: Writer::new(text), unclear: false };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let root = Node { reading: &mut reading, depth: 0 }.deserialize(&mut deserializer);
    let root = root.and_then(|root| deserializer.end().map(|()| root));
    let root = root.map_err(|error| problems(&error, &name, text, index))?;
    let Reading { writer, unclear, .. } = reading;
    if !matches!(root, Data::Map(_)) {
        let offset = text.len() - text.trim_ascii_start().len();
        return Err(vec![not_a_map(&name, text, offset, index)]);
    }
    if unclear || writer.has_duplicates() {
        if let Some(root) = read_again(text) {
            return root.layer(name, text, index, positions);
        }
    }
    Ok(writer.finish(name, root, positions))
}

/// The positions of all nodes, found by parsing once more: the same text gives the same nodes in the same order.
fn positions(text: &str) -> Positions {
    read_again(text).map_or_else(Positions::default, |root| root.positions(text))
}

struct Reading<'t> {
    text: &'t str,
    writer: Writer<'t>,
    /// A number came that only its text in the source can tell exactly.
    unclear: bool,
}

struct Node<'r, 't> {
    reading: &'r mut Reading<'t>,
    /// How many maps and lists it lies in.
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Data;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Data, E> {
        Ok(Data::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Data, E> {
        Ok(Data::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Data, E> {
        Ok(match i64::try_from(number) {
            Ok(number) => Data::Integer(number),
            Err(_) => Data::Digits(self.reading.writer.str(&number.to_string())),
        })
    }

    fn visit_f64<E>(self, number: f64) -> Result<Data, E> {
        // A whole number that fits no integer comes as the nearest float, and so does `-0`.
        self.reading.unclear |=
            number.abs() >= 9_007_199_254_740_992.0 || (number == 0.0 && number.is_sign_negative());
        Ok(Data::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Data, E> {
        Ok(Data::Text(self.reading.writer.str(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Data, A::Error> {
        let Node { reading, depth } = self;
        let depth = deeper(depth)?;
        let opened = reading.writer.open();
        while let Some(data) = items.next_element_seed(Node { reading, depth })? {
            reading.writer.push(Str::default(), data, Position::default());
        }
        Ok(reading.writer.close_list(opened))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Data, A::Error> {
        let Node { reading, depth } = self;
        let depth = deeper(depth)?;
        let opened = reading.writer.open();
        while let Some(key) = entries.next_key_seed(KeySeed(reading))? {
            let Key::Text(key) = key else {
                let literal: String = entries.next_value()?;
                return Ok(number(&literal).write(&mut reading.writer));
            };
            let data = entries.next_value_seed(Node { reading, depth })?;
            reading.writer.push(key, data, Position::default());
        }
        Ok(reading.writer.close_map(opened))
    }
}

const NESTING: &str = "nesting";

fn deeper<E: serde::de::Error>(depth: usize) -> Result<usize, E> {
    if depth < DEEPEST { Ok(depth + 1) } else { Err(E::custom(NESTING)) }
}

struct KeySeed<'r, 't>(&'r mut Reading<'t>);

enum Key {
    Text(Str),
    /// A number in the clothes of a map, which it wears where another crate has switched on `arbitrary_precision`.
    Number,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed<'_, '_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key, E> {
        let in_text = self.0.text.as_bytes().as_ptr_range().contains(&key.as_ptr());
        // What borrows for as long as the text without being a part of it is the token of such a number.
        let number = !in_text && key == "$serde_json::private::Number";
        Ok(if number { Key::Number } else { Key::Text(self.0.writer.str(key)) })
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        Ok(Key::Text(self.0.writer.str(key)))
    }
}

fn number(literal: &str) -> Content<'_> {
    match literal.parse() {
        Ok(number) => Content::Integer(number),
        Err(_) if literal.contains(['.', 'e', 'E']) => Content::Float(literal.parse().unwrap_or(f64::NAN)),
        Err(_) => Content::Digits(literal.into()),
    }
}

/// The second reading. `None` where the two parsers disagree about what JSON is; the first one has the say.
fn read_again(text: &str) -> Option<Placed<'_>> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict).ok()?;
    parsed.value.map(placed)
}

fn placed(value: Ast<'_>) -> Placed<'_> {
    let span = Span::new(value.start(), value.end());
    let content = match value {
        Ast::NullKeyword(_) => Content::Null,
        Ast::BooleanLit(truth) => Content::Bool(truth.value),
        Ast::NumberLit(literal) => number(literal.value),
        Ast::StringLit(text) => Content::Text(text.value),
        Ast::Array(list) => Content::List(list.elements.into_iter().map(placed).collect()),
        Ast::Object(map) => {
            let entries = map.properties.into_iter().map(|entry| Entry {
                span: Span::new(entry.name.start(), entry.name.end()),
                key: match entry.name {
                    ObjectPropName::String(name) => name.value,
                    ObjectPropName::Word(name) => name.value.into(),
                },
                value: placed(entry.value),
            });
            Content::Map(entries.collect())
        }
    };
    Placed { span, content }
}

/// Every mistake that the text is known to have, or what the parser says.
fn problems(error: &serde_json::Error, name: &LayerName, text: &str, index: usize) -> Vec<Problem> {
    if error.classify() == Category::Data {
        // Everything has a place in the tree, so the only complaint of the visitor is the depth.
        return vec![too_deep(name, text, depth_offset(text), index)];
    }
    let mut mistakes = advice::json::mistakes(text);
    if mistakes.is_empty() {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let offset = byte_offset(text, error.line(), error.column());
        mistakes.push(Mistake::new(offset, message.to_owned()));
    }
    mistakes.iter().map(|mistake| mistake.problem(Format::Json, name, text, index)).collect()
}

/// The byte offset of a line and a column in bytes, both from 1.
pub(super) fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    if text.trim_ascii().is_empty() {
        return 0;
    }
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (start + column.saturating_sub(1)).min(text.len());
    (0..=offset).rev().find(|&offset| text.is_char_boundary(offset)).unwrap_or_default()
}

/// The byte offset of the first bracket that is too deep. What stands before it is known to be JSON.
fn depth_offset(text: &str) -> usize {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    let bracket = text.bytes().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
        depth > DEEPEST
    });
    bracket.unwrap_or(text.len())
}
