//! The mistakes of a YAML text.
//!
//! Read by lines, as people do: what begins a line, how far it is indented, and what its key holds.

mod flow;
mod text;
mod value;

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Cursor, Mistake, in_order};
use crate::format::{DEEPEST, MOST_PROBLEMS};

const COMMENT: &str = "a comment that does not begin with `#`; write `#`";
const DEEPER: &str =
    "a line that is indented deeper than the one before, which has its value; align it with its siblings";
const ITEM_AMONG_KEYS: &str = "an item of a list among keys; indent it beneath the key that it belongs to";
const KEY_AMONG_ITEMS: &str =
    "a key among the items of a list; write `- ` before it, or indent it as the keys of its item";
const MISALIGNED: &str = "a line that is aligned with none before it; indent it as its siblings are";
const SECOND_DOCUMENT: &str =
    "a second document begins here, and only one is read; delete it, or write it into a file of its own";
const TAB: &str = "a tab in the indentation; write spaces";

/// The mistakes that are found in the text, in order. Empty where nothing is known to be wrong.
pub(in crate::format) fn mistakes(text: &str) -> Vec<Mistake> {
    in_order(text, || {
        let mut reader = Reader {
            cursor: Cursor::new(text),
            found: Vec::new(),
            blocks: Vec::new(),
            anchors: HashSet::new(),
            has_content: false,
        };
        while reader.cursor.peek().is_some() && !reader.is_full() {
            reader.line();
        }
        reader.found
    })
}

/// What the parser's message comes to, where nothing better is known.
pub(in crate::format) fn in_plain_words(message: &str) -> &'static str {
    let known = [
        ("unclosed bracket", "a bracket that is not closed; close it where it ends"),
        (
            "mismatched bracket",
            "a bracket that closes another kind of bracket; write the one that was opened",
        ),
        ("misplaced bracket", "a bracket that closes nothing; delete it, or write quotes around the text"),
        ("unclosed quote", "a text is not closed; write the same quote where it ends"),
        (
            "mapping values are not allowed",
            "a colon where no key can stand; write quotes around the text, or mend the indentation",
        ),
        (
            "simple key",
            "a line without a key; write `key: ` before it, or quotes around a text of several lines",
        ),
        (
            "did not find expected key",
            "a line that is aligned with none before it; indent it as its siblings are",
        ),
        ("expected '-' indicator", KEY_AMONG_ITEMS),
        ("expected ','", "a comma is missing here, or a bracket is not closed; write it"),
        ("block sequence entries are not allowed", ITEM_AMONG_KEYS),
        ("directive", "a line that begins with `%`; write the text in quotes"),
        ("tab", TAB),
        ("trailing content", "more stands behind the value; delete it, or write all of it in quotes"),
        (
            "invalid indentation",
            "a line that is indented less than its value has to be; indent it deeper than its key",
        ),
        ("comments must be separated", "a blank is missing before the comment; write one"),
        ("unexpected character", "a character that no value begins with; write the text in quotes"),
        (
            "anchor",
            "an anchor or an alias without its name; write it, or quotes around a text that begins so",
        ),
        ("BOM", "a byte order mark within the text; delete it"),
        ("tag", "a tag that is not known; delete it, or write quotes around a text that begins with `!`"),
        (
            "escape",
            "a backslash that begins no escape of YAML; write the text in single quotes, or `\\\\` for a backslash",
        ),
    ];
    let plain = known.into_iter().find(|(piece, _)| message.contains(piece)).map(|(_, plain)| plain);
    plain.unwrap_or("it cannot be read from here on; look at the indentation and the quotes before")
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    found: Vec<Mistake>,
    /// The maps and lists that the line is in, from the outermost.
    blocks: Vec<Block>,
    anchors: HashSet<&'t str>,
    has_content: bool,
}

/// A map, a list or a text in lines of its own.
struct Block {
    indent: usize,
    kind: Kind,
    last: Last,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Nothing of it was read yet.
    New,
    Map,
    List,
    /// A text that began at this offset.
    Text(usize),
}

/// What the last entry of a block holds.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// Nothing so far; it may come in the lines below.
    Nothing,
    /// A text without quotes, which may go on in lines below.
    Plain,
    /// A value that is complete.
    Whole,
}

impl<'t> Reader<'t> {
    fn tell(&mut self, start: usize, message: impl Into<Cow<'static, str>>) {
        if !self.is_full() {
            self.found.push(Mistake::new(start, message));
        }
    }

    /// Whether so much is wrong that nobody reads on.
    fn is_full(&self) -> bool {
        self.found.len() >= 4 * MOST_PROBLEMS
    }

    fn stop(&mut self) {
        self.cursor.at = self.cursor.text.len();
    }

    fn skip_line(&mut self) {
        self.cursor.until(|c| c == '\n');
        self.cursor.next();
    }

    fn blanks(&mut self) {
        self.cursor.until(|c| !matches!(c, ' ' | '\t'));
    }

