//! What is put arrives as it was put.

use super::bench::{BELOW, Bench, below, on_one_line};
use super::manners::one;
use super::sample::{Contents, map, shown};
use super::{Kind, Need, Promise};
use crate::error::ProblemKind;
use crate::origin::OriginKind;
use crate::value::{IntoValue, Value};

pub(super) fn promises<B>() -> Vec<Promise<B>> {
    vec![
        Promise { name: "texts", need: Need::Nothing, keep: texts },
        Promise { name: "long texts", need: Need::Kind(Kind::LongTexts), keep: long_texts },
        Promise { name: "whole numbers", need: Need::Nothing, keep: whole_numbers },
        Promise { name: "fractions", need: Need::Nothing, keep: fractions },
        Promise { name: "booleans", need: Need::Nothing, keep: booleans },
        Promise { name: "types", need: Need::Kind(Kind::Types), keep: types },
        Promise { name: "sections", need: Need::Nothing, keep: sections },
        Promise { name: "keys", need: Need::Kind(Kind::AnyKeys), keep: keys },
        Promise { name: "lists", need: Need::Kind(Kind::Lists), keep: lists },
        Promise { name: "lists of maps", need: Need::Kind(Kind::ListsOfMaps), keep: lists_of_maps },
        Promise { name: "empty", need: Need::Kind(Kind::Empty), keep: empty },
        Promise { name: "nulls", need: Need::Kind(Kind::Nulls), keep: nulls },
        Promise { name: "silence", need: Need::Nothing, keep: silence },
        Promise { name: "origins", need: Need::Nothing, keep: origins },
        Promise { name: "depth", need: Need::Kind(Kind::Depth), keep: depth },
        Promise { name: "size", need: Need::SizeLimit, keep: size },
    ]
}

/// Texts that are taken for something else, or are changed, by those who are not careful.
const TEXTS: [&str; 16] = [
    "plain",
    "00123",
    "12",
    "1e3",
    "0x1f",
    "true",
    "no",
    "null",
    "2024-01-31",
    "",
    "  space around  ",
    "one line\nand another\n",
    "windows\r\nand a\ttab",
    "\"double\" 'single' `back` \\ $HOME ${x} %s # ; = : , & *",
    "[in brackets] {in braces}",
    "grüße, 日本語, 🦀, e\u{301}",
];

fn texts<B>(bench: &mut Bench<'_, B>) {
    for text in TEXTS {
        bench.arrives(&Contents::of([("text", text.into_value())]));
    }
}

fn long_texts<B>(bench: &mut Bench<'_, B>) {
    let text: String = "0123456789abcdeф".chars().cycle().take(60 << 10).collect();
    bench.arrives(&Contents::of([("text", text.into_value())]));
}

fn whole_numbers<B>(bench: &mut Bench<'_, B>) {
    // The third is the first that a double cannot hold.
    for number in [0, -1, (1 << 53) + 1, i64::MAX, i64::MIN] {
        bench.arrives(&Contents::of([("whole", number.into_value())]));
    }
}

fn fractions<B>(bench: &mut Bench<'_, B>) {
    for number in [0.0, 0.1, -2.5, 3.0, 1e300, 5e-324] {
        bench.arrives(&Contents::of([("fraction", number.into_value())]));
    }
}

fn booleans<B>(bench: &mut Bench<'_, B>) {
    for flag in [true, false] {
        bench.arrives(&Contents::of([("flag", flag.into_value())]));
    }
}

fn types<B>(bench: &mut Bench<'_, B>) {
    let wrong = [
        ("whole", "8080".into_value(), "a text must stay a text"),
        ("flag", "true".into_value(), "a text must stay a text"),
        ("text", 8080.into_value(), "a number must stay a number"),
        ("text", true.into_value(), "a boolean must stay a boolean"),
    ];
    for (key, value, rule) in wrong {
        bench.put(&Contents::of([(key, value.clone())]));
        let value = shown(&value);
        match bench.build() {
            Ok(cfg) => {
                let found = cfg.read(|sample| sample.value().get(key).map_or_else(String::new, shown));
                bench.fault(format!("`{key}` was put as {value}, and arrives as {found}; {rule}"));
            }
            Err(error) if error.problems().iter().all(|problem| problem.kind() == ProblemKind::WrongType) => {}
            Err(error) => bench.fault(format!(
                "`{key}` was put as {value}, which is of the wrong type, and is refused for another reason: {}",
                on_one_line(&error)
            )),
        }
    }
}

fn sections<B>(bench: &mut Bench<'_, B>) {
    let inner = map([("name", "inside".into_value())]);
    let section = [("name", "outside".into_value()), ("two_words", 2.into_value()), ("inner", inner.clone())];
    bench.arrives(&Contents::of([("section", map(section))]));
    // Its neighbours stay as the layer below has them.
    bench.arrives(&Contents::of([("section", map([("inner", inner)]))]));
    bench.arrives(&Contents::of([("section", map([("two_words", 3.into_value())]))]));
}

