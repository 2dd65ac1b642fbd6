//! Texts in quotes.

use super::{Place, Reader};
use crate::format::advice::closing_of_typographic;

const UNCLOSED: &str = "a text is not closed; write the same quote where it ends";
const UNCLOSED_BY_BACKSLASH: &str = "a text is not closed, since `\\\"` is a quote within it; write `\\\\` for a backslash, \
                                     or the text in single quotes";

impl Reader<'_> {
    pub(super) fn basic_string(&mut self, is_key: bool) {
        if !is_key && self.cursor.rest().starts_with("\"\"\"") {
            return self.long_string("\"\"\"");
        }
        let opened = self.cursor.at;
        let told = self.found.len();
        self.cursor.next();
        loop {
            let at = self.cursor.at;
            match self.cursor.next() {
                Some('"') => break,
                Some('\\') => self.escape(at, told, false),
                None | Some('\n') => {
                    self.cursor.at = at;
                    self.found.truncate(told);
                    self.is_lost |= is_key;
                    let swallowed = self.cursor.text[opened + 1..at].trim_end().ends_with("\\\"");
                    return self.tell(opened, if swallowed { UNCLOSED_BY_BACKSLASH } else { UNCLOSED });
                }
                Some('\r') if self.cursor.peek() == Some('\n') => {}
                Some(c) => self.control(at, c),
            }
        }
        self.quote_within("\"", "a quote within a text; write `\\\"` for it, or the text in single quotes");
    }

    pub(super) fn literal_string(&mut self, is_key: bool) {
        if !is_key && self.cursor.rest().starts_with("'''") {
            return self.long_string("'''");
        }
        let opened = self.cursor.at;
        let told = self.found.len();
        self.cursor.next();
        loop {
            let at = self.cursor.at;
            match self.cursor.next() {
                Some('\'') => break,
                None | Some('\n') => {
                    self.cursor.at = at;
                    self.found.truncate(told);
                    self.is_lost |= is_key;
                    return self.tell(opened, UNCLOSED);
                }
                Some('\r') if self.cursor.peek() == Some('\n') => {}
                Some(c) => self.control(at, c),
            }
        }
        self.quote_within("'", "a single quote within a text; write the text in double quotes");
    }

    /// Tells of the quote that was just eaten, where it was to be a part of its text.
    fn quote_within(&mut self, quote: &str, message: &'static str) {
        let at = self.cursor.at - 1;
        if !self.cursor.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return;
        }
        self.tell(at, message);
        let line = self.cursor.line();
        let ends = |&(at, _): &(usize, &str)| {
            let next = line[at + 1..].trim_start().chars().next();
            matches!(next, None | Some(',' | '}' | ']' | '#' | '='))
        };
        let end = line.match_indices(quote).find(ends).map_or(line.len(), |(end, _)| end + 1);
        self.cursor.at += end;
    }

    fn long_string(&mut self, quotes: &str) {
        let opened = self.cursor.at;
        let told = self.found.len();
        self.cursor.at += quotes.len();
        loop {
            let at = self.cursor.at;
            if self.cursor.eat(quotes) {
                // Two more may stand before those that close it.
                let quote = &quotes[..1];
                let _ = self.cursor.eat(quote) && self.cursor.eat(quote);
                return;
            }
            match self.cursor.next() {
                None => {
                    self.found.truncate(told);
                    self.is_lost = true;
                    return self
                        .tell(opened, format!("a text is not closed; write `{quotes}` where it ends"));
                }
                Some('\\') if quotes.starts_with('"') => self.escape(at, told, true),
                Some('\n') => {}
                Some('\r') if self.cursor.peek() == Some('\n') => {}
                Some(c) => self.control(at, c),
            }
        }
    }

    fn control(&mut self, at: usize, c: char) {
        if c != '\t' && (c < ' ' || c == '\u{7f}') {
            let code = c.escape_unicode();
            let message = format!(
                "a control character (`{code}`) within a text; write `\\u{:04x}` for it in double quotes",
                c as u32
            );
            self.tell(at, message);
        }
    }

    /// What a backslash begins; it is eaten already. One mistake is told of each text.
    fn escape(&mut self, at: usize, told: usize, is_long: bool) {
        const OTHER: &str = "a backslash that begins no escape of TOML; write the text in single quotes, or `\\\\` for a backslash";
        let rest = self.cursor.rest();
        let digits = match self.cursor.peek() {
            Some('"' | '\\' | 'b' | 't' | 'n' | 'f' | 'r' | 'e') => {
                self.cursor.next();
                return;
            }
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(c)
                if is_long
                    && c.is_whitespace()
                    && rest.lines().next().unwrap_or_default().trim().is_empty() =>
            {
                return;
            }
            None | Some('\n') => return,
            Some(_) => {
                if self.found.len() == told {
                    self.tell(at, OTHER);
                }
                return;
            }
        };
        let code = rest.get(1..=digits).filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
            Some(code) if char::from_u32(code).is_some() => self.cursor.at += 1 + digits,
            _ if self.found.len() > told => {}
            Some(_) => {
                self.tell(at, "an escape of a character that there is not; write the character itself");
            }
            None => {
                let letter = &rest[..1];
                let message = format!(
                    "`\\{letter}` without {digits} hexadecimal digits; write the text in single quotes, or `\\\\` for a backslash"
                );
                self.tell(at, message);
            }
        }
    }

    /// A text in quotes that TOML has not.
    pub(super) fn foreign_string(&mut self, quote: char) {
        let start = self.cursor.at;
        let (closing, message): (&[char], _) = match closing_of_typographic(quote) {
            Some(closing) => (closing, "typographic quotes around a text; write plain ones, `\"`"),
            None => (&['`'], "backticks around a text; write double quotes, `\"`"),
        };
        self.tell(start, message);
        self.cursor.next();
        let line = self.cursor.line();
        match line.find(closing) {
            Some(end) => {
                self.cursor.at += end;
                self.cursor.next();
            }
            None => self.cursor.at += line.trim_end().len(),
        }
    }

    /// Reads a value.
    pub(super) fn value(&mut self, place: Place) {
        match self.cursor.peek() {
            Some('{' | '<' | '$') if self.placeholder().is_some() => {
                let length = self.placeholder().unwrap_or_default();
                self.tell(self.cursor.at, super::PLACEHOLDER);
                self.cursor.at += length;
            }
            Some('{' | '[') => self.bracket(),
            Some('"') => self.basic_string(false),
            Some('\'') => self.literal_string(false),
            Some(quote) if closing_of_typographic(quote).is_some() || quote == '`' => {
                self.foreign_string(quote);
            }
            _ => self.word(place),
        }
    }
}
