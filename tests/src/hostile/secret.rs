//! Where the planted words stand, told apart by parsers that know nothing of hotconf.

use hotconf::Format;
use serde_json::Value;

use super::config::{SECRETS, WORDS};

/// Whether the words stand in this text only in the places of secrets. Not where nobody can tell: in a text that is not
/// written in its format, in a comment, behind an alias.
pub(super) fn is_kept(format: Format, text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let in_text = count(text);
    if in_text == 0 {
        return false;
    }
    let tree: Option<Value> = match format {
        Format::Toml => toml::from_str(text).ok(),
        Format::Yaml => serde_saphyr::from_str(text).ok(),
        _ => serde_json::from_str(text).ok(),
    };
    let Some(tree) = tree else { return false };
    let (mut kept, mut others) = (0, 0);
    look(&tree, &mut Vec::new(), &mut kept, &mut others);
    others == 0 && kept == in_text
}

/// The same for lines of names and values, each of which is whole.
pub(super) fn is_kept_in_lines(text: &str) -> bool {
    let is_secret = |line: &str| {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let name = name.strip_prefix("APP_").unwrap_or(name).to_lowercase().replace('_', ".");
        count(value) == count(line) && SECRETS.contains(&name.as_str())
    };
    count(text) > 0 && text.split('\n').all(|line| count(line) == 0 || is_secret(line))
}

fn count(text: &str) -> usize {
    WORDS.iter().map(|word| text.matches(word).count()).sum()
}

fn look(tree: &Value, path: &mut Vec<String>, kept: &mut usize, others: &mut usize) {
    match tree {
        Value::Object(entries) => {
            for (key, entry) in entries {
                *others += count(key);
                path.push(key.clone());
                look(entry, path, kept, others);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                look(item, path, kept, others);
                path.pop();
            }
        }
        single => {
            let found = single.as_str().map_or_else(|| count(&single.to_string()), count);
            *(if is_secret(path) { kept } else { others }) += found;
        }
    }
}

fn is_secret(path: &[String]) -> bool {
    SECRETS.iter().any(|secret| {
        let pattern: Vec<&str> = secret.split('.').collect();
        path.len() >= pattern.len()
            && pattern.iter().zip(path).all(|(wanted, found)| *wanted == "*" || wanted == found)
    })
}
