//! YAML, on the one parser that bounds what a hostile text can cost.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, Options, Spanned};

use super::advice::{self, Mistake};
use super::placed::{Content, Entry, Placed, not_a_map};
use super::{DEEPEST, Format, problem_at, too_deep};
use crate::error::{Problem, ProblemKind};
use crate::tree::{Data, Layer, LayerName, Position, Positions, Span, Str, Writer};

pub(super) fn parse(name: LayerName, text: &str, index: usize) -> Result<Layer, Vec<Problem>> {
    let mut reading = Reading { text, writer: Writer::new(text), unclear: false };
    let root = serde_saphyr::with_deserializer_from_str_with_options(text, options(text), |deserializer| {
        Node { reading: &mut reading, key_end: None }.deserialize(deserializer)
    });
    let root = root.map_err(|error| problems(&error, &name, text, index))?;
    let Reading { mut writer, unclear, .. } = reading;
    if !unclear && !writer.has_duplicates() && matches!(root, Data::Map(_)) {
        return Ok(writer.finish(name, root, positions));
    }
    let root = read_again(text).map_err(|error| problems(&error, &name, text, index))?;
    match root.content {
        // Nothing at all, or comments alone: a layer without keys.
        Content::Nothing => {
            let opened = writer.open();
            let root = writer.close_map(opened);
            Ok(writer.finish(name, root, positions))
        }
        Content::Null => Err(vec![not_a_map(&name, text, root.span.start as usize, index)]),
        Content::Text(_) => {
            let mistake = advice::yaml::text_for_keys(text, root.span.start as usize);
            Err(vec![mistake.problem(Format::Yaml, &name, text, index)])
        }
        _ => root.layer(name, text, index, positions),
    }
}

/// The positions of all nodes, found by parsing once more: the same text gives the same nodes in the same order.
fn positions(text: &str) -> Positions {
    read_again(text).map_or_else(|_| Positions::default(), |root| root.positions(text))
}

/// Limits that grow with the text, so that a large file is read and a small one cannot stand for a large one.
fn options(text: &str) -> Options {
    // What a small file may come to by its aliases; each byte of text adds the one node that it can hold.
    const EXPANDED: usize = 100_000;
    let most = EXPANDED + text.len();
    // Looking for merge keys costs a set of keys for each map, which a text without any need not pay.
    let merge_keys = if text.contains("<<") { MergeKeyPolicy::Merge } else { MergeKeyPolicy::AsOrdinary };
    serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: merge_keys,
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_documents: 2,
            max_nodes: most,
            max_events: 2 * most,
            max_anchors: most,
            max_aliases: most,
            max_merge_keys: most,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: most,
        },
    }
}

/// The good path: nodes go straight to the writer.
struct Reading<'t> {
    text: &'t str,
    writer: Writer<'t>,
    /// Something came that only its text in the source can tell apart.
    unclear: bool,
}

