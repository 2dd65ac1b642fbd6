//! TOML, on the borrowing parser of the `toml` crate.

use std::ops::Range;

use toml::de::{DeInteger, DeTable, DeValue, Error};

use super::advice::{self, Mistake};
use super::{DEEPEST, Format, MOST_PROBLEMS, problem_at, too_deep};
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::tree::{Data, Layer, LayerName, Position, Positions, Span, Str, Writer};

pub(super) fn parse(name: LayerName, text: &str, index: usize) -> Result<Layer, Vec<Problem>> {
    if let Some(offset) = nests_dangerously(text) {
        return Err(vec![too_deep(&name, text, offset, index)]);
    }
    let (table, errors) = read(text);
    if !errors.is_empty() {
        return Err(problems(errors, &name, text, index));
    }
    let mut walk = Walk::new(text, Writer::new(text));
    let root = walk.table(&table);
    if let Some(offset) = walk.too_deep {
        return Err(vec![too_deep(&name, text, offset, index)]);
    }
    if walk.lacks_digits {
        let mistakes = advice::toml::mistakes(text);
        return Err(mistakes
            .iter()
            .map(|mistake| mistake.problem(Format::Toml, &name, text, index))
            .collect());
    }
    Ok(walk.writer.finish(name, root, positions))
}

/// The positions of all nodes, found by parsing once more: the same text gives the same nodes in the same order.
fn positions(text: &str) -> Positions {
    let mut walk = Walk::new(text, Writer::with_positions(text));
    walk.table(&read(text).0);
    walk.writer.into_positions()
}

/// The table and every error, or the first one alone where the text is so long that a million of them could follow.
pub(super) fn read(text: &str) -> (DeTable<'_>, Vec<Error>) {
    const SHORT: usize = 1 << 20;
    if text.len() <= SHORT {
        let (table, errors) = DeTable::parse_recoverable(text);
        return (table.into_inner(), errors);
    }
    match DeTable::parse(text) {
        Ok(table) => (table.into_inner(), Vec::new()),
        Err(error) => (DeTable::new(), vec![error]),
    }
}

