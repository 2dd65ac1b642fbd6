//! Lists and tables within brackets.

use super::{Place, Reader};

impl Reader<'_> {
    /// Reads a list or an inline table, from its opening bracket on.
    pub(super) fn bracket(&mut self) {
        let opened = self.cursor.at;
        let is_table = self.cursor.peek() == Some('{');
        self.open.push((if is_table { '{' } else { '[' }, opened));
        self.cursor.next();
        // Whether a comma, or the opening bracket, stands right before.
        let mut is_fresh = true;
        loop {
            if self.is_full() {
                self.cursor.at = self.cursor.text.len();
            }
            let end = self.cursor.at;
            self.blanks();
            let semicolon = self.cursor.at;
            if !is_fresh && self.cursor.eat(";") {
                self.tell(semicolon, "a semicolon between entries; write a comma");
                is_fresh = true;
            }
            self.lines();
            let start = self.cursor.at;
            match self.cursor.peek() {
                None => return self.unclosed(),
                Some('}' | ']') => return self.close(is_table),
                Some(_) if self.begins_statement(is_table && is_fresh) => return self.unclosed(),
                Some(',') => {
                    self.cursor.next();
                    if is_fresh {
                        self.tell(start, "a comma with nothing before it; delete it");
                    }
                    is_fresh = true;
                    continue;
                }
                Some('=' | ':') if !is_table => {
                    self.cursor.next();
                    self.tell(
                        opened,
                        "a key stands within `[`; write `{…}` around key and value, or close the list before",
                    );
                    self.lines();
                    if !matches!(self.cursor.peek(), None | Some(',' | '}' | ']')) {
                        self.value(Place::List);
                    }
                    is_fresh = false;
                    continue;
                }
                Some(_) if !is_fresh => {
                    self.tell(end, "a comma is missing here; write one between two entries");
                }
                Some(_) => {}
            }
            is_fresh = false;
            if is_table {
                match self.cursor.peek() {
                    Some('=' | ':') => self.tell(start, "a key is missing here; write one before the sign"),
                    _ => self.key(),
                }
                if !self.is_lost {
                    self.assignment(Place::Table);
                }
            } else {
                self.value(Place::List);
            }
            if self.is_lost {
                return;
            }
            if self.cursor.at == start {
                self.cursor.next();
            }
        }
    }

    fn close(&mut self, is_table: bool) {
        let start = self.cursor.at;
        let (right, other) = if is_table { ('}', '[') } else { (']', '{') };
        let here = self.cursor.peek();
        let (opening, opened) = self.open.pop().unwrap_or((other, start));
        if here == Some(right) {
            self.cursor.next();
        } else if self.open.iter().any(|&(bracket, _)| bracket == other) {
            self.tell(opened, format!("`{opening}` is not closed; write `{right}` where it ends"));
        } else {
            self.cursor.next();
            let wrong = here.unwrap_or_default();
            self.tell(start, format!("`{wrong}` stands where `{opening}` is open; write `{right}`"));
        }
    }

    /// The text, or the next statement, comes while brackets are open.
    fn unclosed(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.is_lost = true;
        self.was_unclosed = true;
        let Some(&(bracket, opened)) = open.last() else { return };
        let closing: String =
            open.iter().rev().map(|&(bracket, _)| if bracket == '{' { '}' } else { ']' }).collect();
        if open.len() == 1 {
            self.tell(opened, format!("`{bracket}` is not closed; write `{closing}` where it ends"));
        } else {
            self.tell(opened, format!("brackets are not closed; write `{closing}` where they end"));
        }
    }

    /// Whether a header or a key with `=` begins in this line, which neither can within brackets: but keys within a
    /// table, behind a comma.
    fn begins_statement(&self, keys_are_right: bool) -> bool {
        if !self.cursor.begins_line(self.cursor.at) {
            return false;
        }
        let line = self.cursor.line().trim_end();
        let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
        let behind = line.trim_start_matches(is_key);
        if behind.len() < line.len() && behind.trim_start().starts_with('=') {
            return !keys_are_right;
        }
        let Some(name) = line.strip_prefix('[') else { return false };
        let name = name.trim_start_matches('[');
        let closing = name.trim_start_matches(is_key);
        let word = &name[..name.len() - closing.len()];
        let is_value = toml::de::DeValue::parse(word).is_ok();
        !is_value
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && closing.trim_matches(']').is_empty()
    }
}