    /// Whether nothing but a comment is left of the line.
    fn is_at_end(&self) -> bool {
        matches!(self.cursor.peek(), None | Some('\n' | '\r' | '#'))
    }

    /// How far a place is from the beginning of its line, in bytes.
    fn column(&self, offset: usize) -> usize {
        offset - self.cursor.text[..offset].rfind('\n').map_or(0, |end| end + 1)
    }

    fn line(&mut self) {
        let indent = self.cursor.until(|c| c != ' ').len();
        let content = self.cursor.line().trim_end();
        let start = self.cursor.at;
        if content.trim_start().is_empty() || content.trim_start().starts_with('#') {
            return self.skip_line();
        }
        if indent == 0 {
            if content == "---" || content.starts_with("--- ") {
                return self.document(start, content);
            }
            if content == "..." || (content.starts_with('%') && !self.has_content) {
                return self.skip_line();
            }
        }
        let goes_on = self.goes_on(indent);
        if content.starts_with('\t') {
            if goes_on {
                return self.skip_line();
            }
            if !self.blocks.is_empty() {
                self.tell(start, TAB);
            }
            // How far the lines are indented is not known with tabs among them.
            return self.stop();
        }
        if let Some(block) = self.blocks.last() {
            let has_key = self.key_colon().is_some();
            if indent > block.indent && (block.last == Last::Whole || (goes_on && has_key)) {
                self.tell(start, DEEPER);
                return self.skip_line();
            }
            if goes_on {
                return self.skip_line();
            }
        }
        self.has_content = true;
        self.entry(indent);
    }

    /// Whether a line that is indented so far can belong to a text without quotes.
    fn goes_on(&self, indent: usize) -> bool {
        match &self.blocks[..] {
            [.., block] if indent > block.indent && block.last == Last::Plain => true,
            [.., outer, Block { kind: Kind::Text(_), .. }] => {
                indent > outer.indent && self.key_colon().is_none()
            }
            _ => false,
        }
    }

    fn document(&mut self, start: usize, content: &str) {
        if self.has_content {
            self.tell(start, SECOND_DOCUMENT);
            return self.stop();
        }
        self.has_content |= content.len() > 3;
        self.blocks.clear();
        if content.len() > 3 {
            self.cursor.at += 4;
            self.blanks();
            if !self.is_at_end() {
                self.value(None);
            }
        }
        self.skip_line();
    }

    /// Reads what begins at the cursor, as an entry of the block that is indented so far.
    fn entry(&mut self, indent: usize) {
        let start = self.cursor.at;
        let is_item = self.is_item();
        let before = self.blocks.len();
        while self.blocks.last().is_some_and(|block| block.indent > indent) {
            self.blocks.pop();
        }
        let has_left = self.blocks.len() < before;
        // A list may be aligned with the key that it belongs to.
        if !is_item && self.is_aligned_list(indent) {
            self.blocks.pop();
        }
        match self.blocks.last() {
            Some(block) if block.indent == indent => match block.kind {
                Kind::Map if is_item && block.last == Last::Nothing => self.open(indent),
                Kind::Map if is_item => {
                    self.tell(start, ITEM_AMONG_KEYS);
                    return self.skip_line();
                }
                Kind::List if !is_item => {
                    if self.looks_like_item() {
                        self.tell(start, "a blank is missing behind the dash; write `- `");
                    } else {
                        self.tell(start, KEY_AMONG_ITEMS);
                    }
                    return self.skip_line();
                }
                Kind::Text(text) if is_item || self.key_colon().is_some() => {
                    self.bare_lines(text, start);
                    self.blocks.pop();
                    self.open(indent);
                }
                _ => {}
            },
            Some(_) if !has_left => self.open(indent),
            None if !has_left => self.open(indent),
            _ => {
                self.tell(start, MISALIGNED);
                self.open(indent);
            }
        }
        if is_item { self.item(indent) } else { self.pair(indent) }
    }

    fn open(&mut self, indent: usize) {
        if self.blocks.len() >= DEEPEST {
            // How deep it may be is told elsewhere.
            self.stop();
        }
        self.blocks.push(Block { indent, kind: Kind::New, last: Last::Nothing });
    }

    fn is_item(&self) -> bool {
        let mut signs = self.cursor.rest().chars();
        signs.next() == Some('-') && matches!(signs.next(), None | Some(' ' | '\t' | '\n' | '\r'))
    }

    fn looks_like_item(&self) -> bool {
        self.cursor.peek() == Some('-')
    }

    fn is_aligned_list(&self, indent: usize) -> bool {
        let [.., outer, list] = &self.blocks[..] else { return false };
        list.kind == Kind::List && list.indent == indent && outer.indent == indent && outer.kind == Kind::Map
    }

    fn set(&mut self, kind: Kind, last: Last) {
        if let Some(block) = self.blocks.last_mut() {
            block.kind = kind;
            block.last = last;
        }
    }