struct Walk<'t> {
    text: &'t str,
    writer: Writer<'t>,
    depth: usize,
    too_deep: Option<usize>,
    /// A number has a prefix and no digits, which the parser lets pass.
    lacks_digits: bool,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str, writer: Writer<'t>) -> Self {
        Self { text, writer, depth: 0, too_deep: None, lacks_digits: false }
    }

    fn table(&mut self, table: &DeTable<'_>) -> Data {
        self.depth += 1;
        let opened = self.writer.open();
        for (key, value) in table {
            let (key_span, mut value_span) = (key.span(), value.span());
            // A table with its own header begins at the header's bracket, and one that is only implied has no
            // beginning; its name is what people look for.
            if matches!(value.get_ref(), DeValue::Table(_)) && !self.text[value_span.start..].starts_with('{')
            {
                value_span = key_span.clone();
            }
            let key = self.writer.str(key.get_ref());
            let data = self.value(value.get_ref(), value_span.start);
            self.writer.push(key, data, Position { key: span(key_span), value: span(value_span) });
        }
        self.depth -= 1;
        self.writer.close_map(opened)
    }

    fn value(&mut self, value: &DeValue<'_>, offset: usize) -> Data {
        match value {
            DeValue::String(text) => Data::Text(self.writer.str(text)),
            DeValue::Boolean(truth) => Data::Bool(*truth),
            DeValue::Integer(number) => self.integer(number),
            // Only a number is read from here, so the fallback is for text that the parser has refused already.
            DeValue::Float(number) => Data::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Datetime(moment) => Data::Time(self.writer.str(&moment.to_string())),
            DeValue::Array(_) | DeValue::Table(_) if self.depth == DEEPEST => {
                self.too_deep.get_or_insert(offset);
                Data::Null
            }
            DeValue::Table(table) => self.table(table),
            DeValue::Array(items) => {
                self.depth += 1;
                let opened = self.writer.open();
                for item in items {
                    let data = self.value(item.get_ref(), item.span().start);
                    let item = span(item.span());
                    self.writer.push(
                        Str::default(),
                        data,
                        Position { key: Span::new(item.start as usize, item.start as usize), value: item },
                    );
                }
                self.depth -= 1;
                self.writer.close_list(opened)
            }
        }
    }

    fn integer(&mut self, number: &DeInteger<'_>) -> Data {
        let digits = number.as_str();
        self.lacks_digits |= digits.is_empty();
        if let Ok(number) = i64::from_str_radix(digits, number.radix()) {
            return Data::Integer(number);
        }
        match u128::from_str_radix(digits, number.radix()) {
            Ok(number) => Data::Digits(self.writer.str(&number.to_string())),
            Err(_) => Data::Digits(self.writer.str(number.to_string().trim_start_matches('+'))),
        }
    }
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// Where a text may hold values that are nested so deeply that merely dropping them would exhaust the stack.
///
/// The parser bounds how deeply inline tables nest and how many segments a key has, but not the product; and any crate
/// of the program can switch its bounds off.
fn nests_dangerously(text: &str) -> Option<usize> {
    const SAFE: usize = 200;
    let bytes = text.as_bytes();
    let (mut open, mut dots, mut depth, mut at) = (Vec::new(), 0, 0, 0);
    while let Some(&byte) = bytes.get(at) {
        if !IS_SIGN[byte as usize] {
            at += 1;
            continue;
        }
        match byte {
            b'#' => at += rest_of_line(&bytes[at..]),
            b'"' | b'\'' => at += string(&bytes[at..], byte),
            b'.' => dots += 1,
            b',' | b'\n' => dots = 0,
            b'{' | b'[' => {
                open.push((byte, dots + 1));
                depth += dots + 1;
                dots = 0;
            }
            // Brackets that do not match are an error, and the parser may go on within what is open.
            b'}' | b']' => {
                if let Some(&(bracket, levels)) = open.last() {
                    if bracket + 2 == byte {
                        open.pop();
                        depth -= levels;
                    }
                }
                dots = 0;
            }
            _ => {}
        }
        if depth + dots > SAFE {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The bytes that say something about nesting: nearly all of a text is passed over.
const IS_SIGN: [bool; 256] = {
    let mut is_sign = [false; 256];
    let signs = b"#\"'.,\n{[}]";
    let mut at = 0;
    while at < signs.len() {
        is_sign[signs[at] as usize] = true;
        at += 1;
    }
    is_sign
};

/// How many bytes are left before the end of the line.
fn rest_of_line(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |end| end - 1)
}

/// The offset of the last byte of the string that begins here.
fn string(bytes: &[u8], quote: u8) -> usize {
    let long = bytes.starts_with(&[quote; 3]);
    let mut at = if long { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at - 1,
            _ if long && bytes[at..].starts_with(&[quote; 3]) => return at + 2,
            _ if !long && byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Every mistake that the text is known to have, and what the parser says of keys that stand twice; or all that the
/// parser says, where nothing better is known.
fn problems(mut errors: Vec<Error>, name: &LayerName, text: &str, index: usize) -> Vec<Problem> {
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    let mistakes = if errors.iter().any(is_of_form) { advice::toml::mistakes(text) } else { Vec::new() };
    let mut problems: Vec<_> =
        mistakes.iter().map(|mistake| mistake.problem(Format::Toml, name, text, index)).collect();
    for error in errors {
        let start = error.span().unwrap_or_default().start;
        let is_known = match is_of_form(&error) {
            true => !mistakes.is_empty(),
            false => mistakes.iter().any(|mistake| mistake.explains(text, start)),
        };
        if !is_known && problems.len() < MOST_PROBLEMS {
            problems.push(problem(&error, name, text, index));
        }
    }
    let place = |problem: &Problem| problem.origin().map(|origin| (origin.line(), origin.column()));
    problems.sort_by_key(place);
    problems
}

const DUPLICATE: &str = "duplicate key";
const EXTENDED: &str = "cannot extend value";
const RECURSION: &str = "recur";

/// Whether the form of the text is wrong, and not what its keys say together.
pub(super) fn is_of_form(error: &Error) -> bool {
    let message = error.message();
    !message.starts_with(DUPLICATE) && !message.starts_with(EXTENDED) && !message.contains(RECURSION)
}

fn problem(error: &Error, name: &LayerName, text: &str, index: usize) -> Problem {
    let span = error.span().unwrap_or_default();
    let message = error.message().trim_end_matches('.');
    if message.contains(RECURSION) {
        return too_deep(name, text, span.start, index);
    }
    if !is_of_form(error) {
        let Some((path, first)) = find_duplicate(text, &span) else {
            let message = format!("duplicate key `{}`", text.get(span.clone()).unwrap_or_default());
            return problem_at(ProblemKind::DuplicateKey, message, name, text, span.start, index);
        };
        // Of what stands behind it the place is that in the renamed text, and it is none that came first.
        let first = first.filter(|&first| first < span.start);
        let message = duplicate(message, first, text, span.start);
        return problem_at(ProblemKind::DuplicateKey, message, name, text, span.start, index).with_key(path);
    }
    Mistake::new(span.start, message.replace('\n', ", ")).problem(Format::Toml, name, text, index)
}

/// What is wrong where a key stands again that stood `first`: as a value, a table with a header, an item of a list, or a
/// table within braces.
fn duplicate(message: &str, first: Option<usize>, text: &str, again: usize) -> String {
    let stands = first.map_or_else(String::new, |first| {
        let (line, column) = crate::tree::line_and_column(text, first);
        format!("; it stands first at {line}:{column}")
    });
    let header = |offset: usize| {
        let line = &text[text[..offset].rfind('\n').map_or(0, |end| end + 1)..offset];
        let brackets = line.trim_start().bytes().take_while(|&byte| byte == b'[').count();
        (brackets > 0).then_some(brackets)
    };
    let both = format!("a value and a table cannot have one name{stands}; rename one of them");
    if message.contains("inline table") {
        return format!(
            "no keys can be added to a table in `{{…}}`{stands}; write them between its brackets"
        );
    }
    if message.starts_with(EXTENDED) {
        return both;
    }
    match (header(again), first.and_then(header)) {
        (Some(again), Some(first)) if again != first => {
            format!("a table and a list of tables cannot have one name{stands}; write `[[…]]` for both")
        }
        (Some(_), Some(_)) => format!("duplicate table{stands}; write all its keys there"),
        (Some(_), None) if first.is_some_and(|first| has_dot(&text[first..])) => {
            format!("a header for a table that keys with dots made{stands}; write all its keys there")
        }
        (Some(_), None) if first.is_some() => both,
        (None, Some(_)) if !has_dot(&text[again..]) => both,
        _ => format!("duplicate key{stands}"),
    }
}

/// Whether the key that the text begins with has a dot behind it.
fn has_dot(text: &str) -> bool {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let behind = match quote {
        Some(quote) => text[1..].split_once(quote).map_or("", |(_, behind)| behind),
        None => text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    };
    behind.trim_start_matches([' ', '\t']).starts_with('.')
}

/// The path of the key at this span, and where the same key stood first.
///
/// The parser tells neither; but under another name the key is no duplicate, and can be found in the table.
fn find_duplicate(text: &str, span: &Range<usize>) -> Option<(KeyPath, Option<usize>)> {
    const OTHER: &str = "the-key-that-stands-here-again";
    const SHORT: usize = 1 << 16;
    if text.len() > SHORT {
        return None;
    }
    let assignment = format!("{} = 0", text.get(span.clone())?);
    let assignment = DeTable::parse(&assignment).ok()?;
    let key = assignment.get_ref().keys().next()?.get_ref();
    let renamed = [&text[..span.start], OTHER, &text[span.end..]].concat();
    let (table, _) = read(&renamed);
    let mut path = Vec::new();
    let siblings = siblings(&table, OTHER, &mut path)?;
    path.push(key.to_string());
    let first = siblings.get_key_value(&**key).map(|(first, _)| first.span().start);
    Some((KeyPath::from_segments(path), first))
}

/// The table that has this key, somewhere within `table`, and the path that leads to it.
fn siblings<'a, 't>(table: &'a DeTable<'t>, key: &str, path: &mut Vec<String>) -> Option<&'a DeTable<'t>> {
    if table.contains_key(key) {
        return Some(table);
    }
    table.iter().find_map(|(name, value)| {
        path.push(name.get_ref().to_string());
        let found = siblings_in(value.get_ref(), key, path);
        if found.is_none() {
            path.pop();
        }
        found
    })
}

fn siblings_in<'a, 't>(value: &'a DeValue<'t>, key: &str, path: &mut Vec<String>) -> Option<&'a DeTable<'t>> {
    match value {
        DeValue::Table(table) => siblings(table, key, path),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(number, item)| {
            path.push(number.to_string());
            let found = siblings_in(item.get_ref(), key, path);
            if found.is_none() {
                path.pop();
            }
            found
        }),
        _ => None,
    }
}
