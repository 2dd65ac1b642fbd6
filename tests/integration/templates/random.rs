//! Any values that a configuration can have are written so that they are read as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hotconf::{Format, Hot, HotConfig, IntoValue, Template};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof};
use proptest::{option, proptest};

#[derive(Debug, Clone, PartialEq, HotConfig, IntoValue)]
struct Wide {
    truth: bool,
    small: i8,
    large: u64,
    least: i128,
    most: u128,
    number: f64,
    narrow: f32,
    character: char,
    text: String,
    maybe: Option<String>,
    texts: Vec<String>,
    nested: Vec<Vec<f64>>,
    pair: (String, u128),
    set: BTreeSet<String>,
    map: BTreeMap<String, String>,
    maps: BTreeMap<String, BTreeMap<String, i64>>,
    duration: Duration,
    section: Item,
    optional: Option<Item>,
    items: Vec<Item>,
    named: BTreeMap<String, Item>,
    lists: Vec<Vec<Item>>,
    external: Vec<External>,
    internal: Internal,
    adjacent: BTreeMap<String, Adjacent>,
}

#[derive(Debug, Clone, PartialEq, HotConfig, IntoValue)]
struct Item {
    text: String,
    number: Option<u128>,
    tags: Vec<String>,
    inner: Inner,
    inners: Vec<Inner>,
}

#[derive(Debug, Clone, PartialEq, HotConfig, IntoValue)]
struct Inner {
    #[hot(default = "default")]
    text: String,
    flags: BTreeMap<String, bool>,
}

#[derive(Debug, Clone, PartialEq, HotConfig)]
enum External {
    Nothing,
    Text(String),
    Pair(i64, String),
    Section { text: String, most: Option<u128> },
}

#[derive(Debug, Clone, PartialEq, HotConfig)]
#[serde(tag = "a tag")]
enum Internal {
    Nothing,
    Section { text: String, inner: Inner },
}

#[derive(Debug, Clone, PartialEq, HotConfig)]
#[serde(tag = "tag", content = "content")]
enum Adjacent {
    Nothing,
    Number(u128),
    Section { text: String },
}

/// Any text, and those more often that a reader could take for something else.
fn text() -> impl Strategy<Value = String> {
    let words = [
        "",
        " ",
        "no",
        "Yes",
        "0123",
        "1_000",
        "0x1f",
        "~",
        "null",
        "true",
        ".inf",
        "1e3",
        "-",
        "- a",
        "a: b",
        "a #b",
        "'",
        "\"",
        "'''",
        "\"\"\"",
        "\\",
        "\\n",
        "<<",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "{",
        "}",
        "[",
        "]",
        ",",
        "?",
        "|",
        ">",
        "2024-01-01",
        "12:30",
        "=",
        "a\nb",
        "a\r\nb\n",
        "\t",
        " a ",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{feff}",
        "日本",
        "🦀",
        "---",
        "...",
        "#",
        "#a",
        "a.b",
    ];
    prop_oneof![
        (0..words.len()).prop_map(move |word| words[word].to_owned()),
        any::<String>(),
        vec(any::<char>(), 0..60).prop_map(|characters| characters.into_iter().collect()),
        "[a-z]{1,8}",
    ]
}

fn inner() -> impl Strategy<Value = Inner> {
    (text(), btree_map(text(), any::<bool>(), 0..3)).prop_map(|(text, flags)| Inner { text, flags })
}

fn item() -> impl Strategy<Value = Item> {
    (text(), option::of(any::<u128>()), vec(text(), 0..4), inner(), vec(inner(), 0..3))
        .prop_map(|(text, number, tags, inner, inners)| Item { text, number, tags, inner, inners })
}

fn external() -> impl Strategy<Value = External> {
    prop_oneof![
        any::<bool>().prop_map(|_| External::Nothing),
        text().prop_map(External::Text),
        (any::<i64>(), text()).prop_map(|(number, text)| External::Pair(number, text)),
        (text(), option::of(any::<u128>())).prop_map(|(text, most)| External::Section { text, most }),
    ]
}

fn internal() -> impl Strategy<Value = Internal> {
    prop_oneof![
        any::<bool>().prop_map(|_| Internal::Nothing),
        (text(), inner()).prop_map(|(text, inner)| Internal::Section { text, inner }),
    ]
}

fn adjacent() -> impl Strategy<Value = Adjacent> {
    prop_oneof![
        any::<bool>().prop_map(|_| Adjacent::Nothing),
        any::<u128>().prop_map(Adjacent::Number),
        text().prop_map(|text| Adjacent::Section { text }),
    ]
}

fn finite() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("finite", |number| number.is_finite())
}

fn wide() -> impl Strategy<Value = Wide> {
    let numbers = (
        any::<bool>(),
        any::<i8>(),
        any::<u64>(),
        any::<i128>(),
        any::<u128>(),
        finite(),
        any::<f32>().prop_filter("finite", |number| number.is_finite()),
    );
    let texts =
        (any::<char>(), text(), option::of(text()), vec(text(), 0..6), vec(vec(finite(), 0..3), 0..3));
    let collections = (
        (text(), any::<u128>()),
        btree_set(text(), 0..4),
        btree_map(text(), text(), 0..4),
        btree_map(text(), btree_map(text(), any::<i64>(), 0..3), 0..3),
        (any::<u32>(), any::<u32>())
            .prop_map(|(seconds, nanos)| Duration::new(seconds.into(), nanos % 1_000_000_000)),
    );
    let sections = (
        item(),
        option::of(item()),
        vec(item(), 0..3),
        btree_map(text(), item(), 0..3),
        vec(vec(item(), 0..2), 0..3),
    );
    let enums = (vec(external(), 0..4), internal(), btree_map(text(), adjacent(), 0..3));
    (numbers, texts, collections, sections, enums).prop_map(
        |(numbers, texts, collections, sections, enums)| {
            let (truth, small, large, least, most, number, narrow) = numbers;
            let (character, text, maybe, texts, nested) = texts;
            let (pair, set, map, maps, duration) = collections;
            let (section, optional, items, named, lists) = sections;
            let (external, internal, adjacent) = enums;
            Wide {
                truth,
                small,
                large,
                least,
                most,
                number,
                narrow,
                character,
                text,
                maybe,
                texts,
                nested,
                pair,
                set,
                map,
                maps,
                duration,
                section,
                optional,
                items,
                named,
                lists,
                external,
                internal,
                adjacent,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_as_it_was(wide in wide()) {
        for format in [Format::Toml, Format::Yaml, Format::Json] {
            let template = Template::of::<Wide>(format).env("APP").values(&wide.clone().into_value());
            let text = template.to_string();
            let cfg: Hot<Wide> = Hot::builder()
                .text(format, &*text)
                .build()
                .unwrap_or_else(|error| panic!("{format:?}: {error}\nis told of\n{text}"));
            assert_eq!(*cfg.load(), wide, "{format:?}\n{text}");
        }
    }
}
