//! Values without quotes: numbers, keywords, times, and texts that lack their quotes.

use super::{Place, Reader};
use crate::format::advice::invisible;

const TEXT: &str = "a text without quotes; write texts in quotes";

impl Reader<'_> {
    pub(super) fn word(&mut self, place: Place) {
        let start = self.cursor.at;
        let is_end = |c: char| match c {
            '\n' | '#' => true,
            ',' | ']' | '}' | '=' | '"' | '\'' | ';' => place != Place::Line,
            _ => c != '\t' && (c.is_control() || invisible(c).is_some()),
        };
        let mut run = self.cursor.until(is_end);
        let is_assigned = place != Place::Line && self.cursor.peek() == Some('=');
        if is_assigned && place == Place::Table {
            // The last word is the next key, and a comma is missing before it.
            run = run.trim_end().rsplit_once([' ', '\t', '\r']).map_or(run, |(value, _)| value);
        }
        let run = run.trim_end();
        let word = word_of(run, place);
        self.cursor.at = start + word.len();
        if word.is_empty() {
            self.tell(start, "a sign that no value begins with; write a value, and texts in quotes");
            if self.cursor.peek().is_some_and(|c| c != '\n') {
                self.cursor.next();
            }
        } else if let Some(message) = advice(word).filter(|_| !(is_assigned && place == Place::List)) {
            self.tell(start, message);
        }
    }
}

/// The part of the run that is the value; what is behind it is told by itself.
fn word_of(run: &str, place: Place) -> &str {
    if is_value(run) {
        return run;
    }
    let Some((first, _)) = run.split_once([' ', '\t', ',', ';', ']', '}']) else { return run };
    let rest = run[first.len()..].trim_start();
    let is_comment = rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with(';');
    let is_known = is_value(first) || keyword(first).is_some();
    let is_text = rest.starts_with(|c: char| c.is_alphabetic() || c == '%') && !rest.contains('=');
    if is_known && (is_comment || !is_text) && !is_decimal_comma(run) {
        return first;
    }
    if let Some(end) = run.find(" //").or(run.find(" ;")).filter(|_| place == Place::Line) {
        return run[..end].trim_end();
    }
    run.strip_suffix([',', ';']).filter(|_| place == Place::Line).unwrap_or(run)
}

fn is_value(word: &str) -> bool {
    // A comment or a blank would be read as such, and is none of the word.
    !word.contains('#') && !is_prefix(word) && toml::de::DeValue::parse(word).is_ok()
}

/// Whether it is a number without digits, which the parser lets pass.
fn is_prefix(word: &str) -> bool {
    matches!(word, "0x" | "0o" | "0b")
}

fn is_decimal_comma(run: &str) -> bool {
    let digits = run.strip_prefix(['-', '+']).unwrap_or(run);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits.split_once(',').is_some_and(|(whole, fraction)| is_number(whole) && is_number(fraction))
}

fn looks_like_time(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | '+' | ' ' | 'T' | 'Z');
    word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(['-', ':']) && word.chars().all(is_part)
}

fn keyword(word: &str) -> Option<String> {
    let right = match word {
        "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => "true",
        "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => "false",
        "NaN" | "NAN" => "nan",
        "Infinity" | "Inf" | "INF" => "inf",
        "-Infinity" | "-Inf" | "-INF" => "-inf",
        "null" | "Null" | "NULL" | "None" | "none" | "nil" | "undefined" | "~" => {
            return Some(format!("TOML has no `{word}`; delete the line, or write quotes around a text"));
        }
        _ => return None,
    };
    Some(format!("`{word}` is no word of TOML; write `{right}`, or quotes around a text"))
}

/// What to write instead of a word that is no value of TOML.
fn advice(word: &str) -> Option<String> {
    if is_value(word) {
        return None;
    }
    keyword(word).or_else(|| Some(advice_on_number(word).to_owned()))
}

fn advice_on_number(word: &str) -> &'static str {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if is_decimal_comma(word) {
        return "a number with a comma; write a point for it";
    }
    if looks_like_time(word) {
        return "a date or a time that there is not; mend it, or write quotes around a text";
    }
    let radix = digits.get(..2).unwrap_or_default();
    if matches!(radix, "0x" | "0X" | "0o" | "0O" | "0b" | "0B") {
        let are_digits = digits[2..].bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
        return match &digits[2..] {
            "" => "a number without digits; write them, or `0` alone",
            _ if !are_digits => TEXT,
            _ if digits.len() < word.len() => "a sign before a number that is not decimal; delete the sign",
            _ if radix.ends_with(['X', 'O', 'B']) => "a prefix in upper case; write `0x`, `0o` or `0b`",
            _ => "a number with digits that its prefix does not have; mend it, or write quotes around a text",
        };
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_number = !digits.is_empty() && is_digits(whole) && is_digits(fraction) && is_digits(exponent);
    if !is_number || !digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_')) {
        return TEXT;
    }
    if whole.is_empty() && !fraction.is_empty() {
        return "a number that begins with its point; write `0` before it";
    }
    if fraction.is_empty() {
        return "a number that ends with its point; write `0` behind it";
    }
    let is_misplaced = |part: &str| part.starts_with('_') || part.ends_with('_') || part.contains("__");
    if [whole, fraction, exponent].into_iter().any(is_misplaced) {
        return "a number with `_` elsewhere than between two digits; delete it";
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return "a number that begins with `0`; write it without, or in quotes if it is a text";
    }
    TEXT
}
