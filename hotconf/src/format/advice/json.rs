//! The mistakes of a JSON text.

mod text;

use super::{Cursor, Mistake, closing_of_typographic, in_order, invisible};
use crate::format::{DEEPEST, MOST_PROBLEMS};

/// Of so many, told and yet to be put in order, the first are among them.
const MOST_TOLD: usize = 4 * MOST_PROBLEMS;

/// Every mistake in the text, in order. Empty where nothing is known to be wrong.
pub(in crate::format) fn mistakes(text: &str) -> Vec<Mistake> {
    in_order(text, || {
        let mut reader = Reader {
            cursor: Cursor::new(text),
            found: Vec::new(),
            open: Vec::new(),
            suspect: None,
            is_torn: false,
        };
        reader.document();
        reader.found
    })
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    found: Vec<Mistake>,
    /// The brackets that are open, with their offsets.
    open: Vec<(char, usize)>,
    /// A bracket that, going by the indentation, was meant to be closed before another one was.
    suspect: Option<(char, usize)>,
    /// A text was not closed, and what else it swallowed is not known: brackets and commas.
    is_torn: bool,
}

impl<'t> Reader<'t> {
    fn tell(&mut self, start: usize, message: impl Into<std::borrow::Cow<'static, str>>) {
        if !self.is_full() {
            self.found.push(Mistake::new(start, message));
        }
    }

    /// Whether so much is wrong that nobody reads on.
    fn is_full(&self) -> bool {
        self.found.len() >= MOST_TOLD
    }

    fn document(&mut self) {
        self.blanks();
        if self.cursor.peek().is_none() {
            if self.found.is_empty() {
                self.tell(0, "the text is empty; write `{}` where there are no keys");
            }
            return;
        }
        let start = self.cursor.at;
        if let Some(other) = self.other_format() {
            return self.tell(start, super::other_format(other, "JSON"));
        }
        if self.is_entry() {
            self.tell(
                start,
                "the keys stand in no brackets; write `{` before the first and `}` behind the last",
            );
            self.open.push(('{', start));
            self.is_torn = true;
            return self.entries();
        }
        if !self.value(false) {
            self.tell(start, "no value begins like this; write `{` before the first key");
            return;
        }
        self.blanks();
        if self.is_torn {
            return;
        }
        let end = self.cursor.at;
        match self.cursor.peek() {
            None => {}
            Some(bracket @ ('}' | ']')) => self.tell(end, format!("a `{bracket}` too many; delete it")),
            Some(',') => self.tell(end, "a comma stands behind the end; delete it"),
            Some(_) => self.tell(end, "more stands behind the end; write all keys within the one `{…}`"),
        }
    }

