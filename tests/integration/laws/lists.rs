//! Lists that are made of those of several layers, against the plainest model there is of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hotconf::testing::Memory;
use hotconf::{Format, Hot, HotConfig, KeyPath, Outcome, Value};
use proptest::prelude::*;

use super::cases;

#[derive(Debug, HotConfig)]
struct Lists {
    #[hot(merge = "append")]
    words: Option<Vec<String>>,
    #[hot(merge = "append")]
    numbers: Option<BTreeSet<u8>>,
    #[hot(merge = "by-key(id)")]
    items: Option<Vec<Item>>,
    plain: Option<Vec<u8>>,
}

#[derive(Debug, HotConfig)]
struct Item {
    id: u8,
    note: Option<String>,
    #[hot(merge = "append")]
    tags: Option<Vec<String>>,
    inner: Option<Inner>,
}

#[derive(Debug, HotConfig)]
struct Inner {
    first: Option<u8>,
    second: Option<u8>,
}

/// What a layer says of a key: nothing, null, or a value.
type Said<T> = Option<Option<T>>;

#[derive(Debug, Clone, Default, PartialEq)]
struct Layer {
    words: Said<Vec<String>>,
    numbers: Said<Vec<u8>>,
    items: Said<Vec<ItemSaid>>,
    plain: Said<Vec<u8>>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct ItemSaid {
    id: u8,
    note: Said<String>,
    tags: Said<Vec<String>>,
    inner: Said<(Said<u8>, Said<u8>)>,
}

/// One value over another.
fn over<T>(above: Said<T>, below: Said<T>, both: impl FnOnce(T, T) -> T) -> Said<T> {
    match (above, below) {
        (None, below) => below,
        (Some(None), _) => Some(None),
        (Some(Some(above)), Some(Some(below))) => Some(Some(both(above, below))),
        (above, _) => above,
    }
}

fn appended<T>(above: Vec<T>, mut below: Vec<T>) -> Vec<T> {
    below.extend(above);
    below
}

fn upper<T>(above: T, _: T) -> T {
    above
}

impl ItemSaid {
    fn over(self, below: Self) -> Self {
        Self {
            id: self.id,
            note: over(self.note, below.note, upper),
            tags: over(self.tags, below.tags, appended),
            inner: over(self.inner, below.inner, |above, below| {
                (over(above.0, below.0, upper), over(above.1, below.1, upper))
            }),
        }
    }

    fn value(&self) -> Value {
        let number = |number: &u8| Value::Integer((*number).into());
        let inner = |(first, second): &(Said<u8>, Said<u8>)| {
            map([("first", value(first, number)), ("second", value(second, number))])
        };
        map([
            ("id", Some(number(&self.id))),
            ("note", value(&self.note, |note| Value::String(note.clone()))),
            ("tags", value(&self.tags, |tags| texts(tags))),
            ("inner", value(&self.inner, inner)),
        ])
    }
}

impl Layer {
    fn over(self, below: Self) -> Self {
        Self {
            words: over(self.words, below.words, appended),
            numbers: over(self.numbers, below.numbers, appended),
            items: over(self.items, below.items, |above, mut below| {
                for item in above {
                    match below.iter_mut().find(|other| other.id == item.id) {
                        Some(other) => *other = item.over(std::mem::take(other)),
                        None => below.push(item),
                    }
                }
                below
            }),
            plain: over(self.plain, below.plain, upper),
        }
    }

    fn value(&self) -> Value {
        let numbers = |numbers: &Vec<u8>| {
            Value::List(numbers.iter().map(|number| Value::Integer((*number).into())).collect())
        };
        map([
            ("words", value(&self.words, |words| texts(words))),
            ("numbers", value(&self.numbers, numbers)),
            ("items", value(&self.items, |items| Value::List(items.iter().map(ItemSaid::value).collect()))),
            ("plain", value(&self.plain, numbers)),
        ])
    }

