//! What is asked by key agrees with the struct, and with who said it.

use std::borrow::Cow;

use hotconf::{Hot, HotConfig, Origin, OriginKind, Value};
use hotconf_tests::Sandbox;
use proptest::prelude::*;

use super::layers::{Layers, Lower, Said, overridden, spread};
use super::sample::Sample;
use super::schema::{Config, default_of};
use super::tree::Tree;
use super::{cases, config, dice};

/// Fails unless each typed key finds the field of its name.
macro_rules! find_their_fields {
    ($cfg:expr, $config:expr; $($($step:ident).+),+ $(,)?) => {
        let snapshot = $cfg.snapshot();
        let keys = Config::keys();
        $(
            prop_assert_eq!(keys.$($step).+.get(&snapshot), &$config.$($step).+);
            prop_assert_eq!(
                $cfg.get(keys.$($step).+.path()).unwrap_or_default(),
                masked(keys.$($step).+.path(), $config.$($step).+.tree().value())
            );
        )+
    };
}

fn masked(key: &str, value: Value) -> Value {
    if key == "token" { Value::Secret } else { value }
}

/// A value that is read whole is told as it is written: a number without a fraction is an integer or not.
fn as_written(key: &str, value: Value) -> Value {
    match value {
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 && key.contains(".point") => {
            Value::Integer(number as i128)
        }
        Value::List(items) => Value::List(items.into_iter().map(|item| as_written(key, item)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(name, entry)| (name, as_written(key, entry))).collect())
        }
        other => other,
    }
}

fn segments(key: &hotconf::KeyPath) -> Vec<String> {
    key.segments().map(Cow::into_owned).collect()
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn every_key_has_its_value(config in config(), other in config(), count in 1..5usize, mut dice in dice()) {
        let tree = config.tree();
        let (beneath, overrides) = overridden(&tree, &other.tree(), &mut dice);
        let mut layers = Layers::written(&spread(&beneath, &other.tree(), count, Lower::OfTheType, &mut dice), &mut dice);
        layers.push_overrides(&overrides, &mut dice);
        let sandbox = Sandbox::new();
        let cfg = match layers.open(&sandbox) {
            Ok(cfg) => cfg,
            Err(error) => return Err(TestCaseError::fail(format!("{error}{layers}"))),
        };
        let values = cfg.values();
        for field in Config::schema().fields() {
            let (key, path) = (field.key().as_str(), segments(field.key()));
            let written = |value: Option<&Value>| value.map(|value| as_written(key, value.clone()));
            let said = written(tree.at(&path).map(|tree| masked(key, tree.value())).as_ref());
            prop_assert_eq!(&written(cfg.get(key).as_ref()), &said, "{} of {}", key, layers);
            let in_values = path.iter().try_fold(&values, |value, segment| value.get(segment));
            prop_assert_eq!(&written(in_values), &said, "{} of {}", key, layers);
            prop_assert_eq!(&written(cfg.explain(field.key()).value()), &said, "{} of {}", key, layers);
        }
        find_their_fields! { cfg, config;
            name, port, token, level, numbers.byte, numbers.wide, numbers.signed_wide, numbers.double, numbers.single,
            numbers.some_offset, numbers.truth, texts.letter, texts.folder, texts.shared, texts.host, texts.socket,
            texts.timeout, texts.level, texts.meters, optional.text, optional.wait, optional.map, optional.boxed, lists.texts,
            lists.maybe, lists.upstreams, lists.three, lists.two_sections, lists.pair, lists.mixed, maps.flags, maps.by_number,
            maps.by_level, maps.hashed, maps.sections, outer.first, outer.inner.second, outer.inner.innermost.c,
        }
        are_read_as_their_types(&cfg, &config, &layers)?;
    }

    #[test]
    fn every_value_is_explained(config in config(), other in config(), count in 1..5usize, mut dice in dice()) {
        let tree = config.tree();
        let (beneath, overrides) = overridden(&tree, &other.tree(), &mut dice);
        let mut layers = Layers::written(&spread(&beneath, &other.tree(), count, Lower::OfTheType, &mut dice), &mut dice);
        layers.push_overrides(&overrides, &mut dice);
        let sandbox = Sandbox::new();
        let cfg = match layers.open(&sandbox) {
            Ok(cfg) => cfg,
            Err(error) => return Err(TestCaseError::fail(format!("{error}{layers}"))),
        };
        for path in layers.places() {
            is_explained(&cfg, &tree, &layers, &path)?;
        }
    }
}

