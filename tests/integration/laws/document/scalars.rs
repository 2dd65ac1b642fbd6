//! Single values and keys in each format.

use std::fmt::Write;

use hotconf::Format;

use super::Writer;
use crate::laws::tree::Tree;

/// Texts that a YAML reader must take as texts although they stand there without quotes.
const PLAIN: &[&str] = &[
    "2024-01-01",
    "2024-01-01T10:00:00Z",
    "12:30",
    "10:30:00",
    "007",
    "1_000",
    "yes",
    "off",
    "y",
    "n",
    "a#b",
    "a:b",
    "a=b",
    "$HOME",
    "it's",
    "C:\\new\\table",
];

/// Dates and times that TOML has without quotes.
const TIMES: &[&str] = &["2024-01-01", "2024-01-01T10:00:00Z", "10:30:00"];

impl Writer<'_> {
    /// A value that has no others in it.
    pub(super) fn scalar(&mut self, tree: &Tree, is_in_flow: bool) {
        let text = match tree {
            Tree::Null(_) if self.format == Format::Yaml => self.dice.pick(&["null", "~", "Null"]).to_owned(),
            Tree::Null(_) => "null".to_owned(),
            Tree::Bool(truth) => truth.to_string(),
            Tree::Integer(digits, _) => self.integer(digits),
            Tree::Float(number) => self.float(*number),
            Tree::Text(text, _) => return self.text(text, is_in_flow),
            Tree::List(..) | Tree::Map(..) => unreachable!("the caller has looked"),
        };
        self.text.push_str(&text);
    }

    fn integer(&mut self, digits: &str) -> String {
        let small = digits.parse::<u32>();
        match (self.format, small, self.dice.below(8)) {
            (Format::Toml | Format::Yaml, Ok(number), 5) => format!("0x{number:x}"),
            (Format::Toml | Format::Yaml, Ok(number), 6) => format!("0o{number:o}"),
            (Format::Toml, Ok(number), 7) if number > 999 => {
                format!("{}_{:03}", number / 1000, number % 1000)
            }
            (Format::Toml | Format::Yaml, Ok(number), 4) => format!("+{number}"),
            _ => digits.to_owned(),
        }
    }

    fn float(&mut self, number: f64) -> String {
        let text = format!("{number:?}");
        match self.dice.below(4) {
            1 if number.fract() == 0.0 && number.abs() < 1e15 && number.is_sign_positive() => {
                format!("{number}")
            }
            2 => text.replace('e', "E"),
            3 => text.replace("e", "e+").replace("+-", "-"),
            _ => text,
        }
    }

    pub(super) fn write_key(&mut self, name: &str) {
        let is_bare =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        match self.format {
            Format::Toml if is_bare && !self.dice.one_in(6) => self.text.push_str(name),
            Format::Yaml if is_bare && is_plain_key(name) && !self.dice.one_in(6) => self.text.push_str(name),
            Format::Toml if is_literal(name) && self.dice.one_in(2) => self.quote_literally(name, "'"),
            Format::Yaml if is_printable(name) && self.dice.one_in(2) => self.quote_singly(name),
            _ => self.quote(name),
        }
    }

    fn text(&mut self, text: &str, is_in_flow: bool) {
        match (self.format, self.dice.below(6)) {
            (Format::Toml, 1) if TIMES.contains(&text) => self.text.push_str(text),
            (Format::Toml, 1 | 2) if is_literal(text) => self.quote_literally(text, "'"),
            (Format::Toml, 3) if is_literal(&text.replace('\n', "")) => {
                self.text.push_str("'''\n");
                self.text.push_str(text);
                self.text.push_str("'''");
            }
            (Format::Toml, 4) => self.quote_over_lines(text),
            (Format::Yaml, 1 | 2) if PLAIN.contains(&text) || is_plain(text) => self.text.push_str(text),
            (Format::Yaml, 3) if is_printable(text) => self.quote_singly(text),
            (Format::Yaml, 4 | 5) if !is_in_flow && can_be_block(text) => self.block_text(text),
            _ => self.quote(text),
        }
    }

    /// In double quotes, as all formats have them, though not with the same escapes.
    fn quote(&mut self, text: &str) {
        let escapes_all = self.dice.one_in(4);
        self.text.push('"');
        for c in text.chars() {
            self.escape(c, escapes_all);
        }
        self.text.push('"');
    }

    fn escape(&mut self, c: char, escapes_all: bool) {
        match c {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\n' => self.text.push_str("\\n"),
            '\r' => self.text.push_str("\\r"),
            '\t' => self.text.push_str("\\t"),
            '/' if escapes_all && self.format != Format::Toml => self.text.push_str("\\/"),
            c if is_shown(c) && (c.is_ascii() || !escapes_all) => self.text.push(c),
            c if self.format == Format::Json => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(self.text, "\\u{unit:04x}").unwrap();
                }
            }
            c if u32::from(c) > 0xFFFF => write!(self.text, "\\U{:08X}", u32::from(c)).unwrap(),
            c => write!(self.text, "\\u{:04X}", u32::from(c)).unwrap(),
        }
    }

    fn quote_literally(&mut self, text: &str, quote: &str) {
        self.text.push_str(quote);
        self.text.push_str(text);
        self.text.push_str(quote);
    }

    fn quote_singly(&mut self, text: &str) {
        self.text.push('\'');
        self.text.push_str(&text.replace('\'', "''"));
        self.text.push('\'');
    }

    /// TOML's text of several lines.
    fn quote_over_lines(&mut self, text: &str) {
        self.text.push_str("\"\"\"\n");
        for c in text.chars() {
            match c {
                // A line that is continued swallows the next ones as well, where they are empty.
                '\n' if self.text.ends_with("\\\n   ") => self.text.push_str("\\n"),
                '\n' if self.dice.one_in(3) => self.text.push_str("\n\\\n   "),
                '\n' => self.text.push('\n'),
                ' ' | '\t' if self.text.ends_with([' ', '\n']) => {
                    self.text.push_str(if c == ' ' { "\\u0020" } else { "\\t" });
                }
                c => self.escape(c, false),
            }
        }
        self.text.push_str("\"\"\"");
    }

    /// YAML's text of several lines, the way in which its end is kept said by the sign.
    fn block_text(&mut self, text: &str) {
        let body = text.trim_end_matches('\n');
        let sign = match text.len() - body.len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        write!(self.text, "|2{sign}").unwrap();
        let indent = " ".repeat(self.indent + 2);
        // The value is what stands beneath the sign.
        if let Some((_, value, _)) = self.places.get_mut(&self.path) {
            *value = self.text.len() + 1 + indent.len();
        }
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            self.text.push('\n');
            if !line.is_empty() {
                self.text.push_str(&indent);
                self.text.push_str(line);
            }
        }
    }
}

/// Whether it can be seen, and stands in a text as it is.
fn is_shown(c: char) -> bool {
    matches!(c, ' '..='~') || c.is_alphanumeric() || matches!(c, '\u{1F300}'..='\u{1FAFF}')
}

fn is_printable(text: &str) -> bool {
    text.chars().all(is_shown)
}

/// Whether TOML can have it in single quotes.
fn is_literal(text: &str) -> bool {
    text.chars().all(|c| c != '\'' && (c == '\t' || c >= ' ' && c != '\u{7f}'))
}

fn is_reserved(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "null" | "true" | "false" | "inf" | "nan")
}

fn is_plain_key(name: &str) -> bool {
    !is_reserved(name) && !name.starts_with('-') || name.parse::<i64>().is_ok()
}

fn is_plain(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.'))
        && !is_reserved(text)
}

fn can_be_block(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().all(|c| c == '\n' || c == '\t' || is_shown(c))
        && !text.starts_with('\n')
}
