//! Values that are read where they stand: they, and what is wrong with them, are those of the thorough way, which a field
//! that is deprecated always takes.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hotconf::{Format, Hot, HotConfig};

/// What stands behind a key in YAML; the first is nothing.
const WRITTEN: [&str; 17] = [
    "",
    " null",
    " ''",
    " text",
    " x",
    " 1",
    " 0",
    " 300",
    " -1",
    " 340282366920938463463374607431768211455",
    " 1.5",
    " true",
    " '1'",
    " 30s",
    " [1, 2]",
    " [null, '']",
    " {a: 1, b: null}",
];

/// What the layers come to, each a text or, where it is from an argument, not typed.
fn told<T: HotConfig + Send + Sync>(
    layers: [&str; 2],
    argument: Option<&str>,
    shown: fn(&T) -> String,
) -> String {
    let texts = layers.iter().map(|written| format!("value:{written}\n"));
    let builder = texts.fold(Hot::<T>::builder(), |builder, text| builder.text(Format::Yaml, text));
    let loaded = builder.arg_overrides(argument.map(|written| format!("value={}", written.trim()))).load();
    loaded.map_or_else(|error| error.to_string(), |value| shown(&value))
}

macro_rules! both_ways {
    ($($test:ident: $type:ty;)*) => {$(
        #[test]
        fn $test() {
            #[derive(HotConfig)]
            struct Plain {
                #[serde(alias = "other")]
                value: $type,
            }

            #[derive(HotConfig)]
            struct Thorough {
                #[serde(alias = "other")]
                #[hot(deprecated = "nobody needs it")]
                value: $type,
            }

            let same = |layers, argument| {
                let plain = told::<Plain>(layers, argument, |config| format!("{:?}", config.value));
                let thorough = told::<Thorough>(layers, argument, |config| format!("{:?}", config.value));
                assert_eq!(plain, thorough, "{layers:?}, {argument:?}");
            };
            for above in WRITTEN {
                same([" 1", " text"], Some(above));
                for below in WRITTEN {
                    same([below, above], None);
                }
            }
        }
    )*};
}

both_ways! {
    texts: String;
    texts_that_may_be_absent: Option<String>;
    texts_that_may_be_absent_twice: Option<Option<String>>;
    shared_texts: Arc<str>;
    characters: char;
    truths: bool;
    small_numbers: u8;
    numbers_that_may_be_absent: Option<i64>;
    wide_numbers: u128;
    numbers_but_zero: NonZero<u8>;
    fractions: Box<f64>;
    times: Duration;
    paths: Option<PathBuf>;
    lists: Vec<u8>;
    lists_with_gaps: Vec<Option<String>>;
    lists_of_lists: Vec<Vec<u8>>;
    lists_that_may_be_absent: Option<Vec<String>>;
    maps: BTreeMap<String, u8>;
    maps_with_gaps: BTreeMap<char, Option<u8>>;
}

#[derive(HotConfig, Debug)]
struct Limited {
    #[hot(max_items = 2)]
    list: Vec<u8>,
}

#[test]
fn the_items_of_a_list_are_counted() {
    let load = |text| Hot::<Limited>::builder().text(Format::Yaml, text).load();
    assert_eq!(load("list: [1, 2]").unwrap().list, [1, 2]);
    let error = load("list: [1, 2, 3]").unwrap_err();
    assert!(error.to_string().contains("at most 2 are allowed"), "{error}");
}

#[derive(HotConfig)]
struct Named {
    #[serde(alias = "old")]
    new: u8,
}

#[test]
fn a_key_that_stands_twice_in_one_layer_by_two_names_is_told() {
    let layers = |texts: &[&str]| {
        let builder =
            texts.iter().fold(Hot::<Named>::builder(), |builder, text| builder.text(Format::Yaml, *text));
        builder.load()
    };
    assert_eq!(layers(&["old: 1", "new: 2"]).unwrap().new, 2);
    assert_eq!(layers(&["new: 1", "old: 2"]).unwrap().new, 2);
    assert!(layers(&["{new: 1, old: 2}"]).is_err());
    assert!(layers(&["new: 1", "{new: 1, nwe: 2}"]).is_err());
}
