//! Templates in JSON, which has no comments: the keys that are set, and those that have to be.

use super::entry::{Content, Entry};
use super::literal::{Literal, quoted};

const STEP: usize = 2;

pub(super) fn text(entries: &[Entry]) -> String {
    let mut text = String::new();
    write(&object(entries), 0, &mut text);
    text.push('\n');
    text
}

fn object(entries: &[Entry]) -> Literal {
    let members = entries.iter().filter_map(|entry| {
        let is_to_be_filled_in = entry.facts.is_required && !entry.facts.is_secret && !entry.is_away;
        let value = match &entry.content {
            Content::Nothing => None,
            Content::Value(value) => Some(value.clone()),
            Content::Section(entries) => {
                let value = object(entries);
                // A section without keys says nothing where it may as well be absent.
                let is_said = entry.is_presence || value != Literal::Map(Vec::new());
                is_said.then_some(value)
            }
            Content::Items(items) => Some(Literal::List(items.iter().map(|item| object(item)).collect())),
        }?;
        (entry.is_set || is_to_be_filled_in).then(|| (entry.key.clone(), value))
    });
    Literal::Map(members.collect())
}

fn write(value: &Literal, indent: usize, text: &mut String) {
    let inner = indent + STEP;
    let mut block = |open: &str, close: &str, parts: Vec<String>| {
        if parts.is_empty() {
            return text.push_str(&format!("{open}{close}"));
        }
        let parts = parts.join(&format!(",\n{:inner$}", ""));
        text.push_str(&format!("{open}\n{:inner$}{parts}\n{:indent$}{close}", "", ""));
    };
    let written = |value: &Literal| {
        let mut text = String::new();
        write(value, inner, &mut text);
        text
    };
    match value {
        Literal::Null => text.push_str("null"),
        Literal::Bare(bare) => text.push_str(bare),
        Literal::Text(content) => text.push_str(&quoted(content)),
        Literal::List(items) => block("[", "]", items.iter().map(written).collect()),
        Literal::Map(entries) => {
            let members = entries.iter().map(|(name, value)| format!("{}: {}", quoted(name), written(value)));
            block("{", "}", members.collect());
        }
    }
}
