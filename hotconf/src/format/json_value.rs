//! JSON within a single value: a list, a map or a data enum in one environment variable or argument.

use serde_json::Value as Json;

use crate::origin::Origin;
use crate::tree::{Draft, DraftContent, Value};

/// The draft of a JSON text, or what is wrong with it. Never quotes the text, which may be a secret.
pub(crate) fn draft_of_json(text: &str, origin: &Origin) -> Result<Draft, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| {
        let sort = match error.classify() {
            serde_json::error::Category::Eof => "it ends too early",
            _ => "there is something else than JSON",
        };
        format!("not valid JSON: {sort} at column {}", error.column())
    })?;
    Ok(draft(json, origin))
}

fn draft(json: Json, origin: &Origin) -> Draft {
    let content = match json {
        Json::Null => DraftContent::Value(Value::Null),
        Json::Bool(truth) => DraftContent::Value(Value::Bool(truth)),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => DraftContent::Value(Value::Integer(i128::from(number))),
            (_, Some(number), _) => DraftContent::Value(Value::Integer(i128::from(number))),
            (_, _, number) => DraftContent::Value(Value::Float(number.unwrap_or(f64::NAN))),
        },
        Json::String(text) => DraftContent::Value(Value::String(text)),
        Json::Array(items) => DraftContent::List(items.into_iter().map(|item| draft(item, origin)).collect()),
        Json::Object(entries) => {
            DraftContent::Map(entries.into_iter().map(|(key, entry)| (key, draft(entry, origin))).collect())
        }
    };
    Draft::new(content, origin.clone())
}
