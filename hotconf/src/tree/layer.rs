//! One source's tree: nodes in one vector, texts as spans of the source's own text.
//!
//! Children of a map lie side by side in the order of their keys, so that a look-up is a binary search and a whole
//! layer is three allocations. Positions are not kept: the text is, and [`Layer::origin`] asks the format for them the
//! first time that somebody wants to know one.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::extent::Extent;
use crate::origin::{Excerpt, Origin, OriginKind};
use crate::value::View;

/// The index of a node within its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The node above all others, which has no place in the vector.
    pub(crate) const ROOT: Self = Self(u32::MAX);

    #[inline]
    pub(super) fn of(index: u32) -> Self {
        Self(index)
    }
}

/// A text within a layer: a span of its source, or of the texts that had to be put together (escapes, other sources).
#[derive(Clone, Copy, Default)]
pub(crate) struct Str {
    pub(super) start: u32,
    pub(super) length: u32,
}

impl Str {
    /// The text that it is a part of, and where it begins there.
    #[inline]
    fn place<'s>(self, text: &'s str, put_together: &'s str) -> (&'s str, usize) {
        match self.start & PUT_TOGETHER {
            0 => (text, self.start as usize),
            _ => (put_together, (self.start & !PUT_TOGETHER) as usize),
        }
    }
}

/// The bit that tells a text that was put together from a span of the source's.
pub(super) const PUT_TOGETHER: u32 = 1 << 31;

/// Where the children of a map or a list lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(super) start: u32,
    pub(super) length: u32,
    /// Whether nothing of what is beneath shows through, as it does through other maps, or is taken in, as it is by lists
    /// that merge.
    pub(super) is_whole: bool,
}

impl Block {
    pub(super) const EMPTY: Self = Self { start: 0, length: 0, is_whole: false };

    pub(crate) fn is_whole(self) -> bool {
        self.is_whole
    }

    pub(crate) fn len(self) -> usize {
        self.length as usize
    }

    /// The child with this number.
    pub(crate) fn id(self, number: usize) -> Option<NodeId> {
        (number < self.len()).then(|| NodeId(self.start + number as u32))
    }

    /// The indices of the children.
    pub(super) fn range(self) -> std::ops::Range<u32> {
        self.start..self.start + self.length
    }

    /// The number of a child among the others.
    pub(super) fn number_of(self, child: NodeId) -> usize {
        child.0.saturating_sub(self.start) as usize
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
pub(super) struct Node {
    pub(super) key: Str,
    pub(super) data: Data,
}

/// Which of a node's two positions is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Key,
    /// The value, which the excerpt does not show.
    Value,
    /// The value, which is no secret.
    Shown,
}

/// Byte offsets of the keys and values of a layer, in the order of its nodes.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    pub(crate) nodes: Vec<Position>,
}

/// Where one node's key and value stand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Position {
    pub(crate) key: Span,
    pub(crate) value: Span,
}

/// A piece of a text, by byte offsets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The first line of it.
    fn first_line(self, text: &str) -> &str {
        let piece = text.get(self.start as usize..self.end as usize).unwrap_or_default();
        piece.lines().next().unwrap_or_default().trim_end()
    }
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

pub(super) enum Origins {
    /// The format finds them in the text.
    Text { positions: fn(&str) -> Positions, found: OnceLock<Found> },
    /// Each node has its own.
    Each(Vec<Option<Origin>>),
}

/// Where everything in a text is: worked out once, so that many problems in a long text cost no more than few.
pub(super) struct Found {
    positions: Positions,
    marks: Vec<Mark>,
}

/// A place in a text of which line and column are known.
#[derive(Clone, Copy)]
struct Mark {
    offset: u32,
    line: u32,
    column: u32,
}

impl Found {
    fn new(positions: Positions, text: &str) -> Self {
        Self { positions, marks: marks(text) }
    }