const KEYS: [&str; 12] = [
    "plain",
    "under_score",
    "with-dash",
    "UPPER",
    "upper",
    "a.b",
    "a.b.c",
    "two words",
    "0",
    "ключ",
    "it's \"quoted\"",
    "https://example.org/?q=1#x",
];

fn keys<B>(bench: &mut Bench<'_, B>) {
    let entries = KEYS.map(|key| (key, format!("of {key}").into_value()));
    bench.arrives(&Contents::of([("entries", map(entries))]));
}

fn lists<B>(bench: &mut Bench<'_, B>) {
    let texts = ["b", "a", "b", "00123", "with, comma", "", "[", "grüße"];
    bench.arrives(&Contents::of([("numbers", vec![3, 1, 2, 1].into_value())]));
    bench.arrives(&Contents::of([("texts", texts.map(str::to_owned).into_value())]));
    bench.arrives(&Contents::of([("texts", vec!["only one"].into_value())]));
}

fn lists_of_maps<B>(bench: &mut Bench<'_, B>) {
    let items = vec![
        map([("name", "b".into_value()), ("weight", 2.into_value())]),
        map([("name", "a".into_value())]),
        map([("name", "b".into_value())]),
    ];
    bench.arrives(&Contents::of([("items", Value::List(items))]));
}

fn empty<B>(bench: &mut Bench<'_, B>) {
    bench.arrives(&Contents::of([("numbers", Value::List(Vec::new()))]));
    bench.arrives(&Contents::of([("items", Value::List(Vec::new()))]));
    bench.arrives(&Contents::of([("entries", map([]))]));
}

fn nulls<B>(bench: &mut Bench<'_, B>) {
    bench.arrives(&Contents::of([("text", Value::Null)]));
    bench.arrives(&Contents::of([("numbers", Value::Null)]));
    bench.arrives(&Contents::of([("section", map([("name", Value::Null)]))]));
}

fn silence<B>(bench: &mut Bench<'_, B>) {
    bench.arrives(&Contents::of([]));
    bench.arrives(&Contents::of([("whole", 5.into_value())]));
}

fn origins<B>(bench: &mut Bench<'_, B>) {
    bench.put(&one());
    let names: Vec<String> = bench.sources().iter().map(|source| source.name()).collect();
    let Some(cfg) = bench.started() else { return };
    for key in ["text", "whole"] {
        let explanation = cfg.explain(key);
        let Some(origin) = explanation.origin() else {
            bench.fault(format!("nobody can say where `{key}` is from"));
            continue;
        };
        let is_from_the_source = match origin.kind() {
            OriginKind::Source(name) => &**name != BELOW && names.iter().any(|known| **known == **name),
            OriginKind::Default | OriginKind::Override => false,
            _ => true,
        };
        if !is_from_the_source || origin.to_string().trim().is_empty() {
            bench.fault(format!("`{key}` is told to be from {origin}, and not from {}", names.join(", ")));
        }
    }
}

/// Deeper than any configuration, and not so deep that what writes it down would have no end.
const LEVELS: usize = 200;

fn depth<B>(bench: &mut Bench<'_, B>) {
    let mut value = "at the end".into_value();
    for _ in 0..LEVELS {
        value = map([("a", value)]);
    }
    let deep = Contents::of([("entries", value)]);
    let when = format!("with maps in maps over {LEVELS} levels");
    bench.put(&deep);
    match bench.build() {
        Ok(_) => bench.fault(format!("{when}, the store is built; they have to be refused")),
        Err(error) => bench.expect_good_words(&error, &when),
    }
    bench.put(&one());
    let Some(cfg) = bench.started() else { return };
    if bench.is_fixed() {
        return;
    }
    bench.put(&deep);
    match cfg.reload() {
        crate::reload::Outcome::Rejected(error) => bench.expect_good_words(&error, &when),
        _ => bench.fault(format!("{when}, a reload is not refused")),
    }
    bench.put(&one());
    bench.expect_after_reload(&cfg, &one(), "after maps in maps that were too deep");
}

/// What the store wants to be given at most, in bytes.
const LIMIT: u64 = 4096;

fn size<B>(bench: &mut Bench<'_, B>) {
    let text = "x".repeat(usize::try_from(LIMIT).unwrap_or(0) + 1);
    bench.put(&Contents::of([("text", text.into_value())]));
    match bench.builder().max_file_size(LIMIT).watch(crate::watch::Watch::Off).build() {
        Ok(_) => bench.fault(format!(
            "a text of {} bytes was put, and is taken although the store wants {LIMIT} at most",
            LIMIT + 1
        )),
        Err(error) => bench.expect_good_words(&error, "with a text that is too large"),
    }
    bench.put(&one());
    match bench.builder().max_file_size(LIMIT).watch(crate::watch::Watch::Off).build() {
        Ok(cfg) => bench.expect(&cfg, &one(), "within the size that the store wants"),
        Err(error) => bench.fault(format!("{} is refused as too large: {}", below(), on_one_line(&error))),
    }
}
