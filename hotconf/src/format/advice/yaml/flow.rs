//! Lists and maps within brackets.

use super::Reader;
use super::colon_in;

impl Reader<'_> {
    /// Reads a list or a map within brackets, and says whether it is closed.
    pub(super) fn flow(&mut self, parent: Option<usize>) -> bool {
        let mut open = Vec::new();
        // Whether the next sign begins a value.
        let mut is_fresh = true;
        // Whether quotes or brackets end right before, which a colon may follow without a blank behind it.
        let mut is_closed = false;
        while let Some(c) = self.cursor.peek() {
            let at = self.cursor.at;
            let was_closed = std::mem::take(&mut is_closed);
            match c {
                '{' if is_fresh && crate::format::advice::placeholder(self.cursor.rest()).is_some() => {
                    self.tell(at, "a placeholder was not filled in; write its value, or quotes around it");
                    self.cursor.until(|c| matches!(c, '}' | '\n'));
                    let _ = self.cursor.eat("}}");
                    is_fresh = false;
                    continue;
                }
                '[' | '{' if is_fresh || open.is_empty() => open.push((c, at)),
                '}' | ']' => {
                    let Some((bracket, _)) = open.pop() else { return true };
                    let right = if bracket == '{' { '}' } else { ']' };
                    if c != right {
                        self.tell(at, format!("`{c}` stands where `{bracket}` is open; write `{right}`"));
                    }
                    self.cursor.next();
                    if open.is_empty() {
                        return true;
                    }
                    is_fresh = self.tell_missing_comma();
                    is_closed = true;
                    continue;
                }
                '"' | '\'' if is_fresh => {
                    if !self.quoted(parent, true) {
                        return false;
                    }
                    is_fresh = self.tell_missing_comma();
                    is_closed = true;
                    continue;
                }
                '&' | '!' if is_fresh => {
                    self.properties();
                    continue;
                }
                '*' if is_fresh => {
                    self.alias();
                    is_fresh = false;
                    continue;
                }
                '#' if self.cursor.text[..at].ends_with([' ', '\t', '\n', ',', '[', '{']) || was_closed => {
                    self.cursor.until(|c| c == '\n');
                    continue;
                }
                '\n' => {
                    self.cursor.next();
                    if self.is_next_entry(parent) {
                        self.cursor.at = at;
                        break;
                    }
                    continue;
                }
                _ => {}
            }
            self.cursor.next();
            is_closed = was_closed && c == ':';
            is_fresh = match c {
                ' ' | '\t' | '\r' => is_fresh,
                ':' => was_closed || self.cursor.peek().is_none_or(char::is_whitespace),
                _ => matches!(c, ',' | '[' | '{'),
            };
        }
        let closing: String =
            open.iter().rev().map(|&(bracket, _)| if bracket == '{' { '}' } else { ']' }).collect();
        let Some(&(bracket, opened)) = open.last() else { return true };
        if open.len() == 1 {
            self.tell(opened, format!("`{bracket}` is not closed; write `{closing}` where it ends"));
        } else {
            self.tell(opened, format!("brackets are not closed; write `{closing}` where they end"));
        }
        false
    }

    /// Tells of a comma that is missing right behind a value, and says whether it did.
    fn tell_missing_comma(&mut self) -> bool {
        let next = self.cursor.rest().trim_start_matches([' ', '\t']).chars().next();
        let is_missing =
            next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '"' | '\'' | '[' | '{' | '&' | '*'));
        if is_missing {
            self.tell(self.cursor.at, "a comma is missing here; write one between two entries");
        }
        is_missing
    }

    /// Whether the line at the cursor is the next entry of the block that the brackets are in.
    pub(super) fn is_next_entry(&self, parent: Option<usize>) -> bool {
        let line = self.cursor.line().trim_end();
        let content = line.trim_start_matches(' ');
        let is_entry = colon_in(content).is_some() || content.starts_with("- ") || content == "---";
        !self.goes_on_below(parent) && is_entry && !content.ends_with([',', '}', ']'])
    }
}
