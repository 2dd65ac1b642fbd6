//! A place in the stack of layers, and what is to be seen there.

use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;

use super::draft::Draft;
use super::joined::Items;
use super::layer::{Block, Data, Layer, LayerName, NodeId, Place, mark_of};
use super::mask::Mask;
use super::spot::Spot;
use crate::origin::{Origin, OriginKind};
use crate::schema::Field;
use crate::value::{Value, View};

/// The layers of one configuration, the lowest first.
pub(crate) type Stack = [Arc<Layer>];

/// A node of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) layer: u32,
    pub(super) node: NodeId,
}

/// One place in the configuration: the nodes that have a say there, the strongest first. No nodes: nobody set it.
#[derive(Clone)]
pub(crate) struct Merged<'a> {
    pub(super) stack: &'a Stack,
    pub(super) hits: SmallVec<[Hit; 3]>,
    /// Which of the keys here are seen, where several share the place.
    mask: Option<Arc<Mask>>,
    /// The field that stands here, where its list is made of those of several layers.
    pub(super) merging: Option<&'static Field>,
}

impl<'a> Merged<'a> {
    /// The whole configuration.
    pub(crate) fn root(stack: &'a Stack) -> Self {
        let mut root = Self::nowhere(stack);
        for layer in (0..stack.len()).rev() {
            if !root.admit(layer as u32, NodeId::ROOT) {
                break;
            }
        }
        root
    }

    /// A place where nobody says anything.
    #[inline]
    pub(super) fn nowhere(stack: &'a Stack) -> Self {
        Self { stack, hits: SmallVec::new(), mask: None, merging: None }
    }

    /// A map without keys, which no source has said.
    pub(crate) fn empty_map() -> Self {
        static NOTHING: OnceLock<[Arc<Layer>; 1]> = OnceLock::new();
        let layer = || Layer::from_draft(LayerName::Other(OriginKind::Default), &Draft::default());
        Self::root(NOTHING.get_or_init(|| [Arc::new(layer())]))
    }

    /// Takes in the node of a weaker layer. False once nothing beneath can have a say any more.
    pub(super) fn admit(&mut self, layer: u32, node: NodeId) -> bool {
        let hit = Hit { layer, node };
        match self.stack[layer as usize].data(node) {
            Data::Nothing => {
                self.hits.push(hit);
                true
            }
            Data::Map(block) => {
                self.hits.push(hit);
                !block.is_whole()
            }
            // Nothing that is no map shows through a map.
            _ => {
                if !self.hits.iter().any(|&above| matches!(self.data(above), Data::Map(_))) {
                    self.hits.push(hit);
                }
                false
            }
        }
    }

    #[inline]
    pub(super) fn data(&self, hit: Hit) -> Data {
        self.stack[hit.layer as usize].data(hit.node)
    }