/// `get_as` gives what the struct has.
fn are_read_as_their_types(cfg: &Hot<Config>, config: &Config, layers: &Layers) -> Result<(), TestCaseError> {
    macro_rules! same {
        ($($($step:ident).+ $(as $key:literal)?: $type:ty),+ $(,)?) => {$(
            let key = stringify!($($step).+).replace(' ', "");
            $(let key = key.replace(key.as_str(), $key);)?
            match cfg.get_as::<$type>(&key) {
                Ok(read) => prop_assert_eq!(&read, &config.$($step).+, "{} of {}", key, layers),
                Err(error) => prop_assert!(false, "{} of {}", error, layers),
            }
        )+};
    }
    same! {
        name: String, port: u16, token: String, numbers.byte: u8, numbers.wide: u128, numbers.long: u64,
        numbers.signed_wide as "numbers.signed-wide": i128, numbers.double: f64, numbers.single: f32, numbers.truth: bool,
        texts.letter: char, texts.code: String, texts.host: std::net::IpAddr, texts.folder as "texts.\"dir.path\"": std::path::PathBuf,
        texts.point: super::schema::Point, texts.speed: super::schema::Speed, optional.number: Option<u16>,
        optional.wide: Option<i128>, optional.text: Option<String>, lists.texts: Vec<String>, lists.maybe: Vec<Option<u8>>,
        lists.three: [u8; 3], lists.pair: (String, u16), lists.set: std::collections::BTreeSet<i32>,
        maps.by_number: std::collections::BTreeMap<i32, u64>, maps.hashed: std::collections::HashMap<String, u128>,
        maps.maybe: std::collections::BTreeMap<String, Option<u8>>,
    }
    Ok(())
}

/// The value at a place that some layer has, the layer it is from, and the layers that it is over.
fn is_explained(
    cfg: &Hot<Config>,
    tree: &Tree,
    layers: &Layers,
    path: &[String],
) -> Result<(), TestCaseError> {
    let key = hotconf::KeyPath::from_segments(path);
    let what = || format!("{key} of {layers}");
    let explanation = cfg.explain(&key);
    if path.first().is_some_and(|first| first == "token") {
        return Ok(());
    }
    let value = tree.at(path).filter(|tree| !matches!(tree, Tree::Null(_))).map(Tree::value);
    let mut said = layers.said_at(path);
    let is_hidden = layers.is_hidden(path);
    if !explanation.is_known() {
        // An entry that lower layers alone have, where the map is begun anew above them.
        prop_assert!(value.is_none(), "{}", what());
        return Ok(());
    }
    let written = |value: Option<&Value>| value.map(|value| as_written(key.as_str(), value.clone()));
    prop_assert_eq!(written(explanation.value()), written(value.as_ref()), "{}", what());
    let default = default_of(path).map(|default| default.value());
    let winner = said.first().filter(|_| !is_hidden).cloned();
    let over = match winner {
        Some((Tree::Null(_), _)) if value.is_some() => {
            prop_assert_eq!(explanation.origin().map(Origin::kind), Some(&OriginKind::Default), "{}", what());
            prop_assert_eq!(&value, &default, "{}", what());
            said
        }
        Some((_, place)) => {
            let origin = explanation.origin();
            prop_assert!(
                origin.is_some_and(|origin| place.is(origin)),
                "{:?}, and not {:?}: {}",
                origin,
                place,
                what()
            );
            said.split_off(1)
        }
        None => {
            let kind = explanation.origin().map(Origin::kind);
            prop_assert_eq!(kind, value.as_ref().map(|_| &OriginKind::Default), "{}", what());
            said
        }
    };
    prop_assert_eq!(explanation.over().len(), over.len(), "{}: {}", explanation, what());
    for ((value, origin), (tree, place)) in explanation.over().iter().zip(over) {
        prop_assert_eq!(written(Some(value)), written(Some(&tree.value())), "{}: {}", explanation, what());
        prop_assert!(Said::is(&place, origin), "{}, and not {:?}: {}", origin, place, what());
    }
    Ok(())
}
