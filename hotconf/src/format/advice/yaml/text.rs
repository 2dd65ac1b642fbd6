//! Texts in quotes, and texts in lines of their own behind `|` and `>`.

use super::Reader;

impl Reader<'_> {
    /// Reads a text in quotes, and says whether it is closed. Within brackets its lines need no indentation.
    pub(super) fn quoted(&mut self, parent: Option<usize>, in_brackets: bool) -> bool {
        let opened = self.cursor.at;
        let told = self.found.len();
        let Some(quote) = self.cursor.next() else { return false };
        loop {
            let at = self.cursor.at;
            match self.cursor.next() {
                Some('\\') if quote == '"' => self.escape(at, told),
                Some(c) if c == quote => {
                    if !(quote == '\'' && self.cursor.eat("'")) {
                        return true;
                    }
                }
                Some('\n') if !self.goes_on_below(parent) && (!in_brackets || self.is_next_entry(parent)) => {
                    // The line that follows is the next entry.
                    self.cursor.at = at;
                    return self.unclosed_text(opened, told, quote);
                }
                Some(c) if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {
                    let code = c.escape_unicode();
                    self.tell(at, format!("a control character (`{code}`) within a text; write `\\x{:02x}` for it in double quotes", c as u32));
                }
                Some(_) => {}
                None => return self.unclosed_text(opened, told, quote),
            }
        }
    }

    fn unclosed_text(&mut self, opened: usize, told: usize, quote: char) -> bool {
        self.found.truncate(told);
        let line = self.cursor.text[opened..self.cursor.at].split('\n').next().unwrap_or_default();
        if quote == '"' && line.trim_end().ends_with("\\\"") {
            self.tell(opened, "a text is not closed, since `\\\"` is a quote within it; write `\\\\` for a backslash, or the text in single quotes");
        } else {
            self.tell(opened, format!("a text is not closed; write `{quote}` where it ends"));
        }
        false
    }

    /// Whether the line at the cursor can still be of a value that began in a line before.
    pub(super) fn goes_on_below(&self, parent: Option<usize>) -> bool {
        let line = self.cursor.line();
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        content.trim().is_empty() || parent.is_none_or(|parent| indent > parent)
    }

    fn escape(&mut self, at: usize, told: usize) {
        let digits = match self.cursor.peek() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(
                '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N'
                | '_' | 'L' | 'P',
            ) => {
                self.cursor.next();
                return;
            }
            None | Some('\n' | '\r') => return,
            Some(_) => {
                if self.found.len() == told {
                    self.tell(at, "a backslash that begins no escape of YAML; write the text in single quotes, or `\\\\` for a backslash");
                }
                return;
            }
        };
        let code = self.cursor.rest().get(1..=digits);
        if !code.is_some_and(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()))
            && self.found.len() == told
        {
            let letter = &self.cursor.rest()[..1];
            let message = format!(
                "`\\{letter}` without {digits} hexadecimal digits; write the text in single quotes, or `\\\\` for a backslash"
            );
            self.tell(at, message);
        }
    }

    /// Reads a text behind `|` or `>`, up to the end of its last line but one character.
    pub(super) fn block_text(&mut self, parent: Option<usize>) {
        self.cursor.next();
        let signs = self.cursor.until(|c| !matches!(c, '+' | '-' | '1'..='9'));
        let has_indent = signs.contains(|c: char| c.is_ascii_digit());
        self.blanks();
        if !self.is_at_end() {
            let message = "a text in the line of `|` or `>`; write it in the lines below, or in quotes";
            return self.tell(self.cursor.at, message);
        }
        let mut first = None;
        loop {
            let line_end = self.cursor.at + self.cursor.line().len();
            self.cursor.at = line_end;
            if self.cursor.peek().is_none() {
                return;
            }
            let next = line_end + 1;
            let line = self.cursor.text[next..].split('\n').next().unwrap_or_default();
            let content = line.trim_start_matches(' ');
            let indent = line.len() - content.len();
            if !content.trim().is_empty() {
                if parent.is_some_and(|parent| indent <= parent) {
                    let is_tab = content.starts_with('\t');
                    let mut below = self.cursor;
                    below.at = next + indent;
                    let is_lost = first.is_none() && !is_tab && Reader::is_bare(&below);
                    if is_lost {
                        self.tell(
                            next + indent,
                            "a text behind `|` or `>` that is not indented; indent it deeper than its key",
                        );
                        first = Some(indent);
                        self.cursor.at = next;
                        continue;
                    }
                    return;
                }
                let first = *first.get_or_insert(indent);
                if indent < first && !has_indent && !content.starts_with('#') {
                    self.tell(
                        next + indent,
                        "a line that is indented less than the first of its text; indent it as that one",
                    );
                }
            }
            self.cursor.at = next;
        }
    }

    /// Whether a line that begins here has neither key nor dash, and is no comment.
    fn is_bare(cursor: &super::Cursor<'_>) -> bool {
        let line = cursor.line().trim_end();
        super::colon_in(line).is_none() && !line.starts_with(['-', '#', '?', '.', '%'])
    }
}