    /// What a store has that reads this alone: nulls have done their work, and a set has its order.
    fn seen(&self) -> Value {
        let mut seen = without_nulls(self.value());
        if let Value::Map(entries) = &mut seen
            && let Some(Value::List(numbers)) = entries.get_mut("numbers")
        {
            numbers.sort_by_key(ToString::to_string);
            numbers.dedup();
        }
        seen
    }
}

fn value<T>(said: &Said<T>, value: impl FnOnce(&T) -> Value) -> Option<Value> {
    said.as_ref().map(|said| said.as_ref().map_or(Value::Null, value))
}

fn texts(texts: &[String]) -> Value {
    Value::List(texts.iter().cloned().map(Value::String).collect())
}

fn map<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let entries = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Map(entries.collect())
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Map(entries) => {
            let kept = entries.into_iter().filter(|(_, value)| !value.is_null());
            Value::Map(kept.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

/// The configuration, from its typed value.
fn built(lists: &Lists) -> Value {
    let number = |number: &u8| Value::Integer((*number).into());
    let items = |items: &Vec<Item>| {
        let items = items.iter().map(|item| {
            let inner = item.inner.as_ref().map(|inner| {
                map([
                    ("first", inner.first.as_ref().map(number)),
                    ("second", inner.second.as_ref().map(number)),
                ])
            });
            map([
                ("id", Some(number(&item.id))),
                ("note", item.note.clone().map(Value::String)),
                ("tags", item.tags.as_ref().map(|tags| texts(tags))),
                ("inner", inner),
            ])
        });
        Value::List(items.collect())
    };
    let mut numbers: Option<Vec<_>> =
        lists.numbers.as_ref().map(|numbers| numbers.iter().map(number).collect());
    numbers.iter_mut().for_each(|numbers| numbers.sort_by_key(ToString::to_string));
    map([
        ("words", lists.words.as_ref().map(|words| texts(words))),
        ("numbers", numbers.map(Value::List)),
        ("items", lists.items.as_ref().map(items)),
        ("plain", lists.plain.as_ref().map(|plain| Value::List(plain.iter().map(number).collect()))),
    ])
}

fn said<T: std::fmt::Debug + Clone>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Said<T>> {
    prop::option::weighted(0.7, prop::option::weighted(0.85, value))
}

fn word() -> impl Strategy<Value = String> {
    "[a-c]{0,2}"
}

fn item() -> impl Strategy<Value = ItemSaid> {
    let inner = (said(0..3_u8), said(0..3_u8));
    (said(word()), said(prop::collection::vec(word(), 0..3)), said(inner))
        .prop_map(|(note, tags, inner)| ItemSaid { id: 0, note, tags, inner })
}

fn layer() -> impl Strategy<Value = Layer> {
    let items = prop::collection::btree_map(0..5_u8, item(), 0..4).prop_shuffle_items();
    let numbers = || prop::collection::vec(0..9_u8, 0..3);
    (said(prop::collection::vec(word(), 0..3)), said(numbers()), said(items), said(numbers()))
        .prop_map(|(words, numbers, items, plain)| Layer { words, numbers, items, plain })
}

/// The items of one layer, whose keys differ, in any order.
trait ShuffledItems: Strategy<Value = BTreeMap<u8, ItemSaid>> + Sized {
    fn prop_shuffle_items(self) -> impl Strategy<Value = Vec<ItemSaid>> {
        let items = self.prop_map(|items| {
            items.into_iter().map(|(id, item)| ItemSaid { id, ..item }).collect::<Vec<_>>()
        });
        items.prop_shuffle()
    }
}

impl<S: Strategy<Value = BTreeMap<u8, ItemSaid>>> ShuffledItems for S {}

fn merged(layers: &[Layer]) -> Layer {
    layers.iter().cloned().fold(Layer::default(), |below, layer| layer.over(below))
}

/// A layer as a text, in TOML where that can say it.
fn text(layer: &Layer) -> (Format, String) {
    let value = layer.value();
    let json = serde_json::to_string(&value).unwrap();
    match &value {
        Value::Map(entries) if layer.words.is_some() && !json.contains("null") => {
            let lines = entries.iter().map(|(key, value)| format!("{key} = {value}\n"));
            (Format::Toml, lines.collect())
        }
        _ => (Format::Yaml, json),
    }
}

fn open(layers: &[Layer]) -> (Hot<Lists>, Vec<Memory>) {
    let memories: Vec<_> = layers.iter().map(|_| Memory::new()).collect();
    layers.iter().zip(&memories).for_each(|(layer, memory)| say(memory, layer));
    let builder = memories.iter().fold(Hot::builder(), |builder, memory| builder.source(memory.clone()));
    (builder.build().unwrap(), memories)
}

fn say(memory: &Memory, layer: &Layer) {
    let (format, text) = text(layer);
    memory.set_text(format, text);
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn all_who_look_see_what_the_model_sees(layers in prop::collection::vec(layer(), 0..5)) {
        let (cfg, _) = open(&layers);
        let expected = merged(&layers).seen();
        prop_assert_eq!(built(&cfg.load()).to_string(), expected.to_string());
        prop_assert_eq!(cfg.values().to_string(), expected.to_string());
        for key in ["words", "numbers", "items", "plain"] {
            let value = cfg.get(key).map(|value| value.to_string());
            prop_assert_eq!(value, expected.get(key).map(ToString::to_string));
        }
    }

    #[test]
    fn the_lower_layers_may_be_taken_together(a in layer(), b in layer(), c in layer()) {
        let (apart, _) = open(&[a.clone(), b.clone(), c.clone()]);
        let (together, _) = open(&[b.over(a), c]);
        prop_assert_eq!(apart.values(), together.values());
    }

    #[test]
    fn a_keyed_list_over_itself_is_itself(layer in layer()) {
        let mut layer = layer;
        for item in layer.items.iter_mut().flatten().flatten() {
            item.tags = None;
        }
        let (once, _) = open(std::slice::from_ref(&layer));
        let (twice, _) = open(&[layer.clone(), layer]);
        prop_assert_eq!(once.get("items"), twice.get("items"));
    }

    #[test]
    fn a_change_has_the_keys_of_the_lists_that_differ(
        before in prop::collection::vec(layer(), 3),
        after in prop::collection::vec(prop::option::of(layer()), 3),
    ) {
        let after: Vec<_> = after.into_iter().zip(&before).map(|(new, old)| new.unwrap_or(old.clone())).collect();
        let (cfg, memories) = open(&before);
        after.iter().zip(&memories).for_each(|(layer, memory)| say(memory, layer));
        let (old, new) = (merged(&before).seen(), merged(&after).seen());
        let keys = ["items", "numbers", "plain", "words"];
        let differing: Vec<_> = keys.into_iter().filter(|key| old.get(key) != new.get(key)).collect();
        let changed: Vec<KeyPath> = match cfg.reload() {
            Outcome::Applied(change) => change.keys().to_vec(),
            Outcome::Unchanged => Vec::new(),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        prop_assert_eq!(changed.iter().map(KeyPath::as_str).collect::<Vec<_>>(), differing);
        prop_assert_eq!(built(&cfg.load()).to_string(), new.to_string());
    }

    /// Whatever is within an item is where its explanation says.
    #[test]
    fn the_origin_of_a_field_is_the_strongest_layer_that_has_it(layers in prop::collection::vec(layer(), 1..4)) {
        let texts: Vec<_> = layers.iter().map(text).collect();
        let names = ["a", "b", "c"];
        let sandbox = hotconf::testing::Sandbox::new();
        let mut builder = Hot::<Lists>::builder();
        for ((format, text), name) in texts.iter().zip(names) {
            let end = if *format == Format::Toml { "toml" } else { "yaml" };
            let name = format!("{name}.{end}");
            sandbox.write(&name, text);
            builder = builder.file(sandbox.path(&name));
        }
        let cfg = builder.build().unwrap();
        let seen = merged(&layers);
        for (number, item) in seen.items.flatten().unwrap_or_default().iter().enumerate() {
            // The layers from the first that the topmost null does not discard.
            let first = layers.iter().rposition(|layer| layer.items == Some(None)).map_or(0, |null| null + 1);
            let has_note = |layer: &(usize, &Layer)| {
                let items = layer.1.items.iter().flatten().flatten();
                items.into_iter().any(|own| own.id == item.id && own.note.is_some())
            };
            let strongest = layers.iter().enumerate().skip(first).rfind(has_note);
            let explanation = cfg.explain(&*format!("items.{number}.note"));
            let file = explanation.origin().and_then(|origin| origin.file().map(Path::to_owned));
            let stem = file.as_deref().and_then(|file| file.file_stem()?.to_str().map(str::to_owned));
            prop_assert_eq!(stem.as_deref(), strongest.map(|(layer, _)| names[layer]), "{}", explanation);
        }
    }
}
