//! Every source keeps the promises of sources: hotconf's own, and one that is written as others write theirs. The suite
//! names what a broken one does.

mod broken;
mod files;
mod others;
mod own;
mod variables;

use hotconf::Value;
use hotconf::testing::conformance::Contents;

/// A value as one text, as a variable or a file of its own would have it: lists and maps as JSON.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap(),
    }
}

/// Contents as the text of a TOML file.
fn as_toml(contents: &Contents) -> String {
    fn inline(value: &Value, text: &mut String) {
        match value {
            Value::List(items) => {
                text.push('[');
                for item in items {
                    inline(item, text);
                    text.push_str(", ");
                }
                text.push(']');
            }
            Value::Map(entries) => {
                text.push('{');
                for (number, (key, entry)) in entries.iter().enumerate() {
                    text.push_str(if number > 0 { ", " } else { "" });
                    text.push_str(&serde_json::to_string(key).unwrap());
                    text.push_str(" = ");
                    inline(entry, text);
                }
                text.push('}');
            }
            // Texts are escaped as in JSON, and numbers written as people do.
            other => text.push_str(&serde_json::to_string(other).unwrap()),
        }
    }
    let Value::Map(entries) = contents.value() else { panic!("contents are a map") };
    let mut text = "# what is held\n".to_owned();
    for (key, value) in entries {
        text.push_str(key);
        text.push_str(" = ");
        inline(value, &mut text);
        text.push('\n');
    }
    text
}

/// Contents as the text of a YAML file, sections in blocks.
fn as_yaml(contents: &Contents) -> String {
    fn block(value: &Value, depth: usize, text: &mut String) {
        match value {
            Value::Map(entries) if !entries.is_empty() && depth < 8 => {
                for (key, entry) in entries {
                    text.push('\n');
                    text.push_str(&"  ".repeat(depth));
                    text.push_str(&serde_json::to_string(key).unwrap());
                    text.push_str(": ");
                    block(entry, depth + 1, text);
                }
            }
            Value::List(items) if !items.is_empty() => {
                for item in items {
                    text.push('\n');
                    text.push_str(&"  ".repeat(depth));
                    text.push_str("- ");
                    text.push_str(&serde_json::to_string(item).unwrap());
                }
            }
            other => text.push_str(&serde_json::to_string(other).unwrap()),
        }
    }
    let mut text = "# what is held".to_owned();
    match contents.value() {
        Value::Map(entries) if entries.is_empty() => {}
        value => block(value, 0, &mut text),
    }
    text.push('\n');
    text
}

fn as_json(contents: &Contents) -> String {
    serde_json::to_string_pretty(contents.value()).unwrap()
}
