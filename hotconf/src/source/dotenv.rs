//! The text of a `.env` file: `NAME=VALUE` lines, as shells and container tools read them, and nothing expanded.

use std::iter::Peekable;
use std::str::Chars;

/// One `NAME=VALUE`, where its name stands, and where its value does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) value_at: (u32, u32),
}

const UNCLOSED: &str = "the quote that opens here is not closed";

/// What is wrong with a line. Never quotes it: it may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: &'static str,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// What the lines of a text are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// In their order.
    pub(super) assignments: Vec<Assignment>,
    /// Of every malformed line.
    pub(super) faults: Vec<Fault>,
}

pub(super) fn parse(text: &str) -> Lines {
    let mut cursor = Cursor { rest: text.chars().peekable(), line: 1, column: 1 };
    let (mut assignments, mut faults) = (Vec::new(), Vec::new());
    let mut is_open = false;
    while cursor.rest.peek().is_some() {
        match line(&mut cursor) {
            Ok(assignment) => assignments.extend(assignment),
            Err(fault) => {
                // Behind a quote that is not closed lines that are none may be its text.
                if !is_open {
                    faults.push(fault);
                }
                is_open |= fault.message == UNCLOSED;
                cursor.skip_while(|c| c != '\n');
            }
        }
        cursor.next();
    }
    Lines { assignments, faults }
}

/// Where in the text one is; lines and columns from 1, columns in characters.
#[derive(Clone)]
struct Cursor<'t> {
    rest: Peekable<Chars<'t>>,
    line: u32,
    column: u32,
}

impl Cursor<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.next()?;
        if character == '\n' {
            (self.line, self.column) = (self.line + 1, 1);
        } else {
            self.column += 1;
        }
        Some(character)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn skip_while(&mut self, is_skipped: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.next();
        }
    }

    fn skip_blanks(&mut self) {
        self.skip_while(|c| c.is_whitespace() && c != '\n');
    }

    fn fault(&self, message: &'static str) -> Fault {
        Fault { message, line: self.line, column: self.column }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(character) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(character);
            self.next();
        }
        name
    }
}

/// One line up to its newline; more than one where a quoted value goes on.
fn line(cursor: &mut Cursor<'_>) -> Result<Option<Assignment>, Fault> {
    cursor.skip_blanks();
    if matches!(cursor.peek(), None | Some('\n' | '#')) {
        cursor.skip_while(|c| c != '\n');
        return Ok(None);
    }
    let (mut line, mut column) = (cursor.line, cursor.column);
    let mut name = cursor.name();
    let end = cursor.column;
    cursor.skip_blanks();
    if name == "export" && cursor.column > end && cursor.peek() != Some('=') {
        (line, column) = (cursor.line, cursor.column);
        name = cursor.name();
        cursor.skip_blanks();
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        let message = "a name of letters, digits and `_` is expected here";
        return Err(Fault { message, line, column });
    }
    if cursor.peek() != Some('=') {
        return Err(cursor.fault("`=` is expected after the name"));
    }
    cursor.next();
    cursor.skip_blanks();
    let value_at = (cursor.line, cursor.column);
    let value = match cursor.peek() {
        Some('\'') => quoted(cursor, '\'')?,
        Some('"') => quoted(cursor, '"')?,
        _ => return Ok(Some(Assignment { name, value: bare(cursor), line, column, value_at })),
    };
    cursor.skip_blanks();
    match cursor.peek() {
        None | Some('\n' | '#') => cursor.skip_while(|c| c != '\n'),
        Some(_) => return Err(cursor.fault("nothing but a comment may follow the closing quote")),
    }
    Ok(Some(Assignment { name, value, line, column, value_at }))
}