    fn line_and_column(&self, text: &str, offset: u32) -> (u32, u32) {
        let mark = self.marks[self.marks.partition_point(|mark| mark.offset <= offset) - 1];
        let between = &text.as_bytes()[mark.offset as usize..offset as usize];
        (mark.line, mark.column + characters(between))
    }
}

/// The beginning of each line, and places within long ones: a text may well be one line.
fn marks(text: &str) -> Vec<Mark> {
    const APART: u32 = 1024;
    let mut mark = Mark { offset: 0, line: 1, column: 1 };
    let mut marks = vec![mark];
    for (offset, byte) in text.bytes().enumerate() {
        let next = offset as u32 + 1;
        if byte == b'\n' {
            mark = Mark { offset: next, line: mark.line + 1, column: 1 };
            marks.push(mark);
        } else if next - mark.offset == APART {
            let piece = &text.as_bytes()[mark.offset as usize..next as usize];
            mark = Mark { offset: next, column: mark.column + characters(piece), ..mark };
            marks.push(mark);
        }
    }
    marks
}

/// The tree of one source, immutable.
pub(crate) struct Layer {
    pub(super) name: LayerName,
    pub(super) text: Box<str>,
    pub(super) put_together: Box<str>,
    pub(super) nodes: Box<[Node]>,
    /// The mark of the key of each node.
    pub(super) marks: Box<[u32]>,
    pub(super) root: Data,
    pub(super) origins: Origins,
    pub(super) index: usize,
    pub(super) extent: OnceLock<Extent>,
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

    /// About how many bytes of memory it takes.
    pub(crate) fn size(&self) -> usize {
        let origins = match &self.origins {
            Origins::Text { found, .. } => found.get().map_or(0, |found| {
                size_of_val(found.positions.nodes.as_slice()) + size_of_val(found.marks.as_slice())
            }),
            Origins::Each(origins) => size_of_val(origins.as_slice()),
        };
        let tree = size_of_val(&*self.nodes) + size_of_val(&*self.marks);
        self.text.len() + self.put_together.len() + tree + origins
    }

    /// The text that it was read from.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    #[inline]
    pub(crate) fn data(&self, node: NodeId) -> Data {
        if node == NodeId::ROOT { self.root } else { self.nodes[node.0 as usize].data }
    }

