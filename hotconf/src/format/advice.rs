//! What a person did who wrote a text that is not of its format, where that begins, and what to write instead.
//!
//! Looked for only where a parser has refused the text: readers that forgive everything go over it once more and note
//! what they forgive. So all mistakes are told at once, each where it begins, and not where a parser came to notice it.
//!
//! Invariant: no piece of the text is quoted but keywords and signs, since any other may be a secret.

#[cfg(feature = "json")]
pub(super) mod json;
#[cfg(feature = "toml")]
pub(super) mod toml;
#[cfg(feature = "yaml")]
pub(super) mod yaml;

use std::borrow::Cow;

use super::{Format, MOST_PROBLEMS, problem_at};
use crate::error::{Problem, ProblemKind};
use crate::tree::LayerName;

/// One mistake, in words and with its place.
#[derive(Debug)]
pub(super) struct Mistake {
    /// The byte offset of its beginning.
    pub(super) start: usize,
    /// Up to where the rest of the text may be misread because of it.
    end: usize,
    /// What is wrong, a semicolon, what to write instead.
    pub(super) message: Cow<'static, str>,
}

impl Mistake {
    pub(super) fn new(start: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self { start, end: start, message: message.into() }
    }

    /// The same, for one that makes the text be misread up to `end`.
    pub(super) fn until(self, end: usize) -> Self {
        Self { end, ..self }
    }

    /// Whether what else is wrong at this offset may only follow from it: in its line, or as far as it reaches.
    #[cfg(feature = "toml")]
    pub(super) fn explains(&self, text: &str, offset: usize) -> bool {
        let (first, last) = (self.start.min(offset), self.start.max(offset));
        (self.start..self.end).contains(&offset)
            || text.get(first..last).is_some_and(|between| !between.contains('\n'))
    }

    pub(super) fn problem(&self, format: Format, name: &LayerName, text: &str, index: usize) -> Problem {
        let message = format!("not valid {}: {}", format.name(), self.message);
        problem_at(ProblemKind::Syntax, message, name, text, self.start, index)
    }
}

/// Every mistake in the text, in order: the conflicts of a merge alone, else what the reader of the format finds.
fn in_order(text: &str, read: impl FnOnce() -> Vec<Mistake>) -> Vec<Mistake> {
    let conflicts = conflicts(text);
    if !conflicts.is_empty() {
        return conflicts;
    }
    let mut found = read();
    found.sort_by_key(|mistake| mistake.start);
    found.truncate(MOST_PROBLEMS);
    found
}

/// The conflicts that a merge left in the text, each at its first line. Where there is one, nothing else is to be said:
/// both sides of it stand there.
fn conflicts(text: &str) -> Vec<Mistake> {
    const MESSAGE: &str = "a merge conflict was left here; keep one of its sides and delete the lines of `<<<<<<<`, \
                           `=======` and `>>>>>>>`";
    let mut found = Vec::new();
    let (mut start, mut is_open) = (0, false);
    for line in text.split_inclusive('\n') {
        let is_end = is_marker(line, '>');
        if is_marker(line, '<') || (is_end && !is_open) {
            found.push(Mistake::new(start, MESSAGE).until(text.len()));
        }
        is_open = (is_open || is_marker(line, '<')) && !is_end;
        start += line.len();
    }
    found.truncate(MOST_PROBLEMS);
    found
}

fn is_marker(line: &str, sign: char) -> bool {
    let rest = line.trim_start_matches(sign);
    line.len() - rest.len() == 7 && (rest.trim().is_empty() || rest.starts_with(' '))
}

/// What to do about a text that is of another format than it is read as.
fn other_format(other: &str, right: &str) -> String {
    format!("it looks like {other}; write it as {right}, or let the name of its file end as that format's")
}

/// The length of a placeholder of a template that the text begins with.
fn placeholder(text: &str) -> Option<usize> {
    [("{{", "}}"), ("${", "}"), ("{%", "%}"), ("<%", "%>")].iter().find_map(|(opening, closing)| {
        let line = text.strip_prefix(opening)?.split('\n').next()?;
        let end = line.find(closing)?;
        Some(opening.len() + end + closing.len())
    })
}

/// Quotes that word processors and chats make of plain ones, with what closes them.
pub(super) fn closing_of_typographic(quote: char) -> Option<&'static [char]> {
    match quote {
        '“' | '”' | '„' | '″' => Some(&['”', '“', '″', '"']),
        '‘' | '’' | '‚' | '′' => Some(&['’', '‘', '′', '\'']),
        '«' => Some(&['»']),
        '»' => Some(&['«']),
        _ => None,
    }
}

/// What to do about a character that nobody sees; `None` for all others, plain blanks and ends of lines.
pub(super) fn invisible(c: char) -> Option<Mistake> {
    let code = c.escape_unicode();
    let message = match c {
        ' ' | '\t' | '\n' | '\r' => return None,
        '\u{feff}' => {
            format!("a byte order mark (`{code}`) stands within the text; delete it")
        }
        c if c.is_control() => format!("a control character (`{code}`) stands here; delete it"),
        c if c.is_whitespace() => {
            format!("a blank that is none (`{code}`) stands here; write a plain blank for it")
        }
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            format!("a character that nobody sees (`{code}`) stands here; delete it")
        }
        _ => return None,
    };
    Some(Mistake::new(0, message))
}

/// A place in a text that moves forward.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn eat(&mut self, piece: &str) -> bool {
        let is_here = self.rest().starts_with(piece);
        if is_here {
            self.at += piece.len();
        }
        is_here
    }

    /// The piece up to the first character that ends it, which is not eaten.
    pub(super) fn until(&mut self, ends: impl FnMut(char) -> bool) -> &'t str {
        let rest = self.rest();
        let piece = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += piece.len();
        piece
    }

    /// The rest of the line, without its end.
    pub(super) fn line(&self) -> &'t str {
        self.rest().split('\n').next().unwrap_or_default()
    }

    /// How far the line with this offset is indented, in characters.
    pub(super) fn indent_of(&self, offset: usize) -> usize {
        let start = self.text[..offset].rfind('\n').map_or(0, |end| end + 1);
        let line = &self.text[start..];
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }

    /// Whether nothing but blanks stands before this offset in its line.
    pub(super) fn begins_line(&self, offset: usize) -> bool {
        let before = self.text[..offset].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }
}
