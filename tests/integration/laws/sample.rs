//! Samples of the types that fields have: how they are made, what they say, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt::Debug;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroI8, NonZeroU16, NonZeroU64};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hotconf::{IntoValue, KeyPath, Value};
use proptest::prelude::*;

use super::tree::{Dice, Items, Null, Sort, Text, Tree};

pub trait Sample: Sized + Clone + PartialEq + Debug + 'static {
    fn sample() -> BoxedStrategy<Self>;

    /// What the value says.
    fn tree(&self) -> Tree;

    /// A value that has some of this one and some of the other.
    fn mixed(&self, other: &Self, dice: &mut Dice) -> Self {
        if dice.one_in(3) { other.clone() } else { self.clone() }
    }

    /// Appends the keys whose values differ. A single value and a list are one key.
    fn differing(&self, other: &Self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
        if self != other {
            keys.push(path.clone());
        }
    }

    /// Appends the keys that a value has when the section around it comes or goes.
    fn told_with_its_section(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
        keys.push(path.clone());
    }

    /// Appends the keys that it has when it comes or goes itself.
    fn come_or_gone(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
        keys.push(path.clone());
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Sample for $integer {
            fn sample() -> BoxedStrategy<Self> {
                let edges = prop::sample::select(vec![0, 1, <$integer>::MIN, <$integer>::MAX]);
                prop_oneof![2 => any::<$integer>(), 1 => edges, 1 => any::<i8>().prop_map(|small| small as $integer)]
                    .boxed()
            }

            fn tree(&self) -> Tree {
                Tree::Integer(self.to_string(), stringify!($integer))
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

macro_rules! non_zero {
    ($($type:ty, $integer:ty;)*) => {$(
        impl Sample for $type {
            fn sample() -> BoxedStrategy<Self> {
                <$integer>::sample().prop_map(|number| Self::new(number).unwrap_or(Self::MAX)).boxed()
            }

            fn tree(&self) -> Tree {
                self.get().tree()
            }
        }
    )*};
}

non_zero! { NonZeroU16, u16; NonZeroU64, u64; NonZeroI8, i8; }

impl Sample for bool {
    fn sample() -> BoxedStrategy<Self> {
        any::<bool>().boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Bool(*self)
    }
}

/// Numbers that are finite, because others are refused.
impl Sample for f64 {
    fn sample() -> BoxedStrategy<Self> {
        let edges =
            vec![0.0, 1.0, 0.1, -2.5, 1e21, 1e300, 5e-324, f64::MAX, f64::MIN, 9_007_199_254_740_993.0];
        prop_oneof![
            2 => any::<f64>().prop_filter("finite", |number| number.is_finite()),
            2 => any::<i16>().prop_map(|number| f64::from(number) / 8.0),
            1 => prop::sample::select(edges),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Float(*self)
    }
}

impl Sample for f32 {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof![
            any::<f32>().prop_filter("finite", |number| number.is_finite()),
            any::<i16>().prop_map(|number| f32::from(number) / 10.0),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Float(self.to_string().parse().unwrap())
    }
}

/// What some format, or somebody, might take for something else than a text.
const NASTY: &[&str] = &[
    "",
    " ",
    "  leading",
    "trailing  ",
    "\t",
    "\n",
    "\n\n",
    "a\nb",
    "a\n",
    "\na",
    " a\n  b\n",
    "a\r\nb",
    "\r",
    "null",
    "~",
    "Null",
    "true",
    "True",
    "yes",
    "off",
    "1",
    "0",
    "007",
    "-1",
    "+1",
    "1.5",
    "1e5",
    ".5",
    "0x1F",
    "0o17",
    "1_000",
    "inf",
    ".inf",
    ".nan",
    "NaN",
    "2024-01-01",
    "2024-01-01T10:00:00Z",
    "10:30:00",
    "12:30",
    "'",
    "\"",
    "''",
    "\"\"",
    "'''",
    "\"\"\"",
    "it's",
    "say \"hi\"",
    "\\",
    "C:\\new\\table",
    "\\n",
    "\\u0041",
    "#",
    "a #b",
    "a#b",
    ": ",
    "a: b",
    "a:b",
    "- a",
    "-",
    "--- ",
    "---",
    "...",
    "?",
    "? a",
    "[",
    "]",
    "[a",
    "[1, 2]",
    "{",
    "}",
    "{}",
    "{\"a\": 1}",
    "&a",
    "*a",
    "!a",
    "!!int 1",
    "|",
    ">",
    "%",
    "@",
    "`",
    ",",
    "a,b",
    ", ",
    "=",
    "a=b",
    "$HOME",
    "${HOME}",
    "é",
    "ünï",
    "日本",
    "🦀",
    "e\u{301}",
    "\u{a0}",
    "a\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\u{feff}",
    "\u{feff}a",
    "\u{7f}",
    "\u{1}",
    "\u{1b}[0m",
    "\u{0}",
    "\u{ffff}",
    "\u{10ffff}",
    "<<",
    "y",
    "n",
    "a.b",
    "a b",
    "a\tb",
    "\ta",
    "*",
    "secret",
];

impl Sample for String {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof![
            4 => prop::sample::select(NASTY).prop_map(str::to_owned),
            1 => "[a-z]{0,6}",
            1 => prop::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
            1 => (prop::sample::select(NASTY), prop::sample::select(NASTY)).prop_map(|(a, b)| format!("{a}{b}")),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Text(self.clone(), Text::Free)
    }
}

impl Sample for Arc<str> {
    fn sample() -> BoxedStrategy<Self> {
        String::sample().prop_map(Into::into).boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Text((**self).to_owned(), Text::Free)
    }
}

impl Sample for PathBuf {
    fn sample() -> BoxedStrategy<Self> {
        String::sample().prop_map(Into::into).boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Text(self.to_str().unwrap().to_owned(), Text::Free)
    }
}

impl Sample for char {
    fn sample() -> BoxedStrategy<Self> {
        let nasty =
            vec!['a', ' ', '\'', '"', '\\', '\n', '1', '~', '#', ',', '[', '{', 'é', '🦀', '\u{0}', '\u{a0}'];
        prop_oneof![2 => prop::sample::select(nasty), 1 => any::<char>()].boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Text(self.to_string(), Text::Character)
    }
}

macro_rules! addresses {
    ($($address:ty),*) => {$(
        impl Sample for $address {
            fn sample() -> BoxedStrategy<Self> {
                any::<$address>().boxed()
            }

            fn tree(&self) -> Tree {
                Tree::Text(self.to_string(), Text::Address)
            }
        }
    )*};
}

addresses!(IpAddr, Ipv4Addr, Ipv6Addr);

impl Sample for SocketAddr {
    fn sample() -> BoxedStrategy<Self> {
        // The flow of an address has no text.
        (IpAddr::sample(), u16::sample()).prop_map(|(address, port)| Self::new(address, port)).boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Text(self.to_string(), Text::Address)
    }
}

impl Sample for Duration {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof![
            3 => (0..1_000_000u64).prop_map(Self::from_millis),
            1 => (0..10_000_000_000u64, 0..1_000_000_000u32).prop_map(|(seconds, nanos)| Self::new(seconds, nanos)),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        let Value::String(text) = self.into_value() else { unreachable!("a duration is told as a text") };
        Tree::Text(text, Text::Duration)
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample() -> BoxedStrategy<Self> {
        prop::option::of(T::sample()).boxed()
    }

    fn tree(&self) -> Tree {
        self.as_ref().map_or(Tree::Null(Null::Unsayable), Sample::tree)
    }

    fn mixed(&self, other: &Self, dice: &mut Dice) -> Self {
        match (self, other) {
            (Some(mine), Some(theirs)) => Some(mine.mixed(theirs, dice)),
            _ if dice.one_in(3) => other.clone(),
            _ => self.clone(),
        }
    }

    fn differing(&self, other: &Self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
        match (self, other) {
            (Some(mine), Some(theirs)) => mine.differing(theirs, path, keys),
            (Some(there), None) | (None, Some(there)) => there.come_or_gone(path, keys),
            (None, None) => {}
        }
    }

    fn told_with_its_section(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
        if let Some(there) = self {
            there.told_with_its_section(path, keys);
        }
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<T: Sample> Sample for $pointer<T> {
            fn sample() -> BoxedStrategy<Self> {
                T::sample().prop_map($pointer::new).boxed()
            }

            fn tree(&self) -> Tree {
                (**self).tree()
            }

            fn mixed(&self, other: &Self, dice: &mut Dice) -> Self {
                $pointer::new((**self).mixed(other, dice))
            }

            fn differing(&self, other: &Self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                (**self).differing(other, path, keys);
            }

            fn told_with_its_section(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                (**self).told_with_its_section(path, keys);
            }

            fn come_or_gone(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                (**self).come_or_gone(path, keys);
            }
        }
    )*};
}

pointers!(Box, Arc);

macro_rules! lists {
    ($($list:ident),*) => {$(
        impl<T: Sample> Sample for $list<T> {
            fn sample() -> BoxedStrategy<Self> {
                prop::collection::vec(T::sample(), 0..4).prop_map(Self::from).boxed()
            }

            fn tree(&self) -> Tree {
                Tree::List(Items::Free, self.iter().map(Sample::tree).collect())
            }
        }
    )*};
}

lists!(Vec, VecDeque);

impl<T: Sample, const N: usize> Sample for [T; N] {
    fn sample() -> BoxedStrategy<Self> {
        prop::collection::vec(T::sample(), N).prop_map(|items| items.try_into().unwrap()).boxed()
    }

    fn tree(&self) -> Tree {
        Tree::List(Items::Fixed, self.iter().map(Sample::tree).collect())
    }
}

impl<T: Sample + Ord> Sample for BTreeSet<T> {
    fn sample() -> BoxedStrategy<Self> {
        prop::collection::btree_set(T::sample(), 0..4).boxed()
    }

    fn tree(&self) -> Tree {
        Tree::List(Items::Set, self.iter().map(Sample::tree).collect())
    }
}

macro_rules! tuples {
    ($($($item:ident $place:tt),+;)*) => {$(
        impl<$($item: Sample),+> Sample for ($($item,)+) {
            fn sample() -> BoxedStrategy<Self> {
                ($($item::sample(),)+).boxed()
            }

            fn tree(&self) -> Tree {
                Tree::List(Items::Fixed, vec![$(self.$place.tree()),+])
            }
        }
    )*};
}

tuples! { A 0, B 1; A 0, B 1, C 2; }

/// What keys of maps are read from.
pub trait MapKey: Sample + Eq + Hash + Ord {
    fn text(&self) -> String;
}

/// The name of an entry.
pub type Name = String;

impl MapKey for i32 {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl MapKey for super::schema::Level {
    fn text(&self) -> String {
        match self.tree() {
            Tree::Text(name, _) => name,
            _ => unreachable!("a variant is told by its name"),
        }
    }
}

impl MapKey for Name {
    fn text(&self) -> String {
        self.clone()
    }
}

macro_rules! maps {
    ($($map:ident, $strategy:path;)*) => {$(
        impl<K: MapKey, T: Sample> Sample for $map<K, T> {
            fn sample() -> BoxedStrategy<Self> {
                $strategy(K::sample(), T::sample(), 0..4).boxed()
            }

            fn tree(&self) -> Tree {
                let entries = self.iter().map(|(key, entry)| (key.text(), entry.tree()));
                Tree::Map(Sort::Entries, entries.collect())
            }

            fn mixed(&self, other: &Self, dice: &mut Dice) -> Self {
                let mut mixed = Self::new();
                let keys: BTreeSet<&K> = self.keys().chain(other.keys()).collect();
                for key in keys {
                    let entry = match (self.get(key), other.get(key)) {
                        (Some(mine), Some(theirs)) => Some(mine.mixed(theirs, dice)),
                        (Some(mine), None) => Some(mine.clone()).filter(|_| !dice.one_in(3)),
                        (None, theirs) => theirs.cloned().filter(|_| dice.one_in(3)),
                    };
                    mixed.extend(entry.map(|entry| (key.clone(), entry)));
                }
                mixed
            }

            fn differing(&self, other: &Self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                let names: BTreeSet<&K> = self.keys().chain(other.keys()).collect();
                for name in names {
                    let path = path.join(&name.text());
                    match (self.get(name), other.get(name)) {
                        (Some(mine), Some(theirs)) => mine.differing(theirs, &path, keys),
                        _ => keys.push(path),
                    }
                }
            }

            fn told_with_its_section(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                keys.extend(self.keys().map(|name| path.join(&name.text())));
            }
        }
    )*};
}

maps! {
    BTreeMap, prop::collection::btree_map;
    HashMap, prop::collection::hash_map;
}
