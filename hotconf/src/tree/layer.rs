//! One source's tree: nodes in one vector, texts as spans of the source's own text.
//!
//! Children of a map lie side by side in the order of their keys, so that a look-up is a binary search and a whole
//! layer is three allocations. Positions are not kept: the text is, and [`Layer::origin`] asks the format for them the
//! first time that somebody wants to know one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::value::Value;
use crate::origin::{Origin, OriginKind};

/// The index of a node within its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The node above all others, which has no place in the vector.
    pub(crate) const ROOT: Self = Self(u32::MAX);
}

/// A text within a layer: a span of its source, or of the texts that had to be put together (escapes, other sources).
#[derive(Clone, Copy, Default)]
pub(crate) struct Str {
    start: u32,
    length: u32,
}

const PUT_TOGETHER: u32 = 1 << 31;

/// Where the children of a map or a list lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    start: u32,
    length: u32,
}

impl Block {
    pub(crate) fn len(self) -> usize {
        self.length as usize
    }

    pub(crate) fn ids(self) -> impl ExactSizeIterator<Item = NodeId> {
        (self.start..self.start + self.length).map(NodeId)
    }
}

/// What a node is.
#[derive(Clone, Copy)]
pub(crate) enum Data {
    /// An explicit null.
    Null,
    /// A YAML key with nothing behind it.
    Nothing,
    Bool(bool),
    Integer(i64),
    /// The digits of a whole number that does not fit an `i64`.
    Digits(Str),
    Float(f64),
    Text(Str),
    /// Text that is not typed yet: from a variable or an argument, read by the field's type.
    Raw(Str),
    /// A date or a time, as written.
    Time(Str),
    List(Block),
    Map(Block),
}

#[derive(Clone, Copy)]
struct Node {
    key: Str,
    data: Data,
}

/// Which of a node's two positions is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Key,
    Value,
}

/// Byte offsets of the keys and values of a layer, in the order of its nodes.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    pub(crate) nodes: Vec<Position>,
}

/// The byte offsets of one node's key and value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Position {
    pub(crate) key: u32,
    pub(crate) value: u32,
}

/// What a layer is called.
#[derive(Debug, Clone)]
pub(crate) enum LayerName {
    File(Arc<Path>),
    Text(Arc<str>),
    Other(OriginKind),
}

impl LayerName {
    pub(crate) fn origin_kind(&self) -> OriginKind {
        match self {
            LayerName::File(path) => OriginKind::File(path.clone()),
            LayerName::Text(name) => OriginKind::Text(name.clone()),
            LayerName::Other(kind) => kind.clone(),
        }
    }
}

enum Origins {
    /// The format finds them in the text.
    Text { positions: fn(&str) -> Positions, found: OnceLock<Positions> },
    /// Each node has its own.
    Each(Vec<Option<Origin>>),
}

/// The tree of one source, immutable.
pub(crate) struct Layer {
    name: LayerName,
    text: Box<str>,
    put_together: Box<str>,
    nodes: Box<[Node]>,
    root: Data,
    origins: Origins,
    index: usize,
}

impl Layer {
    /// The layer as that of the source with this number, the lowest being 0; sources that are absent count.
    pub(crate) fn with_index(mut self, index: usize) -> Self {
        self.index = index;
        self
    }