struct Node<'r, 't> {
    reading: &'r mut Reading<'t>,
    /// The byte offset behind the key of this value, where that is a piece of the text.
    key_end: Option<usize>,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Data;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        let Node { reading, key_end } = self;
        let written = key_end.and_then(|end| null_or_nothing(&reading.text.as_bytes()[end..]));
        reading.unclear |= written.is_none();
        Ok(written.unwrap_or(Data::Null))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Data, E> {
        Ok(Data::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Data, E> {
        Ok(Data::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Data, E> {
        Ok(match i64::try_from(number) {
            Ok(number) => Data::Integer(number),
            Err(_) => Data::Digits(self.reading.writer.str(&number.to_string())),
        })
    }

    fn visit_f64<E>(self, number: f64) -> Result<Data, E> {
        self.reading.unclear |= may_be_integer(number);
        Ok(Data::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Data, E> {
        Ok(Data::Text(self.reading.writer.str(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Data, A::Error> {
        let reading = self.reading;
        let opened = reading.writer.open();
        while let Some(data) = items.next_element_seed(Node { reading, key_end: None })? {
            reading.writer.push(Str::default(), data, Position::default());
        }
        Ok(reading.writer.close_list(opened))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Data, A::Error> {
        let reading = self.reading;
        let opened = reading.writer.open();
        while let Some((key, key_end)) = entries.next_key_seed(KeySeed(reading))? {
            let data = entries.next_value_seed(Node { reading, key_end })?;
            reading.writer.push(key, data, Position::default());
        }
        Ok(reading.writer.close_map(opened))
    }
}

struct KeySeed<'r, 't>(&'r mut Reading<'t>);

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = (Str, Option<usize>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_, '_> {
    type Value = (Str, Option<usize>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        let Reading { text, writer, .. } = self.0;
        let end = (key.as_ptr() as usize + key.len()).wrapping_sub(text.as_ptr() as usize);
        Ok((writer.str(key), (1..=text.len()).contains(&end).then_some(end)))
    }
}

/// Which of the two a unit is, by what follows its key; `None` where a second reading has to tell.
fn null_or_nothing(after_key: &[u8]) -> Option<Data> {
    // Far enough for a comment, and a bound on what aliases can make of it.
    const NEAR: usize = 1_000;
    let near = &after_key[..after_key.len().min(NEAR)];
    let near = near.strip_prefix(b"\"").or(near.strip_prefix(b"'")).unwrap_or(near);
    let value = near.trim_ascii_start().strip_prefix(b":")?;
    let mut lines = value.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    match lines.next()? {
        rest if starts_with_null(rest) => return Some(Data::Null),
        [b',' | b'}' | b']', ..] => return Some(Data::Nothing),
        // The value may still stand in a line of its own.
        [] | [b'#', ..] => {}
        _ => return None,
    }
    let next = lines.find(|line| !matches!(line, [] | [b'#', ..]));
    if after_key.len() > NEAR && lines.next().is_none() {
        return None;
    }
    match next {
        Some([b'!' | b'&' | b'*', ..]) => None,
        Some(line) if starts_with_null(line) => None,
        _ => Some(Data::Nothing),
    }
}

fn starts_with_null(text: &[u8]) -> bool {
    let words: [&[u8]; 4] = [b"~", b"null", b"Null", b"NULL"];
    let rest = words.iter().find_map(|word| text.strip_prefix(*word));
    matches!(rest, Some([] | [b' ' | b'\t' | b',' | b'}' | b']', ..]))
}

/// Whole numbers that do not fit come as the nearest float.
fn may_be_integer(number: f64) -> bool {
    number.abs() >= 9_223_372_036_854_775_808.0
}

/// The second reading: a tree of values that know their spans.
enum Tree<'t> {
    Unit,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text(Cow<'t, str>),
    List(Vec<Spanned<Tree<'t>>>),
    Map(Vec<(Spanned<Key<'t>>, Spanned<Tree<'t>>)>),
}

struct Key<'t>(Cow<'t, str>);

fn read_again(text: &str) -> Result<Placed<'_>, Error> {
    serde_saphyr::from_str_with_options(text, options(text)).map(|root| placed(text, root))
}

fn placed<'t>(text: &'t str, spanned: Spanned<Tree<'t>>) -> Placed<'t> {
    let written = || {
        let span = spanned.defined.span();
        let start = span.byte_offset().unwrap_or_default() as usize;
        text.get(start..start + span.byte_len().unwrap_or_default() as usize).unwrap_or_default()
    };
    let content = match spanned.value {
        Tree::Unit if written().is_empty() => Content::Nothing,
        Tree::Unit => Content::Null,
        Tree::Bool(truth) => Content::Bool(truth),
        Tree::Integer(number) => Content::Integer(number),
        Tree::Unsigned(number) => match i64::try_from(number) {
            Ok(number) => Content::Integer(number),
            Err(_) => Content::Digits(number.to_string().into()),
        },
        Tree::Float(number) => match written().trim_start_matches('+') {
            digits if may_be_integer(number) && is_integer(digits) => Content::Digits(digits.into()),
            _ => Content::Float(number),
        },
        Tree::Text(text) => Content::Text(text),
        Tree::List(items) => Content::List(items.into_iter().map(|item| placed_item(text, item)).collect()),
        Tree::Map(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Entry {
                span: span_of(&key.referenced),
                key: key.value.0,
                value: placed(text, value),
            });
            Content::Map(entries.collect())
        }
    };
    Placed { span: span_of(&spanned.referenced), content }
}

/// An item of a list. One that is a map, or nothing, begins at its dash: it has no beginning of its own that people know.
fn placed_item<'t>(text: &'t str, spanned: Spanned<Tree<'t>>) -> Placed<'t> {
    let mut item = placed(text, spanned);
    if matches!(item.content, Content::Map(_) | Content::Nothing) {
        let Span { start, end } = item.span;
        item.span = dash_before(text, start as usize).map_or(item.span, |dash| Span::new(dash, end as usize));
    }
    item
}

/// The dash before this offset, with no more than blanks, comments, an anchor or a tag between.
fn dash_before(text: &str, offset: usize) -> Option<usize> {
    let mut before = text.get(..offset)?.trim_end();
    loop {
        let line = before.rsplit('\n').next()?;
        let comment = if line.trim_start().starts_with('#') { line.find('#') } else { line.rfind(" #") };
        let word = line.rfind([' ', '\t']).map_or(0, |blank| blank + 1);
        let cut = comment.or_else(|| line[word..].starts_with(['&', '!']).then_some(word));
        match cut {
            Some(cut) => before = before[..before.len() - line.len() + cut].trim_end(),
            None => return (&line[word..] == "-").then(|| before.len() - 1),
        }
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn span_of(location: &Location) -> Span {
    let span = location.span();
    let start = span.byte_offset().unwrap_or_default() as usize;
    Span::new(start, start + span.byte_len().unwrap_or_default() as usize)
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Unit)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Unsigned(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree<'de>, E> {
        Ok(Tree::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree<'de>, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Tree::Map(map))
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(key.into()))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(key.to_owned().into()))
    }
}

/// Every mistake that the text is known to have, and what the parser says where that comes before all of them.
fn problems(error: &Error, name: &LayerName, text: &str, index: usize) -> Vec<Problem> {
    let offset = error.location().map_or(text.len(), |location| byte_offset(text, &location));
    let said = match told(error) {
        Told::Depth => return vec![too_deep(name, text, offset, index)],
        Told::Aliases => {
            let message = "aliases stand for more than is read".to_owned();
            return vec![problem_at(ProblemKind::Limit, message, name, text, offset, index)];
        }
        Told::Syntax(said) => Mistake::new(offset, said),
    };
    let mut mistakes = advice::yaml::mistakes(text);
    // A text without quotes is refused where it begins, though the line below it is what is wrong.
    let next_line = text
        .get(offset..)
        .unwrap_or_default()
        .match_indices('\n')
        .nth(1)
        .map_or(text.len(), |(end, _)| offset + end);
    let is_known = |mistake: &Mistake| mistake.start <= next_line;
    if !mistakes.iter().any(is_known) {
        mistakes.insert(0, said);
    }
    mistakes.iter().map(|mistake| mistake.problem(Format::Yaml, name, text, index)).collect()
}

enum Told {
    Depth,
    Aliases,
    Syntax(&'static str),
}

/// What the parser says, in words that never hold a piece of the text, which may be a secret.
fn told(error: &Error) -> Told {
    let error = match error {
        Error::AliasError { error, .. } => error,
        other => other,
    };
    Told::Syntax(match error {
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => return Told::Depth,
        Error::Budget { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => return Told::Aliases,
        Error::ExternalMessage { msg, .. } if msg.starts_with("recursion limit") => return Told::Depth,
        Error::ExternalMessage { msg, .. } => advice::yaml::in_plain_words(msg),
        Error::Eof { .. } => "the text ends too early; write what is missing at its end",
        Error::MultipleDocuments { .. } => {
            "a second document begins here, and only one is read; delete it, or write it into a file of its own"
        }
        Error::UnknownAnchor { .. } => {
            "an alias of an anchor that is not there; write the anchor `&…` before it, or quotes around a text that \
             begins with `*`"
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            "an alias within its own anchor; write the value that it was to stand for"
        }
        Error::MergeValueNotMapOrSeqOfMaps { .. } => {
            "`<<` with something that is no map; write the alias of a map, or a list of them"
        }
        Error::UnsupportedTag { .. } => {
            "a tag that is not known; delete it, or write quotes around a text that begins with `!`"
        }
        Error::InvalidBinaryBase64 { .. } | Error::BinaryNotUtf8 { .. } => {
            "`!!binary` before something else than base64; write it in base64, or delete the tag"
        }
        Error::InvalidScalar { .. } => {
            "a value that is not of the type of its tag; mend it, or delete the tag"
        }
        // Only keys are asked to be text.
        Error::NullIntoString { .. }
        | Error::Unexpected { .. }
        | Error::TaggedScalarCannotDeserializeIntoString { .. } => {
            "a key that is neither text nor number nor boolean; write it in quotes"
        }
        _ => "it cannot be read from here on; look at the indentation and the quotes before",
    })
}

/// The byte offset of a location; syntax errors come with characters only.
fn byte_offset(text: &str, location: &Location) -> usize {
    let span = location.span();
    match span.byte_offset() {
        Some(offset) => offset as usize,
        None => text.char_indices().nth(span.offset() as usize).map_or(text.len(), |(offset, _)| offset),
    }
}
