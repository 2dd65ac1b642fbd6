//! How the nodes of a layer are written.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::draft::{Draft, DraftContent};
use super::layer::{
    Block, Data, Layer, LayerName, Node, Origins, PUT_TOGETHER, Position, Positions, Str, mark_of, resolve,
};
use crate::origin::Origin;
use crate::value::Value;

/// Writes the nodes of one layer, children before their parents.
///
/// `open`, any number of `push`, then one of the `close` methods, whose result is pushed in turn or is the root.
pub(crate) struct Writer<'t> {
    text: &'t str,
    put_together: String,
    nodes: Vec<Node>,
    /// The mark of the key of each node.
    marks: Vec<u32>,
    pending: Vec<Pending>,
    positions: Option<Vec<Position>>,
    /// Those of the pending nodes, in the order in which these came.
    pending_positions: Vec<Position>,
    origins: Option<Vec<Option<Origin>>>,
    has_duplicates: bool,
}

/// A node whose place among its siblings is not known yet.
struct Pending {
    node: Node,
    /// The beginning of its key, which mostly decides its place.
    start: u64,
    mark: u32,
    /// How many came before it.
    number: u32,
}

impl<'t> Writer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        /// A key with its value takes about this many bytes of a text, or more.
        const BYTES_OF_A_NODE: usize = 24;
        let nodes = text.len() / BYTES_OF_A_NODE;
        Self {
            text,
            put_together: String::new(),
            nodes: Vec::with_capacity(nodes),
            marks: Vec::with_capacity(nodes),
            pending: Vec::with_capacity(nodes.min(64)),
            positions: None,
            pending_positions: Vec::new(),
            origins: None,
            has_duplicates: false,
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
        let name = resolve(self.text, &self.put_together, key);
        let (start, mark) = (start_of(name), mark_of(name));
        let number = self.pending.len() as u32;
        self.pending.push(Pending { node: Node { key, data }, start, mark, number });
        if self.positions.is_some() {
            self.pending_positions.push(position);
        }
    }

    pub(crate) fn close_list(&mut self, opened: usize) -> Data {
        Data::List(self.close(opened))
    }

    /// The map of what was pushed since. Of a key that came twice the first stays.
    pub(crate) fn close_map(&mut self, opened: usize) -> Data {
        let Self { text, put_together, pending, .. } = self;
        let key = |pending: &Pending| resolve(text, put_together, pending.node.key);
        let order = |a: &Pending, b: &Pending| a.start.cmp(&b.start).then_with(|| key(a).cmp(key(b)));
        let children = &mut pending[opened..];
        if !children.is_sorted_by(|a, b| order(a, b).is_lt()) {
            children.sort_by(order);
            if children.windows(2).any(|pair| order(&pair[0], &pair[1]).is_eq()) {
                let mut sorted = pending.split_off(opened);
                sorted.dedup_by(|later, first| order(later, first).is_eq());
                pending.append(&mut sorted);
                self.has_duplicates = true;
            }
        }
        Data::Map(self.close(opened))
    }

    fn close(&mut self, opened: usize) -> Block {
        let start = self.nodes.len() as u32;
        let length = (self.pending.len() - opened) as u32;
        if let Some(positions) = &mut self.positions {
            let places = &self.pending_positions;
            positions.extend(self.pending[opened..].iter().map(|pending| places[pending.number as usize]));
            self.pending_positions.truncate(opened);
        }
        self.nodes.extend(self.pending[opened..].iter().map(|pending| pending.node));
        self.marks.extend(self.pending[opened..].iter().map(|pending| pending.mark));
        self.pending.truncate(opened);
        Block { start, length, is_whole: false }
    }

    /// Whether a key came more than once.
    pub(crate) fn has_duplicates(&self) -> bool {
        self.has_duplicates
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
            marks: self.marks.into(),
            root,
            origins: Origins::Text { positions, found: OnceLock::new() },
            index: usize::MAX,
            extent: OnceLock::new(),
        }
    }

    fn draft(&mut self, draft: &Draft) -> Data {
        match &draft.content {
            DraftContent::Value(value) => self.value(value, draft.origin.as_ref()),
            DraftContent::Raw(text) => Data::Raw(self.str(text)),
            DraftContent::Digits(text) => Data::Digits(self.str(text)),
            DraftContent::Time(text) => Data::Time(self.str(text)),
            DraftContent::Nothing => Data::Nothing,
            DraftContent::List(items) => Data::List(self.items(items)),
            DraftContent::WholeList(items) => Data::List(Block { is_whole: true, ..self.items(items) }),
            DraftContent::Map(entries) => Data::Map(self.entries(entries)),
            DraftContent::Whole(entries) => Data::Map(Block { is_whole: true, ..self.entries(entries) }),
        }
    }

    fn items(&mut self, items: &[Draft]) -> Block {
        let mut children = Vec::with_capacity(items.len());
        for item in items {
            children.push((Str::default(), self.draft(item), item.origin.clone()));
        }
        self.block(children)
    }

    fn entries(&mut self, entries: &BTreeMap<String, Draft>) -> Block {
        let mut children = Vec::with_capacity(entries.len());
        for (key, entry) in entries {
            children.push((self.str(key), self.draft(entry), entry.origin.clone()));
        }
        self.block(children)
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
        let (start, length) = (self.nodes.len() as u32, children.len() as u32);
        let block = Block { start, length, is_whole: false };
        for (key, data, origin) in children {
            self.marks.push(mark_of(resolve(self.text, &self.put_together, key)));
            self.nodes.push(Node { key, data });
            self.origins.get_or_insert_with(Vec::new).push(origin);
        }
        block
    }
}

/// The first eight bytes of a key as a number, in the order of the keys as far as these tell.
fn start_of(key: &str) -> u64 {
    let bytes = key.as_bytes();
    match bytes.first_chunk() {
        Some(start) => u64::from_be_bytes(*start),
        None => (0..8).fold(0, |start, at| start << 8 | u64::from(bytes.get(at).copied().unwrap_or(0))),
    }
}

impl Layer {
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
            marks: writer.marks.into(),
            root,
            origins: Origins::Each(origins),
            index: usize::MAX,
            extent: OnceLock::new(),
        }
    }
}
