//! What variables and arguments say: texts without a type.

use std::collections::BTreeMap;

use hotconf::{Format, KeyPath};

use crate::laws::document::{Document, can_say};
use crate::laws::tree::{Dice, Items, Null, Sort, Text, Tree};

/// Names with texts.
pub struct Said {
    pub said: Vec<(String, String)>,
    /// What has no such text.
    pub rest: Tree,
    /// The name that says each place; several do where there is none.
    pub by: BTreeMap<Vec<String>, Option<String>>,
}

/// The tree as variables under a prefix. `all` are the trees of all layers, because an entry is found by its likeness to
/// those of lower layers.
pub fn variables(tree: &Tree, all: &[Tree], prefix: &str, dice: &mut Dice) -> Said {
    let mut naming = Naming { tree, all, is_variables: true, dice, said: Said::new() };
    naming.keys(tree, &mut Vec::new(), prefix, "_");
    naming.said
}

/// The tree as arguments.
pub fn arguments(tree: &Tree, dice: &mut Dice) -> Said {
    let mut naming = Naming { tree, all: &[], is_variables: false, dice, said: Said::new() };
    naming.keys(tree, &mut Vec::new(), "", "");
    naming.said
}

impl Said {
    fn new() -> Self {
        Self { said: Vec::new(), rest: Tree::section([]), by: BTreeMap::new() }
    }
}

struct Naming<'n> {
    tree: &'n Tree,
    all: &'n [Tree],
    is_variables: bool,
    dice: &'n mut Dice,
    said: Said,
}

impl Naming<'_> {
    fn keys(&mut self, tree: &Tree, path: &mut Vec<String>, name: &str, separator: &str) {
        for (key, entry) in tree.entries().expect("only maps are stepped into") {
            path.push(key.clone());
            let name = if self.is_variables {
                let key: String = key
                    .chars()
                    .map(|c| if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
                    .collect();
                format!("{name}{separator}{key}")
            } else {
                KeyPath::from_segments(&*path).to_string()
            };
            self.key(entry, path, &name, if separator == "__" { "__" } else { "_" });
            path.pop();
        }
    }

    fn key(&mut self, tree: &Tree, path: &mut Vec<String>, name: &str, separator: &str) {
        match tree {
            Tree::Map(sort, entries) => {
                let is_told_apart = match sort {
                    Sort::Section => !entries.is_empty(),
                    Sort::Entries => !entries.is_empty() && self.are_names(path, entries),
                    Sort::Whole | Sort::Variant => false,
                };
                if is_told_apart && !self.dice.one_in(4) {
                    let separator = if *sort == Sort::Entries { "__" } else { separator };
                    self.keys(tree, path, name, separator);
                } else if is_json(tree) {
                    let json = Document::json(tree, path, self.dice);
                    self.say(tree, path, name, json);
                } else {
                    self.leave(tree, path);
                }
            }
            Tree::List(Items::Whole, _) => {
                let json = Document::json(tree, path, self.dice);
                self.say(tree, path, name, json);
            }
            Tree::List(_, items) if self.is_variables && has_items(items) && self.dice.one_in(4) => {
                let texts: Option<Vec<String>> = items.iter().map(|item| self.numbered_item(item)).collect();
                let Some(texts) = texts else { return self.leave(tree, path) };
                for (index, text) in texts.into_iter().enumerate() {
                    self.said.said.push((format!("{name}__{index}"), text));
                }
                self.said.by.insert(path.clone(), None);
            }
            leaf => match self.text(leaf) {
                Some(text) => self.say(tree, path, name, text),
                None => self.leave(tree, path),
            },
        }
    }

    fn say(&mut self, tree: &Tree, path: &[String], name: &str, text: String) {
        self.said.said.push((name.to_owned(), text));
        for (inner, _) in tree.leaves() {
            let path = path.iter().cloned().chain(inner).collect();
            self.said.by.insert(path, Some(name.to_owned()));
        }
    }

    fn leave(&mut self, tree: &Tree, path: &[String]) {
        self.said.rest.insert(path, tree.clone(), Some(self.tree));
    }

    /// Whether variables can name these entries: each name is made of plain letters, and is like no other.
    fn are_names(&self, path: &[String], entries: &BTreeMap<String, Tree>) -> bool {
        if !self.is_variables {
            return true;
        }
        let plain = |name: &str| name.to_lowercase().replace('-', "_");
        let others: Vec<&String> =
            self.all.iter().filter_map(|tree| tree.at(path)?.entries()).flat_map(BTreeMap::keys).collect();
        entries.keys().all(|name| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
                && others.iter().all(|other| other == &name || plain(other) != plain(name))
        })
    }

    /// The text of a value that is not read apart.
    fn text(&mut self, tree: &Tree) -> Option<String> {
        match tree {
            Tree::Null(Null::Emptied) => Some(String::new()),
            // An empty text takes an optional value away.
            Tree::Null(Null::Unsayable) => None,
            Tree::Text(text, _) if text.is_empty() => None,
            // Refused where it is read, and not only where it wins.
            Tree::Text(_, Text::Stray) => None,
            Tree::List(_, items) => {
                let texts: Option<Vec<String>> = items.iter().map(|item| self.item(item)).collect();
                match texts {
                    Some(texts)
                        if !texts.is_empty() && !texts[0].starts_with('[') && !self.dice.one_in(3) =>
                    {
                        let separator = self.dice.pick(&[",", ", ", " , "]);
                        Some(texts.join(separator))
                    }
                    _ => is_json(tree).then(|| Document::json(tree, &[], self.dice)),
                }
            }
            Tree::Bool(truth) => {
                let names = if *truth { ["true", "yes", "on", "1"] } else { ["false", "no", "OFF", "0"] };
                Some(self.dice.pick(&names).to_owned())
            }
            Tree::Integer(digits, _) => match self.dice.below(4) {
                2 if !digits.starts_with('-') => Some(format!("+{digits}")),
                3 => Some(format!(" {digits} ")),
                _ => Some(digits.clone()),
            },
            Tree::Float(number) => Some(format!("{number:?}")),
            Tree::Text(text, _) => Some(text.clone()),
            Tree::Map(..) => None,
        }
    }

    /// The text of an item that has a variable to itself.
    fn numbered_item(&mut self, tree: &Tree) -> Option<String> {
        match tree {
            Tree::Map(..) => Some(Document::json(tree, &[], self.dice)),
            other => self.text(other),
        }
    }

    /// The text of an item between commas.
    fn item(&mut self, tree: &Tree) -> Option<String> {
        let text = match tree {
            Tree::List(..) | Tree::Map(..) | Tree::Null(_) => return None,
            // A list of enums with data is JSON.
            Tree::Text(_, Text::Foreign) => return None,
            other => self.text(other)?,
        };
        (!text.contains(',') && text.trim() == text).then_some(text)
    }
}

/// Whether a list has items that can be set by themselves. A list that is read whole has none.
fn has_items(items: &[Tree]) -> bool {
    !items.iter().all(|item| matches!(item, Tree::Map(Sort::Whole, _)))
}

/// Whether the JSON of a text without a type can say it.
fn is_json(tree: &Tree) -> bool {
    can_say(Format::Json, tree)
}
