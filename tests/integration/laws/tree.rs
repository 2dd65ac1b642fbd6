//! What a configuration says, apart from how it is written and who says it; and the dice that decide how it is written.

use std::collections::BTreeMap;
use std::fmt;

use hotconf::Value;

/// A value of a configuration as its types see it.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Nothing, said aloud.
    Null(Null),
    Bool(bool),
    /// The digits of a whole number, and the name of its type.
    Integer(String, &'static str),
    Float(f64),
    Text(String, Text),
    List(Items, Vec<Tree>),
    Map(Sort, BTreeMap<String, Tree>),
}

/// Whether a variable can say the nothing of a place, by being empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Null {
    Emptied,
    Unsayable,
}

/// What a text is to its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// Any text.
    Free,
    /// One character.
    Character,
    /// An address of one of the sorts.
    Address,
    Duration,
    /// The name of a unit variant that hotconf reads.
    Variant,
    /// The name of a unit variant that `Deserialize` reads.
    Foreign,
    /// No text of the type that is read there.
    Stray,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// As many as there are.
    Free,
    /// Exactly so many, each at its place.
    Fixed,
    /// In any order, each once.
    Set,
    /// The data of a variant, which is one value.
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A struct that derives `HotConfig`.
    Section,
    /// A map.
    Entries,
    /// A struct that is read whole by its `Deserialize`.
    Whole,
    /// A variant with its data, which is one value.
    Variant,
}

impl Tree {
    /// The section of these keys. What is nothing there is left out.
    pub fn section(keys: impl IntoIterator<Item = (&'static str, Tree)>) -> Self {
        let keys = keys.into_iter().filter(|(_, tree)| !matches!(tree, Tree::Null(_)));
        Self::Map(Sort::Section, keys.map(|(key, tree)| (key.to_owned(), tree)).collect())
    }

    pub fn entries(&self) -> Option<&BTreeMap<String, Tree>> {
        match self {
            Tree::Map(_, entries) => Some(entries),
            _ => None,
        }
    }

    pub fn is_empty_map(&self) -> bool {
        self.entries().is_some_and(BTreeMap::is_empty)
    }

    /// What stands at this path of maps.
    pub fn at(&self, path: &[String]) -> Option<&Tree> {
        path.iter().try_fold(self, |here, segment| here.entries()?.get(segment))
    }

    /// Puts `tree` at this path; the maps on the way are of the sorts that `model` has there.
    pub fn insert(&mut self, path: &[String], tree: Tree, model: Option<&Tree>) {
        let Some((first, rest)) = path.split_first() else {
            *self = tree;
            return;
        };
        let Tree::Map(_, entries) = self else { unreachable!("only maps are stepped into") };
        let model = model.and_then(|model| model.entries()?.get(first));
        let sort = match model {
            Some(Tree::Map(sort, _)) => *sort,
            _ => Sort::Section,
        };
        let inner = entries.entry(first.clone()).or_insert_with(|| Tree::Map(sort, BTreeMap::new()));
        inner.insert(rest, tree, model);
    }

    /// Every place that is no map with something in it, by its path.
    pub fn leaves(&self) -> Vec<(Vec<String>, &Tree)> {
        fn collect<'t>(here: &'t Tree, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, &'t Tree)>) {
            match here {
                Tree::Map(sort, entries) if !entries.is_empty() && *sort != Sort::Variant => {
                    for (name, entry) in entries {
                        path.push(name.clone());
                        collect(entry, path, found);
                        path.pop();
                    }
                }
                leaf => found.push((path.clone(), leaf)),
            }
        }
        let mut found = Vec::new();
        collect(self, &mut Vec::new(), &mut found);
        found
    }

    /// The value that hotconf tells of it.
    pub fn value(&self) -> Value {
        match self {
            Tree::Null(_) => Value::Null,
            Tree::Bool(truth) => Value::Bool(*truth),
            Tree::Integer(digits, _) => {
                digits.parse().map_or_else(|_| Value::String(digits.clone()), Value::Integer)
            }
            Tree::Float(number) => Value::Float(*number),
            Tree::Text(text, _) => Value::String(text.clone()),
            Tree::List(_, items) => Value::List(items.iter().map(Tree::value).collect()),
            Tree::Map(_, entries) => {
                Value::Map(entries.iter().map(|(name, entry)| (name.clone(), entry.value())).collect())
            }
        }
    }
}

/// Choices that proptest makes, and makes smaller: where all rolls are 0 everything is written in the plainest way.
#[derive(Clone)]
pub struct Dice {
    rolls: Vec<u8>,
    rolled: usize,
}

impl Dice {
    pub fn new(rolls: Vec<u8>) -> Self {
        Self { rolls, rolled: 0 }
    }

    /// A number below `bound`. The rolls begin anew when they are used up, each standing for something else then.
    pub fn below(&mut self, bound: usize) -> usize {
        if self.rolls.is_empty() || bound < 2 {
            return 0;
        }
        let (round, roll) = (self.rolled / self.rolls.len(), self.rolls[self.rolled % self.rolls.len()]);
        self.rolled += 1;
        let mixed = (u64::from(roll) * (round as u64 + 1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize % bound
    }

    /// True one time in `of`.
    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == of - 1
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// The items in any order; where all rolls are 0 in the one that they have.
    pub fn shuffled<T>(&mut self, items: impl IntoIterator<Item = T>) -> Vec<T> {
        let mut items: Vec<T> = items.into_iter().collect();
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, last - other);
        }
        items
    }
}

impl fmt::Debug for Dice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.rolls)
    }
}
