//! Templates in YAML: sections as blocks, texts always in quotes, so that none is read as something else.

use super::entry::{Content, Entry, Item};
use super::line::{Kind, Line, joined, told};
use super::literal::{Literal, quoted};
use super::prose;
use super::walk::Mode;
use crate::schema::Schema;

/// A list or a map that would be longer than this has a line for each item.
const WIDTH: usize = 100;
const STEP: usize = 2;

pub(super) fn text(schema: &'static Schema, mode: Mode, entries: &[Entry]) -> String {
    let head = prose::head(schema, mode).into_iter();
    let mut lines: Vec<_> = head.map(|text| Line::new(0, Kind::Prose, text)).collect();
    lines.push(Line::break_());
    block(entries, 0, &mut lines);
    joined(&lines)
}

fn block(entries: &[Entry], indent: usize, lines: &mut Vec<Line>) {
    for entry in entries {
        about(entry, indent, lines);
        beneath(entry, indent, lines);
    }
}

fn beneath(entry: &Entry, indent: usize, lines: &mut Vec<Line>) {
    let kind = Kind::of(entry.is_set);
    match &entry.content {
        Content::Nothing => {}
        Content::Value(value) => lines.extend(assigned_lines(&entry.key, value, indent, kind)),
        Content::Section(entries) => {
            // Without a key beneath it YAML would take it for absent.
            let is_empty = entry.is_set && !entries.iter().any(is_written);
            let braces = if is_empty && entry.is_presence { " {}" } else { "" };
            lines.push(Line::head(indent, kind, format!("{}:{braces}", key(&entry.key))));
            block(entries, indent + STEP, lines);
        }
        Content::Items(items) => {
            lines.push(Line::head(indent, kind, format!("{}:", key(&entry.key))));
            for entries in items {
                lines.push(Line::gap());
                item(entries, entry.is_set, indent + STEP, lines);
            }
        }
    }
}

fn is_written(entry: &Entry) -> bool {
    entry.is_set && !matches!(entry.content, Content::Nothing)
}

/// One item of a list: the first of its keys that is written stands behind the dash.
fn item(entries: &[Entry], is_set: bool, indent: usize, lines: &mut Vec<Line>) {
    let is_first = |entry: &Entry| entry.is_set == is_set && !matches!(entry.content, Content::Nothing);
    let Some(first) = entries.iter().position(is_first) else {
        lines.push(Line::new(indent, Kind::of(is_set), "- {}"));
        return block(entries, indent + STEP, lines);
    };
    about(&entries[first], indent, lines);
    let start = lines.len();
    beneath(&entries[first], indent + STEP, lines);
    let line = &mut lines[start];
    line.indent = indent;
    line.text.insert_str(0, "- ");
    block(&entries[..first], indent + STEP, lines);
    block(&entries[first + 1..], indent + STEP, lines);
}

/// What is said above a key, after an empty line where anything is.
fn about(entry: &Entry, indent: usize, lines: &mut Vec<Line>) {
    let prose = prose::of(entry, assigned);
    if !prose.is_empty() || entry.item.is_some() || !matches!(entry.content, Content::Value(_)) {
        lines.push(Line::gap());
    }
    lines.extend(prose.into_iter().map(|text| Line::new(indent, Kind::Prose, text)));
    if let Some(Item { name, entries }) = &entry.item {
        let mut example = vec![Line::head(0, Kind::Set, format!("{}:", key(&entry.key)))];
        let what = match name {
            Some(_) => {
                block(entries, STEP, &mut example);
                "An entry:"
            }
            None => {
                item(entries, false, STEP, &mut example);
                "An item:"
            }
        };
        lines.push(Line::new(indent, Kind::Prose, what));
        lines.extend(told(example, indent));
    }
}

/// A key, in quotes where a reader could take it for something else than a text.
fn key(name: &str) -> String {
    const WORDS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "true", "false"];
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let lower = name.to_ascii_lowercase();
    let is_word = WORDS.contains(&&*lower) || lower == "null";
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if is_name && !is_word && name.bytes().all(is_plain) { name.to_owned() } else { quoted(name) }
}

fn assigned(name: &str, value: &Literal) -> String {
    format!("{}: {}", key(name), flow(value))
}

fn assigned_lines(name: &str, value: &Literal, indent: usize, kind: Kind) -> Vec<Line> {
    let line = |indent, text: String| Line::new(indent, kind, text);
    let one = assigned(name, value);
    if indent + one.chars().count() <= WIDTH {
        return vec![line(indent, one)];
    }
    let items: Vec<_> = match value {
        Literal::List(items) if !items.is_empty() => {
            items.iter().map(|item| line(indent + STEP, format!("- {}", flow(item)))).collect()
        }
        Literal::Map(entries) if !entries.is_empty() => entries
            .iter()
            .flat_map(|(name, value)| assigned_lines(name, value, indent + STEP, kind))
            .collect(),
        _ => return vec![line(indent, one)],
    };
    std::iter::once(line(indent, format!("{}:", key(name)))).chain(items).collect()
}

fn flow(value: &Literal) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match value {
        Literal::Null => "null".to_owned(),
        Literal::Bare(text) => text.clone(),
        Literal::Text(text) => quoted(text),
        Literal::List(items) => format!("[{}]", join(items.iter().map(flow).collect())),
        Literal::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Literal::Map(entries) => {
            format!("{{ {} }}", join(entries.iter().map(|(name, value)| assigned(name, value)).collect()))
        }
    }
}