    #[inline]
    pub(super) fn layer(&self, hit: Hit) -> &'a Layer {
        &self.stack[hit.layer as usize]
    }

    #[inline]
    pub(crate) fn is_absent(&self) -> bool {
        self.hits.is_empty()
    }

    /// The place as a section, a list or a map sees it, for whom a key with nothing behind it is absent.
    pub(crate) fn without_nothing(mut self) -> Self {
        if self.has_nothing() {
            let kept = self.hits.iter().copied().filter(|&hit| !matches!(self.data(hit), Data::Nothing));
            self.hits = kept.collect();
        }
        self
    }

    /// Whether a layer has a key here with nothing behind it.
    #[inline]
    pub(crate) fn has_nothing(&self) -> bool {
        self.hits.iter().any(|&hit| matches!(self.data(hit), Data::Nothing))
    }

    /// Whether the winning value is a null, or nothing behind a key.
    #[inline]
    pub(crate) fn is_null(&self) -> bool {
        self.hits.first().is_some_and(|&hit| matches!(self.data(hit), Data::Null | Data::Nothing))
    }

    /// What stands here; `None` where nothing does.
    pub(crate) fn view(&self) -> Option<View<'a>> {
        let hit = *self.hits.first()?;
        Some(self.layer(hit).view(hit.node))
    }

    /// Where the winning value, or its key, stands.
    pub(crate) fn origin(&self, place: Place) -> Option<Origin> {
        let hit = self.hits.first()?;
        Some(self.layer(*hit).origin(hit.node, place))
    }

    /// Whether anything of it is from where only secrets are, and all of it is to be shown nowhere.
    pub(crate) fn is_secret(&self) -> bool {
        self.hits.iter().any(|hit| self.layer(*hit).is_secret(hit.node))
    }

    /// Whether both winning values are from one layer.
    pub(crate) fn is_in_layer_of(&self, other: &Merged<'_>) -> bool {
        self.hits.first().map(|hit| hit.layer) == other.hits.first().map(|hit| hit.layer)
    }

    /// The key of the winning value as its source spells it; `None` for the root and for items of lists.
    pub(crate) fn key_as_spelt(&self) -> Option<&'a str> {
        let hit = self.hits.first()?;
        Some(self.layer(*hit).key(hit.node)).filter(|key| !key.is_empty())
    }

    /// Where a key that is missing from this section would be looked for, and the index of that layer: the strongest text
    /// that has the section, and for the root the weakest.
    pub(crate) fn home(&self) -> (Option<Origin>, usize) {
        let is_text = |hit: &&Hit| !matches!(self.layer(**hit).name(), LayerName::Other(_));
        let is_root = self.hits.first().is_some_and(|hit| hit.node == NodeId::ROOT);
        let home = if is_root {
            self.hits.iter().rev().find(is_text)
        } else {
            self.hits.iter().find(is_text).or_else(|| self.hits.first())
        };
        match home {
            Some(hit) => (Some(self.layer(*hit).origin(hit.node, Place::Key)), self.layer(*hit).index()),
            None => (None, 0),
        }
    }

    /// How strong the layer of the winning value is: the number of its source.
    pub(crate) fn layer_index(&self) -> Option<usize> {
        self.hits.first().map(|hit| self.layer(*hit).index())
    }

    /// The place of a known key: in each layer by its name, else by the first alias that is there. Adds to `matched` how
    /// many keys of the layers that has used up.
    pub(crate) fn field(&self, name: &str, aliases: &[&str], matched: &mut usize) -> Self {
        self.gathered(name, aliases, matched, Self::admit)
    }

    /// The same, with what the nodes of the layers have a say by.
    #[inline]
    pub(super) fn gathered(
        &self,
        name: &str,
        aliases: &[&str],
        matched: &mut usize,
        admit: impl Fn(&mut Self, u32, NodeId) -> bool,
    ) -> Self {
        let mut field = Self::nowhere(self.stack);
        // Rare enough to look the name up for each of them.
        if self.mask.as_ref().is_some_and(|mask| !mask.shows(name)) {
            return field;
        }
        let mark = mark_of(name);
        let mut open = true;
        for &hit in &self.hits {
            if let Some(Hit { layer, node }) = self.child(hit, name, mark, aliases) {
                *matched += 1;
                open = open && admit(&mut field, layer, node);
            }
        }
        field
    }

    /// What stands at a known key whose place nobody shares, and how many keys of the layers that has used up. `None`
    /// where no layer has it.
    pub(crate) fn plain_field(&self, name: &str, aliases: &[&str]) -> Option<(Spot<'a>, usize)> {
        if self.mask.is_some() {
            return None;
        }
        let mark = mark_of(name);
        let (mut strongest, mut matched) = (None, 0);
        for &hit in &self.hits {
            if let Some(child) = self.child(hit, name, mark, aliases) {
                matched += 1;
                strongest = strongest.or(Some(child));
            }
        }
        Some((self.spot_of(strongest?), matched))
    }

    /// The node of a known key in one layer.
    #[inline(always)]
    #[allow(clippy::inline_always)] // a tenth of a load is spent in here, half of it on the way in and out where it is called
    fn child(&self, hit: Hit, name: &str, mark: u32, aliases: &[&str]) -> Option<Hit> {
        let layer = self.layer(hit);
        let Data::Map(block) = layer.data(hit.node) else { return None };
        let named = layer.child_marked(block, name, mark);
        let node = named.or_else(|| aliases.iter().find_map(|alias| layer.child(block, alias)))?;
        Some(Hit { layer: hit.layer, node })
    }

    /// What the winning layer says here.
    pub(crate) fn spot(&self) -> Option<Spot<'a>> {
        self.hits.first().map(|&hit| self.spot_of(hit))
    }

    #[inline]
    fn spot_of(&self, hit: Hit) -> Spot<'a> {
        Spot::of_node(self.layer(hit), hit.node)
    }

    /// The place of one key, by exactly this name.
    pub(crate) fn entry(&self, name: &str) -> Self {
        self.named(name, &[])
    }

    /// The place of one key, in each layer by its name, else by the first alias that is there.
    pub(crate) fn named(&self, name: &str, aliases: &[&str]) -> Self {
        self.field(name, aliases, &mut 0)
    }

    /// The node that stands here, where only one layer has a say and all of it is seen.
    pub(super) fn sole(&self) -> Option<(&'a Layer, NodeId)> {
        match *self.hits {
            [hit] if self.mask.is_none() => Some((self.layer(hit), hit.node)),
            _ => None,
        }
    }

    /// The root of the layer that the winning value is from, alone.
    pub(crate) fn root_of_layer(&self) -> Option<Merged<'a>> {
        let hit = self.hits.first()?;
        Some(self.alone(Hit { layer: hit.layer, node: NodeId::ROOT }))
    }

    /// How many keys the layers have here in all; the same key in two layers counts twice.
    pub(crate) fn key_count(&self) -> usize {
        if self.mask.is_some() {
            return self.keys().count();
        }
        self.hits.iter().map(|&hit| if let Data::Map(block) = self.data(hit) { block.len() } else { 0 }).sum()
    }

    /// Every key of every layer here, with its place in that layer alone, the weakest layer first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&'a str, Merged<'a>)> + use<'a, '_> {
        self.hits.iter().rev().flat_map(move |&hit| {
            let layer = self.layer(hit);
            let block = match layer.data(hit.node) {
                Data::Map(block) => Some(block),
                _ => None,
            };
            let mask = self.mask.as_deref();
            block.into_iter().flat_map(move |block| {
                let seen =
                    block.ids().filter(move |&node| mask.is_none_or(|mask| mask.shows(layer.key(node))));
                seen.map(move |node| (layer.key(node), self.alone(Hit { layer: hit.layer, node })))
            })
        })
    }

    /// Whether a layer discards by a null what weaker ones say of this key.
    pub(crate) fn discards(&self, name: &str) -> bool {
        self.entry(name).without_nothing().view() == Some(View::Null)
            && self.keys().filter(|(other, _)| *other == name).count() > 1
    }

    /// What each layer says here, apart from the others, the strongest first.
    pub(crate) fn layers(&self) -> impl Iterator<Item = Merged<'a>> + use<'a, '_> {
        self.hits.iter().map(|&hit| Self { mask: self.mask.clone(), ..self.alone(hit) })
    }

    /// What this many of the strongest layers say here.
    pub(crate) fn strongest(&self, count: usize) -> Self {
        let hits = self.hits.iter().copied().take(count).collect();
        Self { stack: self.stack, hits, mask: self.mask.clone(), merging: None }
    }

    /// The place with fewer of its keys. Where only some are looked for and none is there, nothing is.
    pub(crate) fn masked(&self, mask: Mask) -> Self {
        let is_choosy = mask.is_choosy();
        let mut masked = self.clone();
        masked.mask = Some(Arc::new(mask.within(self.mask.clone())));
        if is_choosy && masked.keys().next().is_none() {
            masked.hits.clear();
        }
        masked
    }

    pub(super) fn alone(&self, hit: Hit) -> Self {
        Self::of_node(self.stack, hit)
    }

    #[inline]
    pub(super) fn of_node(stack: &'a Stack, hit: Hit) -> Self {
        Self { stack, hits: SmallVec::from_slice(&[hit]), mask: None, merging: None }
    }

    /// The entries of a map by name, in the order of the names, each merged.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Merged<'a>)> + use<'a> {
        let mut found: Vec<(&'a str, Hit)> = Vec::with_capacity(self.key_count());
        let mut maps = 0;
        // The weakest layer mostly has the most keys, and is in order as every other is.
        for &hit in self.hits.iter().rev() {
            let Data::Map(block) = self.data(hit) else { continue };
            let layer = self.layer(hit);
            found.extend(block.ids().map(|node| (layer.key(node), Hit { layer: hit.layer, node })));
            maps += 1;
        }
        if let Some(mask) = &self.mask {
            found.retain(|(name, _)| mask.shows(name));
        }
        if maps > 1 {
            found.sort_by_key(|(name, _)| *name);
        }
        let stack = self.stack;
        let mut next = 0;
        std::iter::from_fn(move || {
            let &(name, _) = found.get(next)?;
            let same = found[next..].iter().take_while(|(other, _)| *other == name).count();
            let mut entry = Self::nowhere(stack);
            for (_, hit) in found[next..next + same].iter().rev() {
                if !entry.admit(hit.layer, hit.node) {
                    break;
                }
            }
            next += same;
            Some((name, entry))
        })
    }

    /// One item of a list.
    pub(crate) fn item(&self, number: usize) -> Option<Merged<'a>> {
        let &hit = self.hits.first()?;
        let Data::List(block) = self.data(hit) else { return None };
        if self.is_joined() {
            return self.items().nth(number);
        }
        Some(self.alone(Hit { layer: hit.layer, node: block.id(number)? }))
    }

    /// The items of a list, in order.
    pub(crate) fn items(&self) -> Items<'a> {
        if self.is_joined() {
            return Items::of_layers(self.joined_items());
        }
        let list = self.hits.first().and_then(|&hit| match self.data(hit) {
            Data::List(block) => Some((hit.layer, block)),
            _ => None,
        });
        let (layer, block) = list.unwrap_or((0, Block::EMPTY));
        Items::of_layer(self.stack, layer, block)
    }

    /// Whether both places are made of the very same nodes, so that nothing beneath can differ.
    pub(crate) fn is_same_as(&self, other: &Merged<'_>) -> bool {
        self.hits.len() == other.hits.len()
            && self.hits.iter().zip(&other.hits).all(|(mine, theirs)| self.is_same_node(mine, other, theirs))
    }

    fn is_same_node(&self, mine: &Hit, other: &Merged<'_>, theirs: &Hit) -> bool {
        mine.node == theirs.node
            && Arc::ptr_eq(&self.stack[mine.layer as usize], &other.stack[theirs.layer as usize])
    }

    /// The keys that may differ between two states of one place: those in nodes that only one of them is made of.
    pub(crate) fn names_apart(old: &Self, new: &Self) -> Vec<&'a str> {
        let places: SmallVec<[Option<usize>; 8]> = old
            .hits
            .iter()
            .map(|mine| new.hits.iter().position(|theirs| old.is_same_node(mine, new, theirs)))
            .collect();
        let shared: SmallVec<[usize; 8]> = places.iter().copied().flatten().collect();
        let is_plain = old.mask.is_none() && new.mask.is_none() && shared.is_sorted();
        let mut names = Vec::new();
        let mut add = |place: &Self, hit: Hit| {
            if let Data::Map(block) = place.data(hit) {
                let layer = place.layer(hit);
                names.extend(block.ids().map(|node| layer.key(node)));
            }
        };
        for (&hit, place) in old.hits.iter().zip(&places) {
            if !is_plain || place.is_none() {
                add(old, hit);
            }
        }
        for (place, &hit) in new.hits.iter().enumerate() {
            if !is_plain || !shared.contains(&place) {
                add(new, hit);
            }
        }
        names.retain(|name| {
            [old, new].iter().any(|place| place.mask.as_ref().is_none_or(|mask| mask.shows(name)))
        });
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What the strongest layer says here, as it says it; `None` where nobody says anything.
    pub(crate) fn to_draft(&self) -> Option<Draft> {
        self.hits.first().map(|&hit| Draft::of(self.layer(hit), hit.node))
    }

    /// All that stands here as one value, untyped text as text; `None` where nothing does.
    pub(crate) fn to_value(&self) -> Option<Value> {
        Some(match self.view()? {
            View::Null => Value::Null,
            View::Bool(truth) => Value::Bool(truth),
            View::Integer(number) => Value::Integer(number),
            View::Digits(digits) => {
                digits.parse().map_or_else(|_| Value::String(digits.into()), Value::Integer)
            }
            View::Float(number) => Value::Float(number),
            View::Text(text) | View::Raw(text) | View::Time(text) => Value::String(text.into()),
            View::List => Value::List(self.items().filter_map(|item| item.to_value()).collect()),
            View::Map => Value::Map(
                self.entries()
                    .filter_map(|(key, entry)| entry.to_value().map(|value| (key.to_owned(), value)))
                    .collect(),
            ),
        })
    }
}
