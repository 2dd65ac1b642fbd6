//! What the files say, and how it is known to be whole.
//!
//! A configuration has up to three parts, each from a source of its own. A part is a list of blocks, so that something
//! can be appended to a file; the last block counts. A block says its number twice and is sealed by a check over all
//! that stands in it. Every field may be missing, so that the first lines of a text can be read as well as all of them:
//! nothing but care keeps half a file out.

use std::fmt::Write;

use hotconf::HotConfig;

use crate::chance::mix;

#[derive(Debug, Default, HotConfig)]
#[cfg_attr(feature = "peers", derive(serde::Deserialize))]
pub(crate) struct Parts {
    #[serde(default)]
    one: Vec<Block>,
    #[serde(default)]
    other: Vec<Block>,
    #[serde(default)]
    beside: Vec<Block>,
}

#[derive(Debug, Default, HotConfig)]
#[cfg_attr(feature = "peers", derive(serde::Deserialize))]
struct Block {
    #[serde(default)]
    left: u64,
    #[serde(default)]
    items: Vec<u64>,
    #[serde(default)]
    right: String,
    #[serde(default)]
    check: String,
    #[serde(default)]
    end: bool,
}

/// The keys of the parts, in the order of their [`Numbers`].
pub(crate) const PARTS: [&str; 3] = ["one", "other", "beside"];

/// Which text each part has; zero for a part that is not there.
pub(crate) type Numbers = [u64; 3];

/// All numbers have as many digits, so that texts of the same size differ.
const FIRST: u64 = 1_000_000;

impl Parts {
    fn lists(&self) -> [&[Block]; 3] {
        [&self.one, &self.other, &self.beside]
    }

    /// The numbers that the parts give themselves, believed without a check.
    pub(crate) fn claimed(&self) -> Numbers {
        self.lists().map(|blocks| blocks.last().map_or(0, |block| block.left.saturating_sub(FIRST)))
    }

    /// Whether both numbers of each part are the same: quick, for readers that saw this version before.
    pub(crate) fn agrees(&self) -> bool {
        let agrees = |block: &Block| block.end && block.right.parse() == Ok(block.left);
        self.lists().into_iter().all(|blocks| blocks.last().is_none_or(agrees))
    }

    /// Whether all that stands in each part belongs together.
    pub(crate) fn is_whole(&self, seal: u64) -> bool {
        let whole =
            |block: &Block| block.left >= FIRST && block.check == check(seal, block.left, &block.items);
        self.agrees() && self.lists().into_iter().flatten().all(whole)
    }
}

/// Letters over all that a block says. They have no digits, so that a number can be replaced in a text by itself.
fn check(seal: u64, left: u64, items: &[u64]) -> String {
    let sum = items.iter().fold(mix(seal ^ left), |sum, item| mix(sum ^ item));
    (0..12).map(|place| char::from(b'a' + (sum >> (place * 4) & 15) as u8)).collect()
}

/// The format that a library reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Syntax {
    Toml,
    #[cfg_attr(not(feature = "peers"), allow(dead_code))] // hotconf is asked for TOML
    Yaml,
}

/// How long a text is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Size {
    Short,
    Middle,
    Long,
}

/// Writes the texts of one part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scribe {
    pub(crate) syntax: Syntax,
    pub(crate) seal: u64,
    pub(crate) part: usize,
}

impl Scribe {
    /// A text that says this number.
    pub(crate) fn text(self, number: u64, size: Size) -> String {
        let heading = match self.syntax {
            Syntax::Toml => String::new(),
            Syntax::Yaml => format!("{}:\n", PARTS[self.part]),
        };
        format!("# The soak writes this file.\n{heading}{}", self.block(number, size))
    }

    /// What is appended to a text, so that it says this number.
    pub(crate) fn block(self, number: u64, size: Size) -> String {
        let (lines, count) = match size {
            Size::Short => (0, 3),
            Size::Middle => (30, 40),
            Size::Long => (500, 400),
        };
        let filler = "# something to read, so that the file is not written at one stroke\n".repeat(lines);
        let left = FIRST + number;
        let items: Vec<u64> = (0..count).map(|place| 100 + place * 37 % 900).collect();
        let check = check(self.seal, left, &items);
        let (start, indent, is) = match self.syntax {
            Syntax::Toml => (format!("[[{}]]\n", PARTS[self.part]), "", " ="),
            Syntax::Yaml => ("- ".to_owned(), "  ", ":"),
        };
        let mut text = format!("{start}left{is} {left}\n{filler}");
        let _ = writeln!(text, "{indent}items{is} {items:?}\n{filler}{indent}right{is} \"{left}\"");
        let _ = writeln!(text, "{indent}check{is} \"{check}\"\n{indent}end{is} true");
        text
    }

    /// The strings by which one number is replaced with another in a text.
    pub(crate) fn substitutes(self, before: &str, number: u64) -> [(String, String); 2] {
        // The letters of a check may spell the name of a key as well.
        let last = |key: &str| {
            let lines = before.split('\n').rev().map(|line| line.trim_start_matches(['-', ' ']));
            let mut values = lines.filter_map(|line| line.strip_prefix(key));
            values
                .next()
                .unwrap_or_default()
                .trim_start_matches([' ', '=', ':', '"'])
                .split('"')
                .next()
                .unwrap_or_default()
        };
        let (left, old_check) = (last("left"), last("check"));
        let number = FIRST + number;
        let items = last("items").trim_matches(['[', ']']).split(", ");
        let items: Vec<u64> = items.filter_map(|item| item.parse().ok()).collect();
        let new_check = check(self.seal, number, &items);
        [(left.to_owned(), number.to_string()), (old_check.to_owned(), new_check)]
    }

    /// Where a text can be cut so that its first part cannot be read.
    pub(crate) fn unreadable_cut(self, text: &str) -> usize {
        match self.syntax {
            Syntax::Toml => text.rfind("left =").map_or(1, |at| at + "left =".len()),
            Syntax::Yaml => text.rfind("items: [").map_or(1, |at| at + "items: [1".len()),
        }
    }

    /// A text of the same size that has a word where the number should be.
    pub(crate) fn of_the_wrong_type(self, text: &str) -> String {
        let at = text.rfind("left").map_or(0, |at| at + "left".len());
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let is = if self.syntax == Syntax::Toml { " =" } else { ":" };
        format!("{}{is} \"many\"{}", &text[..at], &text[end..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_replaced_also_where_the_check_spells_a_key() {
        for syntax in [Syntax::Toml, Syntax::Yaml] {
            let scribe = Scribe { syntax, seal: 1, part: 0 };
            let spells = |number: &u64| scribe.text(*number, Size::Short).matches("check").count() > 1;
            let number = (0..10_000_000).find(spells).expect("one of many does");
            let before = scribe.text(number, Size::Short);
            let pairs = scribe.substitutes(&before, 7).into_iter();
            let after = pairs.fold(before, |text, (old, new)| text.replace(&old, &new));
            assert_eq!(after, scribe.text(7, Size::Short));
        }
    }
}
