//! What a key or a dash holds.

use super::{Last, Reader, colon_in};

const COLON: &str = "a second colon with a blank behind it in one line; write quotes around the value, or the second key in a line of its own";
const SIGN: &str = "a value that begins with a sign of YAML; write it in quotes";

impl<'t> Reader<'t> {
    /// Reads the value at the cursor, which belongs to an entry that is indented so far. What is left of the line is for
    /// the caller to skip.
    pub(super) fn value(&mut self, parent: Option<usize>) -> Last {
        self.properties();
        let start = self.cursor.at;
        match self.cursor.peek() {
            None | Some('\n' | '\r' | '#') => return Last::Nothing,
            Some('"' | '\'') => {
                if self.quoted(parent, false) {
                    self.behind(start);
                }
            }
            Some('{' | '<' | '$') if self.placeholder() => {
                let line = self.cursor.line();
                if line.starts_with('{') {
                    self.tell(start, "a placeholder was not filled in; write its value, or quotes around it");
                }
                return Last::Plain;
            }
            Some('[' | '{') => {
                if self.flow(parent) {
                    self.behind(start);
                }
            }
            Some('|' | '>') => self.block_text(parent),
            Some('*') => self.alias(),
            Some('@' | '`') => self.tell(start, SIGN),
            Some('%') => self.tell(start, SIGN),
            Some('-') if self.is_item() => {
                let message = "a list that begins in the line of its key; write its items in lines of their own, or `[…]`";
                self.tell(start, message);
                return Last::Plain;
            }
            Some(_) => {
                if let Some(colon) = colon_in(self.cursor.line().trim_end()) {
                    self.tell(start + colon, COLON);
                }
                return Last::Plain;
            }
        }
        Last::Whole
    }

    fn placeholder(&self) -> bool {
        crate::format::advice::placeholder(self.cursor.rest()).is_some()
    }

    /// Goes over anchors and tags.
    pub(super) fn properties(&mut self) {
        loop {
            let start = self.cursor.at;
            let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}');
            if self.cursor.eat("&") {
                let name = self.cursor.until(is_end);
                if name.is_empty() {
                    self.tell(start, SIGN);
                }
                self.anchors.insert(name);
            } else if self.cursor.eat("!") {
                let tag = self.cursor.until(is_end);
                if !tag.is_empty() && !tag.starts_with('!') {
                    let message = "a tag that is not known; delete it, or write quotes around a text that begins with `!`";
                    self.tell(start, message);
                }
            } else {
                return;
            }
            self.blanks();
        }
    }

    pub(super) fn alias(&mut self) {
        let start = self.cursor.at;
        self.cursor.next();
        let name = self.cursor.until(|c| c.is_whitespace() || matches!(c, ',' | ']' | '}'));
        let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if name.is_empty() || !is_name {
            self.tell(start, SIGN);
        } else if !self.anchors.contains(name) {
            let message = "an alias of an anchor that is not there; write the anchor `&…` before it, or quotes around a text that begins with `*`";
            self.tell(start, message);
        }
    }

    /// What stands behind a value that is complete, up to the end of its line.
    fn behind(&mut self, opened: usize) {
        let closed = self.cursor.at - 1;
        let is_quote = self.cursor.text[opened..].starts_with(['"', '\'']);
        let is_word = self.cursor.peek().is_some_and(|c| c.is_alphanumeric() || c == '_');
        if is_quote && is_word {
            let is_double = self.cursor.text[opened..].starts_with('"');
            return if is_double {
                self.tell(closed, "a quote within a text; write `\\\"` for it, or the text in single quotes");
            } else {
                self.tell(
                    closed,
                    "a single quote within a text; write `''` for it, or the text in double quotes",
                );
            };
        }
        let before = self.cursor.at;
        self.blanks();
        if self.is_at_end() && (self.cursor.peek() != Some('#') || self.cursor.at > before) {
            return;
        }
        let start = self.cursor.at;
        match self.cursor.peek() {
            Some(':') if is_quote => {
                self.tell(start, "a blank is missing behind the colon; write `: ` between key and value");
            }
            Some(':') => self.tell(opened, "a key in brackets; write a key as text, without brackets"),
            Some('#') => self.tell(start, "a blank is missing before the comment; write one"),
            Some(bracket @ ('}' | ']')) => self.tell(start, format!("a `{bracket}` too many; delete it")),
            Some(',') => {
                self.tell(start, "a comma behind a value; delete it, and write one key in each line");
            }
            _ => self.tell(start, "more stands behind the value; delete it, or write all of it in quotes"),
        }
    }
}