    /// The format that the text has instead, going by its first line.
    fn other_format(&self) -> Option<&'static str> {
        let line = self.cursor.line().trim_end();
        let word = line.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        let is_header = line.strip_prefix('[').and_then(|line| line.trim_matches(['[', ']']).chars().next());
        match is_header {
            Some(c) if line.ends_with(']') && c.is_alphabetic() => return Some("TOML"),
            _ if line == "---" => return Some("YAML"),
            _ if line.len() == word.len() => return None,
            _ if word.trim_start().starts_with('=') => return Some("TOML"),
            _ => {}
        }
        (word.starts_with(':') && !line.ends_with([',', '}'])).then_some("YAML")
    }

    /// Whether a key with its colon stands here.
    fn is_entry(&self) -> bool {
        let mut cursor = self.cursor;
        let is_key = match cursor.peek() {
            Some(quote) if matches!(quote, '"' | '\'' | '`') || closing_of_typographic(quote).is_some() => {
                cursor.next();
                let is_closing =
                    |c| c == quote || closing_of_typographic(quote).is_some_and(|all| all.contains(&c));
                cursor.until(|c| is_closing(c) || c == '\n');
                cursor.next().is_some_and(is_closing)
            }
            _ => !cursor.until(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).is_empty(),
        };
        cursor.until(|c| !matches!(c, ' ' | '\t'));
        is_key && (cursor.eat(":") || cursor.eat("="))
    }

    /// Goes over blanks, and comments, which are told.
    fn blanks(&mut self) {
        while let Some(c) = self.cursor.peek() {
            let start = self.cursor.at;
            if self.cursor.eat("/*") {
                self.tell(start, "JSON has no comments; delete it");
                let length = self.cursor.rest().find("*/").map_or(self.cursor.rest().len(), |end| end + 2);
                self.cursor.at += length;
            } else if self.cursor.eat("//") || self.cursor.eat("#") {
                self.tell(start, "JSON has no comments; delete it");
                self.cursor.until(|c| c == '\n');
            } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
                self.cursor.next();
            } else if let Some(Mistake { message, .. }) = invisible(c) {
                self.tell(start, message);
                self.cursor.next();
            } else {
                return;
            }
        }
    }

    /// Reads a value where there is one.
    fn value(&mut self, is_key: bool) -> bool {
        let start = self.cursor.at;
        match self.cursor.peek() {
            None | Some(',' | '}' | ']' | ':' | ';' | '=') => return false,
            Some('{' | '<' | '$') if self.placeholder().is_some() => {
                let end = self.placeholder().unwrap_or_default();
                self.tell(
                    start,
                    "a placeholder was not filled in; write its value, in double quotes if it is a text",
                );
                self.cursor.at += end;
            }
            Some(bracket @ ('{' | '[')) => {
                self.open.push((bracket, start));
                if self.open.len() > DEEPEST {
                    // How deep it may be is told elsewhere.
                    self.is_torn = true;
                    self.cursor.at = self.cursor.text.len();
                } else {
                    self.cursor.next();
                    self.entries();
                }
            }
            Some('"') => self.string(is_key),
            Some(quote @ ('\'' | '`')) => {
                let quotes = if quote == '`' { "backticks" } else { "single quotes" };
                self.tell(start, format!("{quotes} around a text; write double quotes, `\"`"));
                self.cursor.next();
                self.other_string(&[quote]);
            }
            Some(c) => match closing_of_typographic(c) {
                Some(closing) => {
                    self.tell(start, "typographic quotes around a text; write plain ones, `\"`");
                    self.cursor.next();
                    self.other_string(closing);
                }
                None if is_key => self.bare_key(),
                None => self.word(),
            },
        }
        true
    }

    fn placeholder(&self) -> Option<usize> {
        super::placeholder(self.cursor.rest())
    }

    /// Reads what is between the bracket that was opened last and the one that closes it, with that.
    fn entries(&mut self) {
        let &(bracket, opened) = self.open.last().expect("a bracket is open");
        let is_map = bracket == '{';
        loop {
            if self.is_full() {
                self.cursor.at = self.cursor.text.len();
                self.is_torn = true;
            }
            self.blanks();
            let start = self.cursor.at;
            match self.cursor.peek() {
                None => return self.ends_open(),
                Some(closing @ ('}' | ']')) => return self.close(closing, start),
                Some(',') => {
                    self.cursor.next();
                    self.tell(start, "a comma with nothing before it; delete it");
                    continue;
                }
                Some(_) => {}
            }
            if is_map {
                self.entry();
            } else if !self.value(false) {
                let message =
                    "a sign that no value begins with; delete it, or write the text in double quotes";
                self.tell(start, message);
                self.cursor.next();
            }
            let end = self.cursor.at;
            self.blanks();
            let comma = self.cursor.at;
            match self.cursor.peek() {
                None | Some('}' | ']') => {}
                Some(',') => {
                    self.cursor.next();
                    self.blanks();
                    if let Some(closing @ ('}' | ']')) = self.cursor.peek() {
                        self.tell(comma, format!("a comma stands before the closing `{closing}`; delete it"));
                    }
                }
                Some(';') => {
                    self.cursor.next();
                    self.tell(comma, "a semicolon between entries; write a comma");
                }
                Some(':') if !is_map && !self.is_torn => {
                    self.cursor.next();
                    self.tell(opened, "a key stands within `[`; close the list with `]` before the key, or write `{` for `[`");
                    self.is_torn = true;
                    self.blanks();
                    self.value(false);
                }
                Some(_) if self.is_torn => {
                    if self.cursor.at == start {
                        self.cursor.next();
                    }
                }
                Some(_) if !is_map || self.is_entry() => {
                    self.tell(end, "a comma is missing here; write one between two entries");
                }
                Some(_) => {
                    self.tell(
                        comma,
                        "more stands behind the value; write a comma and a key before it, or delete it",
                    );
                    self.cursor.next();
                    self.cursor.until(|c| matches!(c, ',' | '}' | ']' | '\n'));
                }
            }
        }
    }

    fn entry(&mut self) {
        let start = self.cursor.at;
        match self.cursor.peek() {
            Some(':' | '=') => self.tell(start, "a key is missing here; write it in double quotes"),
            Some('{' | '[') if self.placeholder().is_none() => {
                self.tell(
                    start,
                    "a key is missing before the bracket; write it in double quotes and a colon behind it",
                );
                self.value(false);
                return;
            }
            _ if self.value(true) => {}
            _ => {
                self.tell(start, "a sign that no key begins with; write keys in double quotes");
                self.cursor.next();
            }
        }
        let end = self.cursor.at;
        self.blanks();
        let colon = self.cursor.at;
        match self.cursor.peek() {
            Some(':') => {
                self.cursor.next();
                if self.cursor.eat("=") {
                    self.tell(colon, "`:=` between key and value; write a colon");
                }
            }
            Some('=') => {
                self.cursor.next();
                self.cursor.eat(">");
                self.tell(colon, "an equals sign between key and value; write a colon");
            }
            _ if self.is_torn => return,
            None | Some(',' | '}' | ']') => {
                if self.cursor.peek().is_some() {
                    self.tell(start, "a key without a value; write a colon and the value behind it");
                }
                return;
            }
            Some(_) => self.tell(end, "a colon is missing here; write one between key and value"),
        }
        let after = self.cursor.at;
        self.blanks();
        let found = self.found.len();
        if !self.value(false) && !self.is_torn && self.cursor.peek().is_some() && found == self.found.len() {
            self.tell(after, "a value is missing here; write one, or `null`");
            if let Some(':' | '=' | ';') = self.cursor.peek() {
                self.cursor.next();
            }
        }
    }

    /// A bracket closes the last that was opened, or another.
    fn close(&mut self, closing: char, at: usize) {
        let (bracket, opened) = self.open.pop().expect("a bracket is open");
        if closing == closing_of(bracket) {
            self.cursor.next();
            if self.suspect.is_some() || !self.cursor.begins_line(at) {
                return;
            }
            let indent = self.cursor.indent_of(at);
            let is_outer = |&(outer, offset): &(char, usize)| {
                closing_of(outer) == closing && self.cursor.indent_of(offset) == indent
            };
            if indent < self.cursor.indent_of(opened) && self.open.iter().any(is_outer) {
                self.suspect = Some((bracket, opened));
            }
        } else if self.open.iter().any(|&(outer, _)| closing_of(outer) == closing) {
            if !self.is_torn {
                self.tell(opened, unclosed(bracket));
            }
        } else {
            self.cursor.next();
            if !self.is_torn {
                let right = closing_of(bracket);
                self.tell(at, format!("`{closing}` stands where `{bracket}` is open; write `{right}`"));
            }
        }
    }

    /// The text ends while brackets are open.
    fn ends_open(&mut self) {
        let open = std::mem::take(&mut self.open);
        let Some(&(bracket, opened)) = open.last() else { return };
        if self.is_torn {
            return;
        }
        self.is_torn = true;
        match (self.suspect, open.len()) {
            (Some((bracket, opened)), 1) => self.tell(opened, unclosed(bracket)),
            (_, 1) => self.tell(opened, unclosed(bracket)),
            _ => {
                let closing: String = open.iter().rev().map(|&(bracket, _)| closing_of(bracket)).collect();
                self.tell(
                    opened,
                    format!("the text ends while brackets are open; write `{closing}` where they end"),
                );
            }
        }
    }
}

fn closing_of(bracket: char) -> char {
    if bracket == '{' { '}' } else { ']' }
}

fn unclosed(bracket: char) -> String {
    format!("`{bracket}` is not closed; write `{}` where it ends", closing_of(bracket))
}
