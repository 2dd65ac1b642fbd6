//! The mistakes of a TOML text.

mod bracket;
mod text;
mod word;

use std::borrow::Cow;

use super::{Cursor, Mistake, closing_of_typographic, in_order, invisible};
use crate::format::MOST_PROBLEMS;

const BLANK: &str = "a blank within a key; write the key in quotes, or `_` for the blank";
const COLON: &str = "a colon between key and value; write `=`";
const COLON_ALONE: &str = "a colon behind a key; write a table as `[name]`, and a value as `name = value`";
const COMMENT: &str = "a comment that does not begin with `#`; write `#`";
const NO_VALUE: &str = "a value is missing here; write one, or delete the line";
const PLACEHOLDER: &str = "a placeholder was not filled in; write its value, in quotes if it is a text";
const SIGN: &str = "a key with a sign that needs quotes; write the key in quotes";

/// Every mistake of form in the text, in order. Empty where nothing is known to be wrong.
pub(in crate::format) fn mistakes(text: &str) -> Vec<Mistake> {
    in_order(text, || {
        let mut reader = Reader {
            cursor: Cursor::new(text),
            found: Vec::new(),
            open: Vec::new(),
            is_lost: false,
            was_unclosed: false,
            is_toml: false,
        };
        reader.document();
        let found = reader.found;
        let is_colon = |mistake: &&Mistake| [COLON, COLON_ALONE].contains(&&*mistake.message);
        if !reader.is_toml && found.iter().filter(is_colon).count() > 1 {
            let start = found.iter().map(|mistake| mistake.start).min().unwrap_or_default();
            return vec![Mistake::new(start, super::other_format("YAML", "TOML")).until(text.len())];
        }
        found
    })
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    found: Vec<Mistake>,
    /// The brackets that are open, with their offsets.
    open: Vec<(char, usize)>,
    /// A bracket was not closed, and the next statement begins where the cursor is.
    is_lost: bool,
    /// Brackets that close nothing may follow from one that was not closed where it was looked for.
    was_unclosed: bool,
    /// There is a header, or a key with `=`.
    is_toml: bool,
}

/// What a value stands in.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Line,
    List,
    Table,
}