/// A value without quotes: up to the end of the line, or to a `#` after a blank.
fn bare(cursor: &mut Cursor<'_>) -> String {
    let mut value = String::new();
    let mut is_after_blank = true;
    while let Some(character) = cursor.peek().filter(|&c| c != '\n' && !(c == '#' && is_after_blank)) {
        is_after_blank = character.is_whitespace();
        value.push(character);
        cursor.next();
    }
    cursor.skip_while(|c| c != '\n');
    value.truncate(value.trim_end().len());
    value
}

/// A value in quotes, which may go over several lines. Within double quotes a backslash begins an escape.
fn quoted(cursor: &mut Cursor<'_>, quote: char) -> Result<String, Fault> {
    let opening = cursor.clone();
    cursor.next();
    let mut value = String::new();
    loop {
        match cursor.peek() {
            None => {
                // The lines behind it are read as lines of their own.
                *cursor = opening;
                return Err(cursor.fault(UNCLOSED));
            }
            Some(character) if character == quote => break,
            Some('\\') if quote == '"' => {
                let fault = cursor.fault("no such escape; there are \\n, \\r, \\t, \\\\, \\\", \\' and \\$");
                cursor.next();
                value.extend(match cursor.peek() {
                    Some('n') => Some('\n'),
                    Some('r') => Some('\r'),
                    Some('t') => Some('\t'),
                    Some(itself @ ('\\' | '"' | '\'' | '$' | '`')) => Some(itself),
                    // A line goes on behind a backslash.
                    Some('\n') => None,
                    _ => return Err(fault),
                });
                cursor.next();
            }
            Some(character) => {
                value.push(character);
                cursor.next();
            }
        }
    }
    cursor.next();
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn values(text: &str) -> Vec<(String, String)> {
        let Lines { assignments, faults } = parse(text);
        assert_eq!(faults, []);
        assignments.into_iter().map(|found| (found.name, found.value)).collect()
    }

    #[track_caller]
    fn says(text: &str, value: &str) {
        assert_eq!(values(text), [("A".to_owned(), value.to_owned())], "{text:?}");
    }

    #[test]
    fn values_are_read_as_shells_read_them() {
        says("A=1", "1");
        says("\n# comment\n\nA=1\n", "1");
        says("export A=1\r\n", "1");
        says("  export\tA = 1 # comment", "1");
        says("A=", "");
        says("A= # comment", "");
        says("A=a#b c ", "a#b c");
        says("A=a\\nb$B\"'", "a\\nb$B\"'");
        says("A='a\\n$B # \"'  # comment", "a\\n$B # \"");
        says("A=\"a\\n\\t\\\\\\\"\\$B #'\"", "a\n\t\\\"$B #'");
        says("A=\"one\ntwo\\\n three\"\n", "one\ntwo three");
        says("A='one\ntwo'", "one\ntwo");
        says("A=\"ä\"", "ä");
        assert!(values("").is_empty() && values("\n  \n#").is_empty());
        assert_eq!(values("export=1")[0], ("export".to_owned(), "1".to_owned()));
        let found = parse("\n  export A=1\nB='x\ny'\nC=2").assignments;
        let places: Vec<_> = found.iter().map(|found| ((found.line, found.column), found.value_at)).collect();
        assert_eq!(places, [((2, 10), (2, 12)), ((3, 1), (3, 3)), ((5, 1), (5, 3))]);
    }

    #[test]
    fn every_malformed_line_is_told_with_its_place() {
        let Lines { assignments, faults } = parse("A\n=1\n1A=1\nB='x' y\nC=\"\\q\"\nä=1\nexport\nD=1\nE='x");
        let places: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column)).collect();
        assert_eq!(places, [(1, 2), (2, 1), (3, 1), (4, 7), (5, 4), (6, 1), (7, 7), (9, 3)]);
        let names: Vec<_> = assignments.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["D"]);
        let Lines { assignments, faults } = parse("A=\"x\nB=1\nof the text\nC=2");
        let names: Vec<_> = assignments.iter().map(|found| found.name.as_str()).collect();
        assert_eq!((names, faults.len(), faults[0].message), (vec!["B", "C"], 1, UNCLOSED));
    }
}
