//! Which layer says what, so that all together say one thing.

use crate::laws::schema::default_of;
use crate::laws::tree::{Dice, Null, Sort, Text, Tree};

/// What layers say where a higher one has the say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lower {
    /// Nothing.
    Silent,
    /// What other configurations of the same type say there.
    OfTheType,
    /// That, and what is of another type altogether.
    Wild,
}

/// The trees of `count` layers, the lowest first, that say `tree` together. Lower ones say `other` things as well.
pub fn spread(tree: &Tree, other: &Tree, count: usize, lower: Lower, dice: &mut Dice) -> Vec<Tree> {
    let mut spreading = Spreading { layers: vec![Tree::section([]); count], model: tree, other, lower, dice };
    spreading.keys(&mut Vec::new(), 0);
    spreading.layers
}

/// Another tree that is a configuration as well, and what is to be set over it so that it becomes this one.
pub fn overridden(tree: &Tree, other: &Tree, dice: &mut Dice) -> (Tree, Tree) {
    let (mut beneath, mut overrides) = (tree.clone(), Tree::section([]));
    for (path, leaf) in tree.leaves() {
        let theirs = other.at(&path).filter(|theirs| theirs.entries().is_none());
        if let (Some(theirs), None, true) = (theirs, leaf.entries(), dice.one_in(4)) {
            beneath.insert(&path, theirs.clone(), Some(tree));
            overrides.insert(&path, leaf.clone(), Some(tree));
        }
    }
    (beneath, overrides)
}

/// What no type of the schema reads but a text.
fn stray() -> Tree {
    Tree::Text("something else".to_owned(), Text::Stray)
}

struct Spreading<'s> {
    layers: Vec<Tree>,
    model: &'s Tree,
    other: &'s Tree,
    lower: Lower,
    dice: &'s mut Dice,
}

impl Spreading<'_> {
    fn say(&mut self, layer: usize, path: &[String], tree: Tree) {
        // The sorts of the maps on the way are alike in both, and one of them has the place.
        let model = if self.model.at(path).is_some() { self.model } else { self.other };
        self.layers[layer].insert(path, tree, Some(model));
    }

    /// The layers from `lowest` on that may have a say here.
    fn layer(&mut self, lowest: usize) -> usize {
        lowest + self.dice.below(self.layers.len() - lowest)
    }

    fn keys(&mut self, path: &mut Vec<String>, lowest: usize) {
        let (model, other) = (self.model, self.other);
        let Some(Tree::Map(sort, entries)) = model.at(path) else {
            unreachable!("only maps are stepped into")
        };
        for name in entries.keys() {
            path.push(name.clone());
            self.key(path, lowest);
            path.pop();
        }
        if *sort != Sort::Section || self.lower == Lower::Silent {
            return;
        }
        // What is there in the other and not here is taken away by a null above it.
        let others = other.at(path).and_then(Tree::entries).into_iter().flatten();
        for (name, theirs) in others.filter(|(name, _)| !entries.contains_key(*name)) {
            let above = self.layer(lowest);
            if above == lowest || self.dice.one_in(2) {
                continue;
            }
            path.push(name.clone());
            let below = lowest + self.dice.below(above - lowest);
            self.say(below, path, theirs.clone());
            let null = if matches!(theirs, Tree::List(..)) { Null::Unsayable } else { Null::Emptied };
            self.say(above, path, Tree::Null(null));
            path.pop();
        }
    }

    fn key(&mut self, path: &mut Vec<String>, lowest: usize) {
        let (model, other) = (self.model, self.other);
        let tree = model.at(path).expect("it was stepped into");
        let theirs = other.at(path);
        match tree {
            Tree::Map(sort, entries) if *sort != Sort::Variant => {
                let mut base = lowest;
                // All that is below a null has no say any more.
                if self.lower != Lower::Silent && lowest + 1 < self.layers.len() && self.dice.one_in(3) {
                    let reset = lowest + self.dice.below(self.layers.len() - 1 - lowest);
                    base = reset + 1;
                    let said = match self.dice.below(3) {
                        2 if self.lower == Lower::Wild => stray(),
                        _ if *sort == Sort::Whole => Tree::Null(Null::Unsayable),
                        _ => Tree::Null(Null::Emptied),
                    };
                    self.say(reset, path, said);
                    if let (Some(theirs), true) = (theirs, reset > lowest) {
                        let below = lowest + self.dice.below(reset - lowest);
                        self.say(below, path, theirs.clone());
                    }
                }
                if entries.is_empty() || *sort == Sort::Whole && self.dice.one_in(2) {
                    let layer = self.layer(base);
                    if *sort == Sort::Section && !entries.is_empty() || entries.is_empty() {
                        self.say(layer, path, tree.clone());
                    }
                    if entries.is_empty() {
                        return;
                    }
                }
                self.keys(path, base);
            }
            leaf => {
                let default = default_of(path).filter(|default| default == leaf);
                let layer = self.layer(lowest);
                let mut is_said_below = false;
                if self.lower != Lower::Silent {
                    for below in lowest..layer {
                        let said = match (theirs, self.dice.below(5)) {
                            (Some(theirs), 3) => theirs.clone(),
                            (_, 4) => Tree::Null(Null::Unsayable),
                            (_, 2) if self.lower == Lower::Wild => stray(),
                            _ => continue,
                        };
                        is_said_below = true;
                        self.say(below, path, said);
                    }
                }
                match default {
                    Some(_) if !is_said_below && self.dice.one_in(2) => {}
                    Some(_) if self.dice.one_in(4) => self.say(layer, path, Tree::Null(Null::Unsayable)),
                    _ => self.say(layer, path, leaf.clone()),
                }
            }
        }
    }
}
