//! Texts, keys and words of a JSON text, as people write them.

use super::{Mistake, Reader};

const SWALLOWED: &str =
    "a text is not closed, since `\\\"` is a quote within it; write `\\\\` for a backslash";
const UNCLOSED: &str = "a text is not closed; write `\"` where it ends";
const HALF: &str = "`\\u` with half of a character; write the character itself";

impl Reader<'_> {
    pub(super) fn string(&mut self, is_key: bool) {
        let opened = self.cursor.at;
        let told = self.found.len();
        let mut has_break = false;
        self.cursor.next();
        loop {
            let at = self.cursor.at;
            match self.cursor.next() {
                Some('"') => break,
                Some('\\') => self.escape(at),
                Some('\n') if !has_break => {
                    has_break = true;
                    if !self.closes_later() {
                        self.cursor.at = at;
                        return self.unclosed_string(opened, told);
                    }
                    self.tell(at, "a line break within a text; write `\\n` for it");
                }
                Some('\n' | '\r') => {}
                Some('\t') => self.tell(at, "a tab within a text; write `\\t` for it"),
                Some(c) if c < ' ' => {
                    let code = c.escape_unicode();
                    self.tell(
                        at,
                        format!(
                            "a control character (`{code}`) within a text; write `\\u{:04x}` for it",
                            c as u32
                        ),
                    );
                }
                Some(_) => {}
                None => return self.unclosed_string(opened, told),
            }
        }
        let end = self.cursor.at - 1;
        let next = self.cursor.peek();
        if !next.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return;
        }
        // The quote that closes it was meant to open the next text, or to be a part of this one.
        let content = self.cursor.text[opened + 1..end].trim_end();
        if (is_key && content.contains(':')) || content.ends_with([',', '{', '[', ':']) {
            self.cursor.at = end;
            return self.unclosed_string(opened, told);
        }
        self.tell(end, "a quote within a text; write `\\\"` for it");
        let line = self.cursor.line();
        let is_last = |&(quote, _): &(usize, &str)| {
            let next = line[quote + 1..].trim_start().chars().next();
            matches!(next, None | Some(',' | '}' | ']' | ':'))
        };
        let last = line.match_indices('"').find(is_last);
        self.cursor.at += last.map_or(line.len(), |(quote, _)| quote + 1);
    }

    fn unclosed_string(&mut self, opened: usize, told: usize) {
        self.found.truncate(told);
        let line = self.cursor.text[opened..].split('\n').next().unwrap_or_default();
        let is_swallowed = |(at, quote): (usize, &str)| {
            let next = line[at + quote.len()..].trim_start().chars().next();
            matches!(next, None | Some(',' | '}' | ']'))
        };
        let message = if line.match_indices("\\\"").any(is_swallowed) { SWALLOWED } else { UNCLOSED };
        let in_line_of_last = |last: &Mistake| !self.cursor.text[last.start..opened].contains('\n');
        if !self.found.last().is_some_and(|last| last.message == UNCLOSED && in_line_of_last(last)) {
            self.tell(opened, message);
        }
        self.is_torn = true;
    }

    /// Whether a text that goes on in the next line ends with a quote that can be its own.
    fn closes_later(&self) -> bool {
        let rest = self.cursor.rest();
        let mut is_escaped = false;
        let quote = rest.find(|c| {
            let is_quote = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_quote
        });
        let Some(quote) = quote else { return false };
        matches!(rest[quote + 1..].trim_start().chars().next(), None | Some(',' | '}' | ']' | ':'))
    }

    /// What a backslash begins; it is eaten already.
    fn escape(&mut self, at: usize) {
        match self.cursor.peek() {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {
                self.cursor.next();
            }
            Some('u') => {
                self.cursor.next();
                match self.hex() {
                    None => self.tell(
                        at,
                        "`\\u` without four hexadecimal digits; write them, or `\\\\` for a backslash",
                    ),
                    Some(0xd800..=0xdbff) => {
                        let is_pair = self.cursor.eat("\\u") && matches!(self.hex(), Some(0xdc00..=0xdfff));
                        if !is_pair {
                            self.tell(at, HALF);
                        }
                    }
                    Some(0xdc00..=0xdfff) => self.tell(at, HALF),
                    Some(_) => {}
                }
            }
            Some('\n') | None => {}
            Some(_) => {
                self.tell(at, "a backslash that begins no escape of JSON; write `\\\\` for a backslash");
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.cursor.rest().get(..4)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        self.cursor.at += 4;
        Some(code)
    }

    pub(super) fn bare_key(&mut self) {
        let start = self.cursor.at;
        self.cursor.until(|c| matches!(c, ':' | '=' | ',' | '{' | '}' | '[' | ']' | '"' | '\n'));
        let length = self.cursor.text[start..self.cursor.at].trim_end().len();
        self.cursor.at = start + length.max(1);
        while !self.cursor.text.is_char_boundary(self.cursor.at) {
            self.cursor.at += 1;
        }
        self.tell(start, "a key without quotes; write keys in double quotes");
    }

    /// Something that is neither bracket nor quoted: a number, a keyword, a text without quotes.
    pub(super) fn word(&mut self) {
        let start = self.cursor.at;
        let run = self.cursor.until(|c| matches!(c, ',' | '}' | ']' | '"' | '\n' | ';'));
        let end = [" //", " #", " /*", " '"].iter().filter_map(|more| run.find(more)).min();
        let run = run[..end.unwrap_or(run.len())].trim_end();
        let is_in_list = self.open.last().is_some_and(|&(bracket, _)| bracket == '[');
        let word = match run.split_once(char::is_whitespace) {
            Some((first, _)) if is_in_list && advice(first).is_none() => first,
            _ => run,
        };
        self.cursor.at = start + word.len();
        if word.is_empty() {
            self.cursor.next();
        }
        if let Some(message) = advice(word) {
            self.tell(start, message);
        }
    }

    /// The rest of a text in quotes that JSON has not.
    pub(super) fn other_string(&mut self, closing: &[char]) {
        let line = self.cursor.line();
        match line.find(closing) {
            Some(end) => {
                self.cursor.at += end;
                self.cursor.next();
            }
            None => {
                self.is_torn = true;
                self.cursor.at += line.len();
            }
        }
    }
}

/// What to write instead of a word that is no value of JSON.
fn advice(word: &str) -> Option<String> {
    let right = match word {
        "true" | "false" | "null" => return None,
        "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => "true",
        "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => "false",
        "None" | "none" | "NONE" | "Null" | "NULL" | "nil" | "undefined" | "~" => "null",
        "NaN" | "nan" | "Infinity" | "-Infinity" | "+Infinity" | "inf" | "-inf" | "+inf" => {
            return Some(format!("JSON has no number `{word}`; write another number, or `null`"));
        }
        _ => return advice_on_number(word).map(str::to_owned),
    };
    Some(format!("`{word}` is no word of JSON; write `{right}`, or double quotes around a text"))
}

fn advice_on_number(word: &str) -> Option<&'static str> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let is_numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let has_radix = ["0x", "0X", "0o", "0O", "0b", "0B"].iter().any(|prefix| digits.starts_with(prefix));
    let is_blank_or_numeric = |text: &str| text.is_empty() || is_numeric(text);
    if has_radix {
        return Some("a number that is not decimal; write it in decimal, or in double quotes");
    }
    if digits.contains('_') && is_numeric(&digits.replace(['_', '.'], "")) {
        return Some("a number with `_`; write its digits alone");
    }
    if !is_numeric(exponent)
        || !is_blank_or_numeric(whole)
        || !is_blank_or_numeric(fraction)
        || mantissa.is_empty()
    {
        return Some("a text without quotes; write texts in double quotes");
    }
    if word.starts_with('+') {
        return Some("a number with `+`; write it without");
    }
    if whole.is_empty() {
        return Some("a number that begins with its point; write `0` before it");
    }
    if fraction.is_empty() {
        return Some("a number that ends with its point; write `0` behind it");
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Some("a number that begins with `0`; write it without, or in double quotes if it is a text");
    }
    None
}