    fn item(&mut self, indent: usize) {
        self.set(Kind::List, Last::Nothing);
        self.cursor.next();
        self.blanks();
        if self.is_at_end() {
            return self.skip_line();
        }
        let column = self.column(self.cursor.at);
        if self.is_item() || self.key_colon().is_some() {
            return self.entry(column);
        }
        let last = self.value(Some(indent));
        self.set(Kind::List, last);
        self.skip_line();
    }

    fn pair(&mut self, indent: usize) {
        let start = self.cursor.at;
        let is_new = self.blocks.last().is_none_or(|block| block.kind == Kind::New);
        let Some(colon) = self.key_colon() else {
            if self.cursor.rest().strip_prefix('?').is_some_and(|rest| ends_word(rest.chars().next())) {
                // Keys of this sort are known to the parser alone.
                return self.stop();
            }
            let text = match self.blocks.last() {
                Some(Block { kind: Kind::Text(text), .. }) => *text,
                _ => start,
            };
            let is_text = is_new || text != start;
            if is_text {
                let parent = self.blocks.len().checked_sub(2).map(|outer| self.blocks[outer].indent);
                let last = self.value(parent);
                let kind = if last == Last::Whole { Kind::New } else { Kind::Text(text) };
                // The text may go on in lines that are indented as its first.
                self.set(kind, if last == Last::Plain { Last::Nothing } else { last });
                if last == Last::Nothing {
                    self.set(Kind::New, last);
                }
            } else {
                self.bare_lines(start, start + self.cursor.line().len());
                self.set(Kind::Map, Last::Nothing);
            }
            return self.skip_line();
        };
        self.properties();
        self.cursor.at = colon + 1;
        self.blanks();
        let last = if self.is_at_end() { Last::Nothing } else { self.value(Some(indent)) };
        self.set(Kind::Map, last);
        self.skip_line();
    }

    /// The colon of the key that begins at the cursor, where it has one in this line.
    fn key_colon(&self) -> Option<usize> {
        let mut cursor = self.cursor;
        let line = cursor.line();
        let end = cursor.at + line.len();
        if let Some(quote @ ('"' | '\'')) = cursor.peek() {
            cursor.next();
            while cursor.at < end {
                match cursor.next()? {
                    '\\' if quote == '"' => drop(cursor.next()),
                    c if c == quote && !(quote == '\'' && cursor.eat("'")) => break,
                    _ => {}
                }
            }
            cursor.until(|c| !matches!(c, ' ' | '\t'));
            let at = cursor.at;
            return (cursor.eat(":") && ends_word(cursor.peek())).then_some(at);
        }
        if matches!(cursor.peek(), Some('[' | '{' | '#' | '|' | '>' | '@' | '`')) {
            return None;
        }
        colon_in(line).map(|colon| cursor.at + colon)
    }

    /// Tells what is wrong with lines that have to be entries and have no key.
    fn bare_lines(&mut self, from: usize, to: usize) {
        let mut start = from;
        for line in self.cursor.text[from..to].split_inclusive('\n') {
            let content = line.trim();
            let offset = start + line.find(content).unwrap_or_default();
            start += line.len();
            if !content.is_empty() && !content.starts_with('#') {
                let (at, message) = bare_line(content);
                self.tell(offset + at, message);
            }
        }
    }
}

/// What is wrong with a text that begins at this offset where keys were to stand.
pub(in crate::format) fn text_for_keys(text: &str, offset: usize) -> Mistake {
    let content = text.get(offset..).unwrap_or_default().lines().next().unwrap_or_default();
    let (at, message) = bare_line(content.trim_end());
    Mistake::new(offset + at, message)
}

fn bare_line(content: &str) -> (usize, &'static str) {
    if content.starts_with("//") || content.starts_with(';') {
        return (0, COMMENT);
    }
    if content.starts_with('-') && !content.starts_with("--") {
        return (0, "a blank is missing behind the dash; write `- `");
    }
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let key = content.len() - content.trim_start_matches(is_key).len();
    let behind = content[key..].trim_start();
    match behind.chars().next() {
        Some(':') if key > 0 => {
            (key, "a blank is missing behind the colon; write `: ` between key and value")
        }
        Some('=') if key > 0 => {
            (content.len() - behind.len(), "an equals sign between key and value; write `: `")
        }
        _ => (0, "a line without a key; write `key: ` before it, or quotes around a text of several lines"),
    }
}

/// The first colon that ends a key: a blank or the end of the line is behind it, and no comment before.
fn colon_in(line: &str) -> Option<usize> {
    let end = line.find(" #").unwrap_or(line.len());
    let colons = line[..end].match_indices(':').map(|(colon, _)| colon);
    colons.into_iter().find(|colon| ends_word(line[colon + 1..].chars().next()))
}

fn ends_word(next: Option<char>) -> bool {
    matches!(next, None | Some(' ' | '\t' | '\n' | '\r'))
}
