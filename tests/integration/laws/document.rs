//! A tree as a text in one of the formats, in one of the many ways in which it can be written, and where in it everything
//! stands.

mod scalars;
mod toml;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};

use hotconf::{Format, Origin};

use super::schema::ALIASES;
use super::tree::{Dice, Tree};

/// A text, and the places of its keys.
#[derive(Debug, Clone)]
pub struct Document {
    pub format: Format,
    pub text: String,
    /// By the path of own names; items of lists count.
    pub places: BTreeMap<Vec<String>, Place>,
}

/// Where one key stands. Lines and columns are from 1, columns in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub key: (u32, u32),
    /// Without a column for a YAML list that is indented no further than its key, of which the parser tells where its first
    /// item is.
    pub value: (u32, Option<u32>),
    /// The names that the document uses.
    pub spelt: Vec<String>,
}

impl Place {
    /// Whether the value stands there.
    pub fn is_value_at(&self, origin: &Origin) -> bool {
        let (line, column) = self.value;
        origin.line() == Some(line) && (column.is_none() || origin.column() == column)
    }

    /// Whether the key stands there.
    pub fn is_key_at(&self, origin: &Origin) -> bool {
        (origin.line(), origin.column()) == (Some(self.key.0), Some(self.key.1))
    }
}

impl Document {
    /// The document of a section, which has nothing in it that the format cannot say.
    pub fn new(format: Format, tree: &Tree, dice: &mut Dice) -> Self {
        let mut writer = Writer::new(format, dice);
        match format {
            Format::Toml => writer.toml_document(tree),
            Format::Yaml if !writer.dice.one_in(6) => writer.yaml_document(tree),
            _ => writer.flow(tree),
        }
        writer.finish()
    }

    /// The JSON of any tree, for variables and arguments.
    pub fn json(tree: &Tree, path: &[String], dice: &mut Dice) -> String {
        let mut writer = Writer::new(Format::Json, dice);
        writer.path = path.to_vec();
        writer.spelt = path.to_vec();
        writer.flow(tree);
        writer.finish().text
    }
}

/// Whether the format has a way to say the tree.
pub fn can_say(format: Format, tree: &Tree) -> bool {
    match tree {
        Tree::Null(_) => format != Format::Toml,
        Tree::List(_, items) => items.iter().all(|item| can_say(format, item)),
        Tree::Map(_, entries) => entries.values().all(|entry| can_say(format, entry)),
        _ => true,
    }
}

struct Writer<'d> {
    format: Format,
    text: String,
    dice: &'d mut Dice,
    /// The own names of where the writer is, and the names that it uses.
    path: Vec<String>,
    spelt: Vec<String>,
    /// Byte offsets of keys and values.
    places: BTreeMap<Vec<String>, (usize, usize, Vec<String>)>,
    /// YAML lists that are indented no further than their keys.
    unindented: BTreeSet<Vec<String>>,
    /// How far lines that belong to the value at hand are indented at least.
    indent: usize,
}

impl<'d> Writer<'d> {
    fn new(format: Format, dice: &'d mut Dice) -> Self {
        Self {
            format,
            text: String::new(),
            dice,
            path: Vec::new(),
            spelt: Vec::new(),
            places: BTreeMap::new(),
            unindented: BTreeSet::new(),
            indent: 0,
        }
    }

    fn finish(self) -> Document {
        let place = |offset: usize| {
            let before = &self.text[..offset];
            let start = before.rfind('\n').map_or(0, |newline| newline + 1);
            (before.matches('\n').count() as u32 + 1, before[start..].chars().count() as u32 + 1)
        };
        let places = self.places.iter().map(|(path, (key, value, spelt))| {
            let (line, column) = place(*value);
            let is_told = !self.unindented.contains(path);
            let value = (line, is_told.then_some(column));
            (path.clone(), Place { key: place(*key), value, spelt: spelt.clone() })
        });
        Document { format: self.format, places: places.collect(), text: self.text.clone() }
    }

    /// Steps into a key, and gives the name that is written for it.
    fn enter(&mut self, name: &str) -> String {
        self.path.push(name.to_owned());
        let names = ALIASES.iter().find(|(pattern, _)| {
            pattern.len() == self.path.len()
                && pattern.iter().zip(&self.path).all(|(wanted, found)| *wanted == "*" || wanted == found)
        });
        let name = match names {
            Some((_, aliases)) if self.dice.one_in(3) => self.dice.pick(aliases),
            _ => name,
        };
        self.spelt.push(name.to_owned());
        name.to_owned()
    }

    fn leave(&mut self) {
        self.path.pop();
        self.spelt.pop();
    }

    /// Notes where the key and the value of where the writer is stand. A key that is written twice counts where it is first.
    fn note(&mut self, key: usize, value: usize) {
        self.places.entry(self.path.clone()).or_insert_with(|| (key, value, self.spelt.clone()));
    }

    /// Any value within brackets, which all formats have.
    fn flow(&mut self, tree: &Tree) {
        match tree {
            Tree::Map(_, entries) => {
                let entries = self.dice.shuffled(entries);
                self.between('{', '}', entries, |writer, (name, entry)| {
                    let name = writer.enter(name);
                    let key = writer.text.len();
                    writer.write_key(&name);
                    let separator = match writer.format {
                        Format::Toml => writer.dice.pick(&[" = ", "="]),
                        Format::Json => writer.dice.pick(&[": ", ":", " : "]),
                        _ => ": ",
                    };
                    writer.text.push_str(separator);
                    writer.note(key, writer.text.len());
                    writer.flow(entry);
                    writer.leave();
                });
            }
            Tree::List(_, items) => {
                let items: Vec<_> = items.iter().enumerate().collect();
                self.between('[', ']', items, |writer, (index, item)| {
                    writer.enter(&index.to_string());
                    writer.note(writer.text.len(), writer.text.len());
                    writer.flow(item);
                    writer.leave();
                });
            }
            scalar => self.scalar(scalar, true),
        }
    }

    fn between<T>(&mut self, open: char, close: char, items: Vec<T>, mut write: impl FnMut(&mut Self, T)) {
        self.text.push(open);
        let last = items.len().wrapping_sub(1);
        let may_break = self.format != Format::Toml || open == '[';
        for (place, item) in items.into_iter().enumerate() {
            self.space(may_break);
            write(self, item);
            if place != last {
                self.space(may_break);
                self.text.push(',');
                self.space(may_break);
            } else if self.format != Format::Json && open == '[' && self.dice.one_in(4) {
                self.text.push(',');
            }
        }
        self.space(may_break);
        self.text.push(close);
    }

    fn space(&mut self, may_break: bool) {
        let space = match self.dice.below(6) {
            3 => " ",
            4 if may_break => "\n",
            5 if may_break && self.format == Format::Toml => " # [,\n",
            _ => "",
        };
        self.text.push_str(space);
        if space.ends_with('\n') {
            let indent = self.indent + 1 + self.dice.below(2);
            self.text.push_str(&" ".repeat(indent));
        }
    }
}
