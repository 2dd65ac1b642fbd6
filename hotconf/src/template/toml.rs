//! Templates in TOML: keys with single values before the tables of their section, each table with its header.

use super::entry::{Content, Entry, Item};
use super::line::{Kind, Line, joined, told};
use super::literal::{Literal, quoted};
use super::prose;
use super::walk::Mode;
use crate::schema::Schema;

/// A list that would be longer than this has a line for each item.
const WIDTH: usize = 100;

pub(super) fn text(schema: &'static Schema, mode: Mode, entries: &[Entry]) -> String {
    let head = prose::head(schema, mode).into_iter();
    let mut lines: Vec<_> = head.map(|text| Line::new(0, Kind::Prose, text)).collect();
    lines.push(Line::break_());
    table(entries, "", &mut lines);
    joined(&lines)
}

/// The keys of the table at this path, which stand beneath its header.
fn table(entries: &[Entry], path: &str, lines: &mut Vec<Line>) {
    let is_table = |entry: &&Entry| matches!(entry.content, Content::Section(_) | Content::Items(_));
    let (tables, values): (Vec<_>, Vec<_>) = entries.iter().partition(is_table);
    for entry in values {
        about(entry, path, lines);
        if let Content::Value(value) = &entry.content {
            lines.extend(assigned_lines(&entry.key, value, Kind::of(entry.is_set)));
        }
    }
    for entry in tables {
        lines.push(Line::break_());
        about(entry, path, lines);
        beneath(entry, &joined_path(path, &entry.key), lines);
    }
}

fn beneath(entry: &Entry, path: &str, lines: &mut Vec<Line>) {
    let kind = Kind::of(entry.is_set);
    match &entry.content {
        Content::Section(entries) => {
            lines.push(Line::head(0, kind, format!("[{path}]")));
            table(entries, path, lines);
        }
        Content::Items(items) => {
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    lines.push(Line::break_());
                }
                lines.push(Line::head(0, kind, format!("[[{path}]]")));
                table(item, path, lines);
            }
        }
        Content::Nothing | Content::Value(_) => {}
    }
}

/// What is said above a key, after an empty line where anything is.
fn about(entry: &Entry, path: &str, lines: &mut Vec<Line>) {
    let prose = prose::of(entry, assigned);
    if !prose.is_empty() || entry.item.is_some() {
        lines.push(Line::gap());
    }
    lines.extend(prose.into_iter().map(|text| Line::new(0, Kind::Prose, text)));
    if let Some(Item { name, entries }) = &entry.item {
        let path = joined_path(path, &entry.key);
        let (what, header) = match name {
            Some(_) => ("An entry:", format!("[{path}]")),
            None => ("An item:", format!("[[{path}]]")),
        };
        let mut example = vec![Line::head(0, Kind::Set, header)];
        table(entries, &path, &mut example);
        lines.push(Line::new(0, Kind::Prose, what));
        lines.extend(told(example, 0));
    }
}

fn joined_path(path: &str, name: &str) -> String {
    let separator = if path.is_empty() { "" } else { "." };
    format!("{path}{separator}{}", key(name))
}

fn key(name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !name.is_empty() && name.bytes().all(is_bare) { name.to_owned() } else { quoted(name) }
}

fn assigned(name: &str, value: &Literal) -> String {
    format!("{} = {}", key(name), inline(value))
}

fn assigned_lines(name: &str, value: &Literal, kind: Kind) -> Vec<Line> {
    let line = |indent, text: String| Line::new(indent, kind, text);
    let one = assigned(name, value);
    match value {
        Literal::List(items) if one.chars().count() > WIDTH => {
            let first = line(0, format!("{} = [", key(name)));
            let items = items.iter().map(|item| line(4, format!("{},", inline(item))));
            std::iter::once(first).chain(items).chain([line(0, "]".to_owned())]).collect()
        }
        _ => vec![line(0, one)],
    }
}

fn inline(value: &Literal) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match value {
        // There is none in TOML; the walk knows, and leaves out what has one.
        Literal::Null => "\"\"".to_owned(),
        Literal::Bare(text) => text.clone(),
        Literal::Text(text) => quoted(text),
        Literal::List(items) => format!("[{}]", join(items.iter().map(inline).collect())),
        Literal::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Literal::Map(entries) => {
            format!("{{ {} }}", join(entries.iter().map(|(name, value)| assigned(name, value)).collect()))
        }
    }
}
