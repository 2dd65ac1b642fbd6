//! JSON within a single value: a list, a map or a data enum in one environment variable or argument.
//!
//! Read level by level, each value as its piece of the text first, because that is where numbers stand as they were
//! written: a parser would round those that no integer of its own holds.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::key::DEEPEST;
use crate::origin::Origin;
use crate::tree::{Draft, DraftContent, line_and_column};
use crate::value::Value;

/// Why a text is no JSON, and where in it. Never quotes the text, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonFault {
    pub(crate) message: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// The draft of a JSON text, or what is wrong with it.
pub(crate) fn draft_of_json(text: &str, origin: &Origin) -> Result<Draft, JsonFault> {
    let reader = Reader { text: JsonText(text), origin };
    let whole: &RawValue = reader.text.parse(text)?;
    reader.read(whole.get(), 0)
}

/// Reads one value, and gives it and all within it the origin.
struct Reader<'t> {
    text: JsonText<'t>,
    origin: &'t Origin,
}

/// A text whose pieces are read one level at a time.
#[derive(Clone, Copy)]
pub(super) struct JsonText<'t>(pub(super) &'t str);

impl<'t> Reader<'t> {
    fn read(&self, json: &'t str, depth: usize) -> Result<Draft, JsonFault> {
        if depth > DEEPEST {
            let message = format!("not valid here: nested deeper than {DEEPEST} levels");
            return Err(self.text.fault(message, json, 0));
        }
        let content = match json.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = self.text.parse(json)?;
                let entries = entries.into_iter();
                let entries = entries.map(|(name, entry)| Ok((name, self.read(entry.get(), depth + 1)?)));
                DraftContent::Map(entries.collect::<Result<_, JsonFault>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = self.text.parse(json)?;
                let items = items.into_iter().map(|item| self.read(item.get(), depth + 1));
                DraftContent::List(items.collect::<Result<_, JsonFault>>()?)
            }
            Some(b'"') => DraftContent::Value(Value::String(self.text.parse(json)?)),
            Some(b't' | b'f') => DraftContent::Value(Value::Bool(self.text.parse(json)?)),
            Some(b'n') => DraftContent::Value(Value::Null),
            _ => number(json),
        };
        Ok(Draft::new(content, self.origin.clone()))
    }
}

impl<'t> JsonText<'t> {
    /// A piece of the text as one level of JSON.
    pub(super) fn parse<T: Deserialize<'t>>(self, json: &'t str) -> Result<T, JsonFault> {
        serde_json::from_str(json).map_err(|error| {
            let sort = match error.classify() {
                Category::Eof => "it ends too early",
                Category::Data => "a key stands twice",
                _ => "there is something else than JSON",
            };
            let lines = json.split_inclusive('\n').take(error.line().saturating_sub(1));
            let start: usize = lines.map(str::len).sum();
            self.fault(format!("not valid JSON: {sort}"), json, start + error.column().saturating_sub(1))
        })
    }

    /// A fault at a byte of a piece of the text.
    pub(super) fn fault(self, message: String, json: &str, offset: usize) -> JsonFault {
        let start = json.as_ptr() as usize - self.0.as_ptr() as usize;
        let (line, column) = line_and_column(self.0, start + offset);
        JsonFault { message, line, column }
    }
}

/// A number as it stands there. A whole number of more than 64 bits stays digits.
pub(super) fn number(literal: &str) -> DraftContent {
    match literal.parse::<i64>() {
        Ok(number) => DraftContent::Value(Value::Integer(number.into())),
        Err(_) if literal.contains(['.', 'e', 'E']) => {
            DraftContent::Value(Value::Float(literal.parse().unwrap_or(f64::NAN)))
        }
        Err(_) => DraftContent::Digits(literal.to_owned()),
    }
}

/// The entries of a map, each name once.
pub(super) struct Entries<'t>(pub(super) BTreeMap<String, &'t RawValue>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((name, entry)) = map.next_entry::<String, &RawValue>()? {
            if entries.insert(name, entry).is_some() {
                return Err(A::Error::custom("a key stands twice"));
            }
        }
        Ok(Entries(entries))
    }
}