    /// The number of its source; above all of them for what has no source.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn name(&self) -> &LayerName {
        &self.name
    }

    /// Whether it says anything at all.
    pub(crate) fn is_empty(&self) -> bool {
        match self.root {
            Data::Map(block) | Data::List(block) => block.length == 0,
            Data::Nothing => true,
            _ => false,
        }
    }

    /// The text that it was read from.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn data(&self, node: NodeId) -> Data {
        if node == NodeId::ROOT { self.root } else { self.nodes[node.0 as usize].data }
    }

    /// The key that leads to `node`; empty for items of lists.
    pub(crate) fn key(&self, node: NodeId) -> &str {
        if node == NodeId::ROOT { "" } else { self.str(self.nodes[node.0 as usize].key) }
    }

    pub(crate) fn str(&self, str: Str) -> &str {
        resolve(&self.text, &self.put_together, str)
    }

    /// The child of a map that has this key.
    pub(crate) fn child(&self, map: Block, key: &str) -> Option<NodeId> {
        let children = &self.nodes[map.start as usize..(map.start + map.length) as usize];
        let found = children.binary_search_by(|child| self.str(child.key).cmp(key)).ok()?;
        Some(NodeId(map.start + found as u32))
    }

    /// Where the key or the value of `node` stands.
    pub(crate) fn origin(&self, node: NodeId, place: Place) -> Origin {
        match &self.origins {
            Origins::Text { positions, found } => {
                let origin = Origin::new(self.name.origin_kind());
                if node == NodeId::ROOT {
                    return origin;
                }
                let Some(position) = found.get_or_init(|| positions(&self.text)).nodes.get(node.0 as usize)
                else {
                    return origin;
                };
                let offset = match place {
                    Place::Key => position.key,
                    Place::Value => position.value,
                };
                let (line, column) = line_and_column(&self.text, offset as usize);
                origin.at(line, column)
            }
            Origins::Each(origins) => origins
                .get(node.0 as usize)
                .and_then(Clone::clone)
                .unwrap_or_else(|| Origin::new(self.name.origin_kind())),
        }
    }

    /// A layer of values that were never text.
    pub(crate) fn from_draft(name: LayerName, draft: &Draft) -> Self {
        let mut writer = Writer::new("");
        writer.origins = Some(Vec::new());
        let root = writer.draft(draft);
        let origins = writer.origins.take().unwrap_or_default();
        Self {
            name,
            text: Box::default(),
            put_together: writer.put_together.into(),
            nodes: writer.nodes.into(),
            root,
            origins: Origins::Each(origins),
            index: usize::MAX,
        }
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer").field("name", &self.name).field("nodes", &self.nodes.len()).finish()
    }
}

/// The line and the column, both from 1 and the column in characters, of a byte offset.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = before.iter().filter(|&&byte| byte == b'\n').count();
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    // A continuation byte of UTF-8 is no character of its own.
    let column = before[start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    (line as u32 + 1, column as u32 + 1)
}

/// A tree in the making: values by key, each with the origin it is to have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    pub(crate) content: DraftContent,
    pub(crate) origin: Option<Origin>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum DraftContent {
    Value(Value),
    Raw(String),
    Digits(String),
    List(Vec<Draft>),
    Map(BTreeMap<String, Draft>),
}

impl Default for DraftContent {
    fn default() -> Self {
        Self::Map(BTreeMap::new())
    }
}

impl Draft {
    pub(crate) fn new(content: DraftContent, origin: Origin) -> Self {
        Self { content, origin: Some(origin) }
    }

    pub(crate) fn value(value: Value, origin: Origin) -> Self {
        Self::new(DraftContent::Value(value), origin)
    }