    /// What a value is, as those see it who read it.
    #[inline]
    pub(crate) fn view(&self, node: NodeId) -> View<'_> {
        match self.data(node) {
            Data::Null | Data::Nothing => View::Null,
            Data::Bool(truth) => View::Bool(truth),
            Data::Integer(number) => View::Integer(i128::from(number)),
            Data::Digits(digits) => View::Digits(self.str(digits)),
            Data::Float(number) => View::Float(number),
            Data::Text(text) => View::Text(self.str(text)),
            Data::Raw(text) => View::Raw(self.str(text)),
            Data::Time(text) => View::Time(self.str(text)),
            Data::List(_) => View::List,
            Data::Map(_) => View::Map,
        }
    }

    /// The key that leads to `node`; empty for items of lists.
    pub(crate) fn key(&self, node: NodeId) -> &str {
        if node == NodeId::ROOT { "" } else { self.str(self.nodes[node.0 as usize].key) }
    }

    #[inline]
    pub(crate) fn str(&self, str: Str) -> &str {
        resolve(&self.text, &self.put_together, str)
    }

    /// The bytes of a text, which are compared without asking where its characters begin.
    #[inline]
    fn bytes(&self, str: Str) -> &[u8] {
        let (whole, start) = str.place(&self.text, &self.put_together);
        &whole.as_bytes()[start..start + str.length as usize]
    }

    /// The child of a map that has this key.
    pub(crate) fn child(&self, map: Block, key: &str) -> Option<NodeId> {
        self.child_marked(map, key, mark_of(key))
    }

    /// The same for a key whose mark is known.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as for what asks it, `Merged::child`
    pub(super) fn child_marked(&self, map: Block, key: &str, mark: u32) -> Option<NodeId> {
        /// So many are looked through faster than they are searched by halves.
        const FEW: usize = 16;
        if map.len() > FEW {
            return self.child_among_many(map, key);
        }
        let marks = &self.marks[map.start as usize..(map.start + map.length) as usize];
        let nodes = (map.start..).map(NodeId).zip(marks);
        let mut alike = nodes.filter(|(_, other)| **other == mark).map(|(node, _)| node);
        alike.find(|node| self.bytes(self.nodes[node.0 as usize].key) == key.as_bytes())
    }

    #[inline(never)]
    fn child_among_many(&self, map: Block, key: &str) -> Option<NodeId> {
        let children = &self.nodes[map.start as usize..(map.start + map.length) as usize];
        let found = children.binary_search_by(|child| self.bytes(child.key).cmp(key.as_bytes())).ok()?;
        Some(NodeId(map.start + found as u32))
    }

    /// Whether `node` is from where only secrets are. Texts in a format never are.
    pub(crate) fn is_secret(&self, node: NodeId) -> bool {
        match &self.origins {
            Origins::Text { .. } => false,
            Origins::Each(origins) => origins
                .get(node.0 as usize)
                .is_some_and(|origin| origin.as_ref().is_some_and(Origin::is_secret)),
        }
    }

    /// Where the key or the value of `node` stands.
    pub(crate) fn origin(&self, node: NodeId, place: Place) -> Origin {
        match &self.origins {
            Origins::Text { positions, found } => {
                let origin = Origin::new(self.name.origin_kind());
                if node == NodeId::ROOT {
                    return origin;
                }
                let found = found.get_or_init(|| Found::new(positions(&self.text), &self.text));
                let Some(position) = found.positions.nodes.get(node.0 as usize) else {
                    return origin;
                };
                let span = match place {
                    Place::Key => position.key,
                    Place::Value | Place::Shown => position.value,
                };
                let (line, column) = found.line_and_column(&self.text, span.start);
                origin.at(line, column).with_excerpt(excerpt(&self.text, *position, self.data(node), place))
            }
            Origins::Each(origins) => origins
                .get(node.0 as usize)
                .and_then(Clone::clone)
                .unwrap_or_else(|| Origin::new(self.name.origin_kind())),
        }
    }
}

/// What is shown of the line of a node: its key, and its value where that may be shown. What else stands in the line may
/// be anybody's secret.
fn excerpt(text: &str, position: Position, data: Data, place: Place) -> Excerpt {
    let Position { key, value } = position;
    let covered = match data {
        Data::List(_) => Some("[…]"),
        Data::Map(_) => Some("{…}"),
        _ => None,
    };
    // A table has no text of its own, and is told by its name; an item of a list has no name.
    if place == Place::Key || key == value {
        let name = key.first_line(text);
        return Excerpt::new("", covered.filter(|_| name.is_empty()).unwrap_or(name));
    }
    let between = text.get(key.start as usize..value.start as usize).unwrap_or_default();
    let before = if between.contains('\n') { "" } else { between };
    let shown = match covered {
        Some(covered) => covered,
        None if place == Place::Shown => value.first_line(text),
        None => "***",
    };
    Excerpt::new(before, shown)
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
    (line as u32 + 1, characters(&before[start..]) + 1)
}

/// How many characters begin in a piece of a text.
fn characters(piece: &[u8]) -> u32 {
    // A continuation byte of UTF-8 is no character of its own.
    piece.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u32
}

/// A number that tells most keys apart, for a small part of what comparing them costs: how long it is, and three of its
/// bytes.
#[inline]
pub(super) fn mark_of(key: &str) -> u32 {
    let bytes = key.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) => {
            u32::from_be_bytes([bytes.len() as u8, first, bytes[bytes.len() / 2], last])
        }
        _ => 0,
    }
}

/// The text that `str` stands for.
#[inline]
pub(super) fn resolve<'s>(text: &'s str, put_together: &'s str, str: Str) -> &'s str {
    let (whole, start) = str.place(text, put_together);
    &whole[start..start + str.length as usize]
}