impl Reader<'_> {
    fn tell(&mut self, start: usize, message: impl Into<Cow<'static, str>>) {
        if !self.is_full() {
            self.found.push(Mistake::new(start, message));
        }
    }

    /// Whether so much is wrong that nobody reads on.
    fn is_full(&self) -> bool {
        self.found.len() >= 4 * MOST_PROBLEMS
    }

    fn document(&mut self) {
        self.lines();
        match self.cursor.peek() {
            Some('{') if self.placeholder().is_none() => {
                return self.tell(self.cursor.at, super::other_format("JSON", "TOML"));
            }
            _ if self.cursor.line().trim_end() == "---" => {
                return self.tell(self.cursor.at, super::other_format("YAML", "TOML"));
            }
            _ => {}
        }
        while self.cursor.peek().is_some() && !self.is_full() {
            self.statement();
            self.open.clear();
            if !std::mem::take(&mut self.is_lost) {
                self.end_of_line();
            }
            self.lines();
        }
    }

    /// Goes over blanks, ends of lines and comments.
    fn lines(&mut self) {
        loop {
            self.blanks();
            let start = self.cursor.at;
            if self.cursor.eat("\r\n") || self.cursor.eat("\n") {
                continue;
            }
            if self.cursor.peek() == Some('#') {
                self.comment();
            } else if self.cursor.eat("//") || self.cursor.eat(";") || self.cursor.eat("/*") {
                self.tell(start, COMMENT);
                self.cursor.until(|c| c == '\n');
            } else {
                return;
            }
        }
    }

    fn comment(&mut self) {
        let start = self.cursor.at;
        let comment = self.cursor.until(|c| c == '\n');
        let comment = comment.strip_suffix('\r').unwrap_or(comment);
        let control = |&(_, c): &(usize, char)| c != '\t' && (c < ' ' || c == '\u{7f}');
        if let Some((offset, c)) = comment.char_indices().find(control) {
            let code = c.escape_unicode();
            self.tell(start + offset, format!("a control character (`{code}`) in a comment; delete it"));
        }
    }

    fn blanks(&mut self) {
        while let Some(c) = self.cursor.peek() {
            if c == '\n' || self.cursor.rest().starts_with("\r\n") {
                return;
            }
            let unseen = if c == '\r' { Some(carriage_return()) } else { invisible(c) };
            match unseen {
                Some(Mistake { message, .. }) => self.tell(self.cursor.at, message),
                None if matches!(c, ' ' | '\t') => {}
                None => return,
            }
            self.cursor.next();
        }
    }

    /// What may stand behind a value or a header: nothing, or a comment.
    fn end_of_line(&mut self) {
        let told = self.found.len();
        self.blanks();
        let start = self.cursor.at;
        match self.cursor.peek() {
            None | Some('\n' | '\r') => return,
            _ if self.found.len() > told => {}
            Some('#') => return self.comment(),
            Some('}' | ']') if self.was_unclosed => {}
            Some(bracket @ ('}' | ']')) => self.tell(start, format!("a `{bracket}` too many; delete it")),
            Some(',') => {
                self.tell(start, "a comma behind a value; delete it, and write one key in each line");
            }
            Some(';') => {
                let is_comment = self.cursor.line().len() > 1 && !self.cursor.line()[1..].trim().is_empty();
                let message = if is_comment { COMMENT } else { "a semicolon behind a value; delete it" };
                self.tell(start, message);
            }
            Some('/') if self.cursor.rest().starts_with("//") || self.cursor.rest().starts_with("/*") => {
                self.tell(start, COMMENT);
            }
            _ => self.tell(start, "more stands behind the end; delete it, or write it in a line of its own"),
        }
        self.cursor.until(|c| c == '\n');
    }

    /// A header, or a key and its value.
    fn statement(&mut self) {
        let start = self.cursor.at;
        match self.cursor.peek() {
            Some('[') => return self.header(),
            Some(bracket @ ('}' | ']' | ')')) => {
                if !self.was_unclosed {
                    self.tell(start, format!("a `{bracket}` that closes nothing; delete it"));
                }
                self.cursor.until(|c| c == '\n');
                return;
            }
            Some('-') if self.cursor.line().starts_with("- ") => {
                self.tell(
                    start,
                    "an item of a list as YAML has it; write `name = [ … ]` with commas between the items",
                );
                self.cursor.until(|c| c == '\n');
                return;
            }
            Some('=' | ':') => self.tell(start, "a key is missing here; write one before the sign"),
            Some('{' | '<' | '$') if self.placeholder().is_some() => {
                self.tell(start, PLACEHOLDER);
                self.cursor.until(|c| c == '\n');
                return;
            }
            _ => self.key(),
        }
        if !self.is_lost {
            self.assignment(Place::Line);
        }
    }

    /// What stands behind a key: a sign, and a value.
    fn assignment(&mut self, place: Place) {
        let end = self.cursor.text[..self.cursor.at].trim_end_matches([' ', '\t']).len();
        self.gap(place);
        let start = self.cursor.at;
        if self.cursor.eat("=") {
            self.is_toml = true;
            if self.cursor.eat("=") || self.cursor.eat(">") {
                self.tell(start, "another sign than `=` between key and value; write `=`");
            }
        } else if self.cursor.eat(":=") || self.cursor.eat("+=") {
            self.tell(start, "another sign than `=` between key and value; write `=`");
        } else if self.cursor.eat(":") {
            self.blanks();
            if place == Place::Line && matches!(self.cursor.peek(), None | Some('\n' | '\r' | '#')) {
                return self.tell(start, COLON_ALONE);
            }
            self.tell(start, COLON);
        } else {
            let is_end = |c: char| matches!(c, '\n' | '\r' | '#' | ',' | '}');
            match self.cursor.peek() {
                None => self.tell(end, "a key without a value; write `=` and the value behind it"),
                Some(c) if is_end(c) => {
                    self.tell(end, "a key without a value; write `=` and the value behind it");
                }
                Some(']') if place == Place::Line => {
                    self.tell(
                        self.line_start(start),
                        "a header without its opening bracket; write `[` before the name",
                    );
                    self.cursor.until(|c| c == '\n');
                }
                Some(_) => {
                    self.tell(end, "an `=` is missing here; write it between key and value");
                    if place == Place::Line {
                        self.cursor.until(|c| c == '\n');
                    } else {
                        self.value(place);
                    }
                }
            }
            return;
        }
        let after = self.cursor.at;
        self.gap(place);
        match self.cursor.peek() {
            // What is missing is told of the bracket, which is not closed.
            None if place != Place::Line => {}
            None | Some('\n' | '\r' | '#') => self.tell(after, NO_VALUE),
            Some(',' | '}' | ']') if place != Place::Line => {
                self.tell(after, "a value is missing here; write one");
            }
            Some('=') => {
                self.tell(self.cursor.at, "an `=` too many; delete it");
                self.cursor.until(|c| !matches!(c, '=' | ' ' | '\t'));
                self.value(place);
            }
            Some(',' | '}' | ']' | ')') => {
                self.tell(after, NO_VALUE);
                self.cursor.until(|c| c == '\n');
            }
            Some(_) => self.value(place),
        }
    }

    /// Goes over what may stand between a key, its sign and its value: within brackets, more than one line.
    fn gap(&mut self, place: Place) {
        if place == Place::Line {
            self.blanks();
        } else {
            self.lines();
        }
    }

    fn line_start(&self, offset: usize) -> usize {
        let start = self.cursor.text[..offset].rfind('\n').map_or(0, |end| end + 1);
        start + self.cursor.indent_of(offset)
    }

    fn header(&mut self) {
        let start = self.cursor.at;
        self.is_toml = true;
        let line = self.cursor.line();
        let is_list = line.starts_with("[[");
        self.cursor.at += if is_list { 2 } else { 1 };
        self.blanks();
        if self.cursor.peek() == Some(']') {
            self.tell(start, "a header without a name; write one between its brackets");
            self.cursor.until(|c| c != ']');
            return;
        }
        if !line.contains(']') {
            let brackets = if is_list { "]]" } else { "]" };
            self.tell(start, format!("a header that is not closed; write `{brackets}` behind its name"));
            self.cursor.until(|c| c == '\n');
            return;
        }
        self.key();
        self.blanks();
        if !matches!(self.cursor.peek(), Some(']')) {
            // What stands there belongs in no header, and what is told of its key says so.
            if self.found.last().is_none_or(|last| last.start < start) {
                self.tell(self.cursor.at, SIGN);
            }
            self.cursor.until(|c| matches!(c, ']' | '\n'));
        }
        let closing = self.cursor.at;
        let length = self.cursor.until(|c| c != ']').len();
        match (is_list, length) {
            (true, 1) => self.tell(start, "a header with two brackets before its name and one behind; write `]]`, or `[` for a single table"),
            (false, 2..) => self.tell(closing + 1, "a header with one bracket before its name and more behind; write `]`, or `[[` for a list of tables"),
            (true, 3..) => self.tell(closing + 2, "a `]` too many; delete it"),
            _ => {}
        }
    }

    /// A key with dots, up to what stands behind it.
    fn key(&mut self) {
        loop {
            self.blanks();
            let start = self.cursor.at;
            match self.cursor.peek() {
                Some('"') => self.basic_string(true),
                Some('\'') => self.literal_string(true),
                Some('.') => {
                    self.tell(start, "a dot with no key before it; delete it, or write the key in quotes");
                }
                Some(quote) if closing_of_typographic(quote).is_some() || quote == '`' => {
                    self.foreign_string(quote);
                }
                _ => self.bare_key(),
            }
            let end = self.cursor.at;
            self.blanks();
            if !self.cursor.eat(".") {
                self.blank_in_key(end);
                return;
            }
            self.blanks();
            if matches!(self.cursor.peek(), None | Some('=' | ']' | '\n' | '\r')) {
                self.tell(start, "a key that ends with a dot; delete the dot, or write the key in quotes");
                return;
            }
        }
    }

    fn bare_key(&mut self) {
        let start = self.cursor.at;
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        self.cursor.until(|c| !is_bare(c));
        let is_end = |c: char| {
            matches!(c, '=' | ':' | '.' | '#' | ',' | '{' | '}' | '[' | ']' | '"' | '\'')
                || c.is_whitespace()
                || c.is_control()
                || invisible(c).is_some()
        };
        let rest = self.cursor.until(is_end);
        if !rest.is_empty() {
            self.tell(start, SIGN);
        } else if self.cursor.at == start {
            self.tell(start, SIGN);
            self.cursor.next();
            self.cursor.until(is_end);
        }
    }

    /// Tells of a blank within a key where its sign follows in this line, and goes on there.
    fn blank_in_key(&mut self, end: usize) {
        let line = self.cursor.line();
        let is_word = self.cursor.peek().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let Some(sign) = line.find(['=', ']']) else { return };
        if is_word && self.cursor.at > end && !line[..sign].contains(['"', '\'', ',', '{', '}', '[', '#']) {
            self.tell(end, BLANK);
            self.cursor.at += sign;
        }
    }

    fn placeholder(&self) -> Option<usize> {
        super::placeholder(self.cursor.rest())
    }
}

fn carriage_return() -> Mistake {
    Mistake::new(0, "a carriage return without the end of a line (`\\u{d}`); delete it")
}
