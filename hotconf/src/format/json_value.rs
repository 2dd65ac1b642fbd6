//! JSON within a single value: a list, a map or a data enum in one environment variable or argument.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::origin::Origin;
use crate::tree::{Draft, DraftContent};
use crate::value::Value;

/// The draft of a JSON text, or what is wrong with it. Never quotes the text, which may be a secret.
pub(crate) fn draft_of_json(text: &str, origin: &Origin) -> Result<Draft, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let draft = Reader { origin }.deserialize(&mut json).and_then(|draft| json.end().map(|()| draft));
    draft.map_err(|error| {
        let sort = match error.classify() {
            serde_json::error::Category::Eof => "it ends too early",
            serde_json::error::Category::Data => {
                "a key stands twice, or a whole number has more than 64 bits"
            }
            _ => "there is something else than JSON",
        };
        format!("not valid JSON: {sort}, at column {}", error.column())
    })
}

/// Reads one value, and gives it and all within it the origin.
#[derive(Clone, Copy)]
struct Reader<'o> {
    origin: &'o Origin,
}

impl Reader<'_> {
    fn draft(self, content: DraftContent) -> Draft {
        Draft::new(content, self.origin.clone())
    }

    fn value(self, value: Value) -> Draft {
        self.draft(DraftContent::Value(value))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Draft;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Draft, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Draft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Draft, E> {
        Ok(self.value(Value::Null))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Draft, E> {
        Ok(self.value(Value::Bool(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Draft, E> {
        Ok(self.value(Value::Integer(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Draft, E> {
        Ok(self.value(Value::Integer(number.into())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Draft, E> {
        // A whole number this large was rounded on the way here, and a rounded number is a wrong one.
        if number.fract() == 0.0 && number.abs() >= i64::MAX as f64 {
            return Err(E::custom("a whole number of more than 64 bits"));
        }
        Ok(self.value(Value::Float(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Draft, E> {
        Ok(self.value(Value::String(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Draft, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(self.draft(DraftContent::List(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Draft, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if entries.insert(name, map.next_value_seed(self)?).is_some() {
                return Err(A::Error::custom("a key stands twice"));
            }
        }
        Ok(self.draft(DraftContent::Map(entries)))
    }
}