    /// Puts `draft` at this path; what stood at a shorter path and is no map gives way.
    pub(crate) fn insert<'s>(&mut self, path: impl IntoIterator<Item = &'s str>, draft: Draft) {
        let mut here = self;
        for segment in path {
            here = here.entries().entry(segment.to_owned()).or_default();
        }
        *here = draft;
    }

    /// The draft at this path.
    pub(crate) fn find<'s>(&self, path: impl IntoIterator<Item = &'s str>) -> Option<&Draft> {
        path.into_iter().try_fold(self, |here, segment| match &here.content {
            DraftContent::Map(entries) => entries.get(segment),
            _ => None,
        })
    }

    /// The draft at this path, to be changed; items of lists are stepped into by their index.
    pub(crate) fn find_mut<'s>(&mut self, path: impl IntoIterator<Item = &'s str>) -> Option<&mut Draft> {
        path.into_iter().try_fold(self, |here, segment| match &mut here.content {
            DraftContent::Map(entries) => entries.get_mut(segment),
            DraftContent::List(items) => items.get_mut(segment.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Takes away what stands at this path, and the maps that are left empty by it. True if there was something.
    pub(crate) fn remove(&mut self, path: &[&str]) -> bool {
        let DraftContent::Map(entries) = &mut self.content else { return false };
        let Some((first, rest)) = path.split_first() else { return false };
        if rest.is_empty() {
            return entries.remove(*first).is_some();
        }
        let Some(inner) = entries.get_mut(*first) else { return false };
        let removed = inner.remove(rest);
        if removed && inner.is_empty_map() {
            entries.remove(*first);
        }
        removed
    }

    pub(crate) fn is_empty_map(&self) -> bool {
        matches!(&self.content, DraftContent::Map(entries) if entries.is_empty())
    }

    fn entries(&mut self) -> &mut BTreeMap<String, Draft> {
        if let DraftContent::Value(Value::Map(values)) = &mut self.content {
            let origin = self.origin.clone();
            let values = std::mem::take(values);
            let drafts = values
                .into_iter()
                .map(|(key, value)| {
                    (key, Draft { content: DraftContent::Value(value), origin: origin.clone() })
                })
                .collect();
            self.content = DraftContent::Map(drafts);
        } else if !matches!(self.content, DraftContent::Map(_)) {
            *self = Self::default();
        }
        match &mut self.content {
            DraftContent::Map(entries) => entries,
            _ => unreachable!("made a map above"),
        }
    }
}

/// Writes the nodes of one layer, children before their parents.
///
/// `open`, any number of `push`, then one of the `close` methods, whose result is pushed in turn or is the root.
pub(crate) struct Writer<'t> {
    text: &'t str,
    put_together: String,
    nodes: Vec<Node>,
    pending: Vec<(Node, Position)>,
    positions: Option<Vec<Position>>,
    origins: Option<Vec<Option<Origin>>>,
    duplicates: Vec<(String, Position)>,
}

impl<'t> Writer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            put_together: String::new(),
            nodes: Vec::new(),
            pending: Vec::new(),
            positions: None,
            origins: None,
            duplicates: Vec::new(),
        }
    }

    /// A writer that also keeps the positions it is given.
    pub(crate) fn with_positions(text: &'t str) -> Self {
        Self { positions: Some(Vec::new()), ..Self::new(text) }
    }

    /// The text `str`: its span where it is part of the source's text, else a copy.
    pub(crate) fn str(&mut self, str: &str) -> Str {
        let offset = (str.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if offset < self.text.len() && str.len() <= self.text.len() - offset {
            Str { start: offset as u32, length: str.len() as u32 }
        } else {
            let start = self.put_together.len() as u32;
            self.put_together.push_str(str);
            Str { start: start | PUT_TOGETHER, length: str.len() as u32 }
        }
    }

    pub(crate) fn open(&self) -> usize {
        self.pending.len()
    }

    pub(crate) fn push(&mut self, key: Str, data: Data, position: Position) {
        self.pending.push((Node { key, data }, position));
    }

    pub(crate) fn close_list(&mut self, opened: usize) -> Data {
        Data::List(self.close(opened))
    }

    /// The map of what was pushed since. Of a key that came twice the first stays, and the others are remembered.
    pub(crate) fn close_map(&mut self, opened: usize) -> Data {
        let Self { text, put_together, pending, duplicates, .. } = self;
        let str = |str: Str| resolve(text, put_together, str);
        let children = &mut pending[opened..];
        if !children.is_sorted_by(|a, b| str(a.0.key) < str(b.0.key)) {
            children.sort_by(|a, b| str(a.0.key).cmp(str(b.0.key)));
            let mut sorted = pending.split_off(opened);
            sorted.dedup_by(|later, first| {
                let again = str(later.0.key) == str(first.0.key);
                if again {
                    duplicates.push((str(later.0.key).to_owned(), later.1));
                }
                again
            });
            pending.append(&mut sorted);
        }
        Data::Map(self.close(opened))
    }

    fn close(&mut self, opened: usize) -> Block {
        let start = self.nodes.len() as u32;
        let length = (self.pending.len() - opened) as u32;
        if let Some(positions) = &mut self.positions {
            positions.extend(self.pending[opened..].iter().map(|(_, position)| *position));
        }
        self.nodes.extend(self.pending.drain(opened..).map(|(node, _)| node));
        Block { start, length }
    }

    /// The keys that came more than once, with where they came again.
    pub(crate) fn duplicates(&self) -> &[(String, Position)] {
        &self.duplicates
    }

    pub(crate) fn into_positions(self) -> Positions {
        Positions { nodes: self.positions.unwrap_or_default() }
    }

    /// The layer with this root, whose positions the function finds when they are asked for.
    pub(crate) fn finish(self, name: LayerName, root: Data, positions: fn(&str) -> Positions) -> Layer {
        Layer {
            name,
            text: self.text.into(),
            put_together: self.put_together.into(),
            nodes: self.nodes.into(),
            root,
            origins: Origins::Text { positions, found: OnceLock::new() },
            index: usize::MAX,
        }
    }

    fn draft(&mut self, draft: &Draft) -> Data {
        match &draft.content {
            DraftContent::Value(value) => self.value(value, draft.origin.as_ref()),
            DraftContent::Raw(text) => Data::Raw(self.str(text)),
            DraftContent::Digits(text) => Data::Digits(self.str(text)),
            DraftContent::List(items) => {
                let children = items.iter().map(|item| (Str::default(), self.draft(item), item.origin.clone()));
                let children: Vec<_> = children.collect();
                Data::List(self.block(children))
            }
            DraftContent::Map(entries) => {
                let mut children = Vec::with_capacity(entries.len());
                for (key, entry) in entries {
                    children.push((self.str(key), self.draft(entry), entry.origin.clone()));
                }
                Data::Map(self.block(children))
            }
        }
    }

    fn value(&mut self, value: &Value, origin: Option<&Origin>) -> Data {
        match value {
            Value::Null | Value::Secret => Data::Null,
            Value::Bool(truth) => Data::Bool(*truth),
            Value::Integer(number) => match i64::try_from(*number) {
                Ok(small) => Data::Integer(small),
                Err(_) => Data::Digits(self.str(&number.to_string())),
            },
            Value::Float(number) => Data::Float(*number),
            Value::String(text) => Data::Text(self.str(text)),
            Value::List(items) => {
                let mut children = Vec::with_capacity(items.len());
                for item in items {
                    children.push((Str::default(), self.value(item, origin), origin.cloned()));
                }
                Data::List(self.block(children))
            }
            Value::Map(entries) => {
                let mut children = Vec::with_capacity(entries.len());
                for (key, entry) in entries {
                    children.push((self.str(key), self.value(entry, origin), origin.cloned()));
                }
                Data::Map(self.block(children))
            }
        }
    }

    fn block(&mut self, children: Vec<(Str, Data, Option<Origin>)>) -> Block {
        let block = Block { start: self.nodes.len() as u32, length: children.len() as u32 };
        for (key, data, origin) in children {
            self.nodes.push(Node { key, data });
            self.origins.get_or_insert_with(Vec::new).push(origin);
        }
        block
    }
}

fn resolve<'s>(text: &'s str, put_together: &'s str, str: Str) -> &'s str {
    let (whole, start) = match str.start & PUT_TOGETHER {
        0 => (text, str.start as usize),
        _ => (put_together, (str.start & !PUT_TOGETHER) as usize),
    };
    &whole[start..start + str.length as usize]
}
