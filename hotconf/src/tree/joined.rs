//! Lists that are made of the lists of several layers: which items they have, and in what order.
//!
//! The layers down to the first that says something other than a list have a say. Their items come one after the other, the
//! weakest layer's first; by a key, those that have the same one are one item, which stands where the weakest layer has it.

use std::collections::HashMap;
use std::ops::Range;

use smallvec::SmallVec;

use super::layer::{Block, Data, NodeId};
use super::merged::{Hit, Merged, Stack};
use super::typed::{Secrets, typed_value};
use crate::schema::{DefaultValue, Field, KeyOfItems, Marks, Member};
use crate::value::View;

/// The items of a list, in order.
pub(crate) enum Items<'a> {
    /// Those of one layer.
    Own {
        stack: &'a Stack,
        layer: u32,
        nodes: Range<u32>,
    },
    Joined(std::vec::IntoIter<Item<'a>>),
}

impl<'a> Items<'a> {
    pub(super) fn of_layer(stack: &'a Stack, layer: u32, block: Block) -> Self {
        Self::Own { stack, layer, nodes: block.range() }
    }

    pub(super) fn of_layers(items: Vec<Item<'a>>) -> Self {
        Self::Joined(items.into_iter())
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Merged<'a>;

    #[inline]
    fn next(&mut self) -> Option<Merged<'a>> {
        match self {
            Self::Own { stack, layer, nodes } => {
                let node = NodeId::of(nodes.next()?);
                Some(Merged::of_node(stack, Hit { layer: *layer, node }))
            }
            Self::Joined(items) => Some(items.next()?.place),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let count = match self {
            Self::Own { nodes, .. } => nodes.len(),
            Self::Joined(items) => items.len(),
        };
        (count, Some(count))
    }
}

impl ExactSizeIterator for Items<'_> {}

/// One item of a list that is made of several.
pub(crate) struct Item<'a> {
    pub(crate) place: Merged<'a>,
    pub(crate) fault: Option<Fault<'a>>,
}

/// Why it cannot be told which item one is.
pub(crate) enum Fault<'a> {
    /// It does not have the key.
    NoKey,
    /// An item before it in the same layer has the same key: where both stand.
    Second { key: Merged<'a>, first: Merged<'a> },
}

/// An item in the making: its nodes, the weakest first.
struct Found<'a> {
    hits: SmallVec<[Hit; 3]>,
    fault: Option<Fault<'a>>,
}

impl<'a> Merged<'a> {
    /// The place of what sources mean by `name` in the section here.
    pub(crate) fn of_member(&self, member: &Member, name: &str) -> Self {
        match member.merging {
            Some(field) => self.joined(field, &mut 0),
            None => self.named(member.name.unwrap_or(name), member.aliases),
        }
    }

    /// The place of a field whose list is made of those of several layers. Adds to `matched` how many keys of the layers
    /// that has used up.
    pub(super) fn joined(&self, field: &'static Field, matched: &mut usize) -> Self {
        let mut place = self.gathered(field.name, field.aliases, matched, Self::admit_list);
        place.merging = Some(field);
        place
    }

    /// Takes in what a weaker layer says of a list. False once nothing beneath can have a say any more.
    fn admit_list(&mut self, layer: u32, node: NodeId) -> bool {
        let hit = Hit { layer, node };
        self.hits.push(hit);
        match self.data(hit) {
            Data::Nothing => true,
            Data::List(block) => !block.is_whole(),
            _ => false,
        }
    }

    /// Whether a list here is made of those of several layers.
    pub(crate) fn merges(&self) -> bool {
        self.merging.is_some()
    }

    /// Whether several layers have lists that are one here. That of one layer alone has the items that it has.
    #[inline]
    pub(super) fn is_joined(&self) -> bool {
        self.merging.is_some() && self.lists().nth(1).is_some()
    }

    /// How many items the lists of all layers have in all.
    pub(crate) fn count_of_all_lists(&self) -> usize {
        self.lists().map(|(_, block)| block.len()).sum()
    }

    /// The key that says which item of the list is which.
    pub(crate) fn key_of_items(&self) -> Option<KeyOfItems> {
        self.merging?.key_of_items()
    }

