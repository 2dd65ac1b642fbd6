//! Other texts and lists that mean the same to their types.

use std::net::Ipv6Addr;

use crate::laws::schema::default_of;
use crate::laws::tree::{Dice, Items, Sort, Text, Tree};

/// The tree with some of its values in other words. Sets come in any order and with items twice, durations and addresses in
/// other texts, and the sections within lists without their defaults.
pub fn respelt(tree: &Tree, dice: &mut Dice) -> Tree {
    match tree {
        Tree::Text(text, Text::Duration) => Tree::Text(duration(text, dice), Text::Duration),
        Tree::Text(text, Text::Address) => Tree::Text(address(text, dice), Text::Address),
        Tree::List(Items::Set, items) => {
            let twice: Vec<&Tree> = items.iter().filter(|_| dice.one_in(4)).collect();
            let items = dice.shuffled(items.iter().chain(twice));
            Tree::List(Items::Set, items.into_iter().cloned().collect())
        }
        Tree::List(sort, items) => {
            let items = items.iter().map(|item| without_defaults(&respelt(item, dice), dice));
            Tree::List(*sort, items.collect())
        }
        Tree::Map(sort, entries) => {
            let entries = entries.iter().map(|(name, entry)| (name.clone(), respelt(entry, dice)));
            Tree::Map(*sort, entries.collect())
        }
        other => other.clone(),
    }
}

/// A duration in units of other sizes.
fn duration(text: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        1 => text.replace(' ', ""),
        2 => text.replace("ms", "msec").replace("us", "usec"),
        3 if text.ends_with('s') && !text.contains(' ') && !text.ends_with("ms") => format!("{text} 0ms"),
        _ => text.to_owned(),
    }
}

fn address(text: &str, dice: &mut Dice) -> String {
    match text.parse::<Ipv6Addr>() {
        Ok(address) if dice.one_in(3) => {
            let groups = address.segments().map(|group| format!("{group:04X}"));
            groups.join(":")
        }
        _ => text.to_owned(),
    }
}

/// A section without some of the keys whose values are the defaults. Only those of upstreams are looked for.
fn without_defaults(tree: &Tree, dice: &mut Dice) -> Tree {
    let Tree::Map(Sort::Section, entries) = tree else { return tree.clone() };
    let is_default = |name: &str, entry: &Tree| match name {
        "weight" => entry.value() == hotconf::Value::Integer(1),
        "tags" => matches!(entry, Tree::List(_, items) if items.is_empty()),
        "labels" => entry.is_empty_map(),
        "key" => default_of(&["tls".to_owned(), "key".to_owned()]).as_ref() == Some(entry),
        _ => false,
    };
    let kept = entries.iter().filter(|(name, entry)| !is_default(name, entry) || dice.one_in(2));
    Tree::Map(Sort::Section, kept.map(|(name, entry)| (name.clone(), entry.clone())).collect())
}