    /// What a weaker layer says that is no list, and that stronger ones have lists over.
    pub(crate) fn beneath_lists(&self) -> Option<Self> {
        let &last = self.hits.last()?;
        let is_over = self.hits.len() > 1 && self.view() == Some(View::List);
        let is_stray = !matches!(self.data(last), Data::List(_) | Data::Null | Data::Nothing);
        (self.merges() && is_over && is_stray).then(|| self.alone(last))
    }

    /// The lists of the layers, the weakest first.
    fn lists(&self) -> impl Iterator<Item = (u32, Block)> {
        let is_list = self.view() == Some(View::List);
        self.hits.iter().rev().filter_map(move |&hit| match self.data(hit) {
            Data::List(block) if is_list => Some((hit.layer, block)),
            _ => None,
        })
    }

    /// The items of a list that merges, with what is wrong with each.
    pub(crate) fn joined_items(&self) -> Vec<Item<'a>> {
        match self.key_of_items() {
            Some(key) => self.items_by_key(&key),
            None => {
                let hits =
                    self.lists().flat_map(|(layer, block)| block.ids().map(move |node| Hit { layer, node }));
                hits.map(|hit| Item { place: self.alone(hit), fault: None }).collect()
            }
        }
    }

    fn items_by_key(&self, key: &KeyOfItems) -> Vec<Item<'a>> {
        let mut items: Vec<Found<'a>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for (layer, block) in self.lists() {
            for node in block.ids() {
                let hit = Hit { layer, node };
                let own_key = self.alone(hit).named(key.name, key.aliases);
                let text = text_of_key(key, &own_key);
                let number = text.as_ref().and_then(|text| known.get(text)).copied();
                let last = number.and_then(|number| items[number].hits.last()).copied();
                let fault = match (&text, last) {
                    (None, _) => Some(Fault::NoKey),
                    (_, Some(last)) if last.layer == layer => {
                        let first = self.alone(last).named(key.name, key.aliases);
                        Some(Fault::Second { key: own_key, first })
                    }
                    _ => None,
                };
                match (number, fault) {
                    (Some(number), None) => items[number].hits.push(hit),
                    (_, fault) => {
                        // Two of one key stay two, so that nothing is lost before that is told.
                        if let (Some(text), None) = (text, &fault) {
                            known.insert(text, items.len());
                        }
                        items.push(Found { hits: SmallVec::from_slice(&[hit]), fault });
                    }
                }
            }
        }
        items.into_iter().map(|Found { hits, fault }| Item { place: self.of_hits(&hits), fault }).collect()
    }

    /// The place of these nodes, of which the weakest comes first.
    fn of_hits(&self, hits: &[Hit]) -> Self {
        let mut place = Self::nowhere(self.stack);
        for hit in hits.iter().rev() {
            if !place.admit(hit.layer, hit.node) {
                break;
            }
        }
        place
    }

    /// The layers that have a part in an item of the list, by their places in the stack, with the number that it has there.
    pub(crate) fn numbers_of(&self, number: usize) -> Vec<(usize, usize)> {
        let item = self.item(number);
        let hits = item.iter().flat_map(|item| &item.hits);
        let numbers = hits.filter_map(|hit| {
            let (_, block) = self.lists().find(|(layer, _)| *layer == hit.layer)?;
            Some((hit.layer as usize, block.number_of(hit.node)))
        });
        numbers.collect()
    }

    /// What the layer of the winning value at `other` says here.
    pub(crate) fn in_layer_of(&self, other: &Self) -> Option<Self> {
        let layer = other.hits.first()?.layer;
        let &hit = self.hits.iter().find(|hit| hit.layer == layer)?;
        Some(self.alone(hit))
    }
}

/// The key of an item as its type reads it, however it is spelt; `None` where the item has none.
fn text_of_key(key: &KeyOfItems, place: &Merged<'_>) -> Option<String> {
    let value = typed_value(key.shape, DefaultValue::None, place, Marks::default(), Secrets::Kept)?;
    Some(value.to_string())
}
