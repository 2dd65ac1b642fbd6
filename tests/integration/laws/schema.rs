//! A configuration with everything in it that a field can be.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroI8, NonZeroU16, NonZeroU64};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hotconf::{HotConfig, KeyPath};
use proptest::prelude::*;
use serde::Deserialize;

use super::sample::{Name, Sample};
use super::tree::{Dice, Items, Sort, Text, Tree};

macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}

/// A pattern and an expression at once: pairs within pairs, because tuples of many items have no strategy.
macro_rules! paired {
    ($first:ident) => { $first };
    ($first:ident $($rest:ident)+) => { ($first, paired!($($rest)+)) };
}

macro_rules! paired_types {
    ($first:ty) => { <$first as Sample>::sample() };
    ($first:ty, $($rest:ty),+) => { (<$first as Sample>::sample(), paired_types!($($rest),+)) };
}

/// Structs as users write them, each with its samples. `as` tells the key where attributes make it another than the field.
macro_rules! sections {
    ($(
        $(#[$on:meta])*
        struct $name:ident { $($(#[$of:meta])* $field:ident: $type:ty $(as $key:literal)?,)+ }
    )*) => {$(
        #[derive(Debug, Clone, PartialEq, HotConfig)]
        $(#[$on])*
        pub struct $name { $($(#[$of])* pub $field: $type,)+ }

        impl Sample for $name {
            fn sample() -> BoxedStrategy<Self> {
                paired_types!($($type),+).prop_map(|paired!($($field)+)| Self { $($field),+ }).boxed()
            }

            fn tree(&self) -> Tree {
                Tree::section([$((key!($field $($key)?), self.$field.tree())),+])
            }

            fn mixed(&self, other: &Self, dice: &mut Dice) -> Self {
                Self { $($field: self.$field.mixed(&other.$field, dice)),+ }
            }

            fn differing(&self, other: &Self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                $(self.$field.differing(&other.$field, &path.join(key!($field $($key)?)), keys);)+
            }

            fn told_with_its_section(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                $(self.$field.told_with_its_section(&path.join(key!($field $($key)?)), keys);)+
            }

            fn come_or_gone(&self, path: &KeyPath, keys: &mut Vec<KeyPath>) {
                let before = keys.len();
                self.told_with_its_section(path, keys);
                if keys.len() == before {
                    keys.push(path.clone()); // nothing is in it, and still it is there or not
                }
            }
        }
    )*};
}

sections! {
    /// The root.
    struct Config {
        name: String,
        #[hot(default = 8000)]
        #[serde(alias = "listen", alias = "tcp-port")]
        port: u16,
        #[hot(secret, default = "")]
        token: String,
        #[hot(default = "info")]
        level: Level,
        numbers: Numbers,
        texts: Texts,
        #[serde(alias = "maybe")]
        optional: Optional,
        lists: Lists,
        maps: Maps,
        outer: Outer,
        tls: Option<Tls>,
        boxed: Box<Tls>,
        shared: Option<Arc<Bare>>,
        choices: Choices,
    }

    struct Choices {
        outside: Outside,
        inside: Inside,
        beside: Beside,
        either: Either,
        list: Vec<Outside>,
        map: BTreeMap<Name, Inside>,
    }

    #[serde(rename_all = "kebab-case")]
    struct Numbers {
        byte: u8,
        #[hot(default = 16)]
        short_word: u16 as "short-word",
        word: u32,
        long: u64,
        wide: u128,
        size: usize,
        signed_byte: i8 as "signed-byte",
        signed_short: i16 as "signed-short",
        signed_word: i32 as "signed-word",
        #[hot(default = -3)]
        signed_long: i64 as "signed-long",
        signed_wide: i128 as "signed-wide",
        signed_size: isize as "signed-size",
        double: f64,
        #[hot(default = 0.5)]
        single: f32,
        some_port: NonZeroU16 as "some-port",
        some_count: NonZeroU64 as "some-count",
        some_offset: NonZeroI8 as "some-offset",
        #[hot(default = true)]
        truth: bool,
    }

    struct Texts {
        text: String,
        #[hot(default = "00123")]
        code: String,
        #[hot(default = "x")]
        letter: char,
        #[serde(rename = "dir.path")]
        folder: PathBuf as "dir.path",
        shared: Arc<str>,
        #[hot(default = "127.0.0.1")]
        host: IpAddr,
        four: Ipv4Addr,
        six: Ipv6Addr,
        #[serde(alias = "bind")]
        socket: SocketAddr,
        #[hot(default = "30s")]
        timeout: Duration,
        level: Level,
        #[hot(leaf)]
        speed: Speed,
        #[hot(leaf)]
        point: Point,
        meters: Meters,
    }

    struct Optional {
        number: Option<u16>,
        wide: Option<i128>,
        double: Option<f64>,
        truth: Option<bool>,
        letter: Option<char>,
        #[serde(alias = "title")]
        text: Option<String>,
        folder: Option<PathBuf>,
        address: Option<SocketAddr>,
        wait: Option<Duration>,
        count: Option<NonZeroU16>,
        level: Option<Level>,
        list: Option<Vec<String>>,
        map: Option<BTreeMap<Name, u8>>,
        boxed: Option<Box<u32>>,
        meters: Option<Meters>,
    }

    struct Lists {
        #[hot(default)]
        numbers: Vec<i64>,
        #[hot(default)]
        texts: Vec<String>,
        #[hot(default = ["a", "b"])]
        words: Vec<String>,
        doubles: Vec<f64>,
        truths: VecDeque<bool>,
        maybe: Vec<Option<u8>>,
        levels: Vec<Level>,
        waits: Vec<Duration>,
        #[serde(alias = "backends")]
        upstreams: Vec<Upstream>,
        nested: Vec<Vec<u8>>,
        three: [u8; 3],
        two_sections: [Tls; 2],
        #[hot(default)]
        set: BTreeSet<i32>,
        text_set: BTreeSet<String>,
        pair: (String, u16),
        mixed: (bool, Option<f64>, Upstream),
        meters: Vec<Meters>,
        #[hot(leaf)]
        points: Vec<Point>,
        maps: Vec<BTreeMap<Name, u8>>,
    }

    struct Maps {
        #[hot(default)]
        flags: BTreeMap<Name, bool>,
        texts: BTreeMap<Name, String>,
        by_number: BTreeMap<i32, u64>,
        by_level: BTreeMap<Level, f64>,
        hashed: HashMap<Name, u128>,
        maybe: BTreeMap<Name, Option<u8>>,
        lists: BTreeMap<Name, Vec<String>>,
        #[hot(default)]
        #[serde(alias = "pools")]
        sections: BTreeMap<Name, Upstream>,
        maps: BTreeMap<Name, BTreeMap<Name, u16>>,
        pairs: BTreeMap<Name, (u8, String)>,
    }

    struct Outer {
        #[hot(default = 1)]
        first: u8,
        #[serde(alias = "in")]
        inner: Inner,
        maybe: Option<Inner>,
    }

    struct Inner {
        #[hot(default = 2)]
        second: u8,
        #[serde(alias = "certs")]
        tls: Option<Tls>,
        third: String,
        innermost: Bare,
    }

    struct Tls {
        cert: PathBuf,
        #[hot(default = "key.pem")]
        key: PathBuf,
        ports: Option<Vec<u16>>,
    }

    struct Bare {
        a: Option<u8>,
        b: Option<String>,
        #[hot(default)]
        c: BTreeMap<Name, i8>,
    }

    struct Upstream {
        url: String,
        #[hot(default = 1)]
        #[serde(alias = "load")]
        weight: u8,
        wait: Option<Duration>,
        #[hot(default)]
        tags: Vec<String>,
        #[hot(default)]
        labels: BTreeMap<Name, String>,
        tls: Option<Tls>,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, HotConfig)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Info,
    VeryLoud,
    #[serde(rename = "null")]
    Nothing,
}

impl Sample for Level {
    fn sample() -> BoxedStrategy<Self> {
        prop::sample::select(vec![Self::Info, Self::VeryLoud, Self::Nothing]).boxed()
    }

    fn tree(&self) -> Tree {
        let name = match self {
            Self::Info => "info",
            Self::VeryLoud => "very-loud",
            Self::Nothing => "null",
        };
        Tree::Text(name.to_owned(), Text::Variant)
    }
}

/// The name of a variant is the key of its data.
#[derive(Debug, Clone, PartialEq, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    Nothing,
    One(u16),
    Two(u8, String),
    Named { port: u16, host: String },
}

impl Sample for Outside {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof![
            Just(Self::Nothing),
            u16::sample().prop_map(Self::One),
            (u8::sample(), String::sample()).prop_map(|(first, second)| Self::Two(first, second)),
            (u16::sample(), String::sample()).prop_map(|(port, host)| Self::Named { port, host }),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        let (name, data) = match self {
            Self::Nothing => return Tree::Text("nothing".to_owned(), Text::Foreign),
            Self::One(one) => ("one", one.tree()),
            Self::Two(first, second) => ("two", (*first, second.clone()).tree()),
            Self::Named { port, host } => ("named", variant([("port", port.tree()), ("host", host.tree())])),
        };
        variant([(name, data)])
    }
}

/// The name of a variant stands among its data.
#[derive(Debug, Clone, PartialEq, HotConfig)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Inside {
    Nothing,
    Named { port: u16, host: String },
    Section(Whole),
}

/// The data of a variant that has them in a section.
#[derive(Debug, Clone, PartialEq, HotConfig)]
pub struct Whole {
    port: u16,
    list: Vec<String>,
}

impl Sample for Inside {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof![
            Just(Self::Nothing),
            (u16::sample(), String::sample()).prop_map(|(port, host)| Self::Named { port, host }),
            (u16::sample(), Vec::sample()).prop_map(|(port, list)| Self::Section(Whole { port, list })),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        let name = |name: &str| Tree::Text(name.to_owned(), Text::Foreign);
        match self {
            Self::Nothing => variant([("kind", name("nothing"))]),
            Self::Named { port, host } => {
                variant([("kind", name("named")), ("port", port.tree()), ("host", host.tree())])
            }
            Self::Section(Whole { port, list }) => {
                variant([("kind", name("section")), ("port", port.tree()), ("list", list.tree())])
            }
        }
    }
}

/// The name of a variant stands beside its data.
#[derive(Debug, Clone, PartialEq, HotConfig)]
#[serde(tag = "kind", content = "data")]
pub enum Beside {
    Nothing,
    One(String),
    Named { wait: Duration },
}

impl Sample for Beside {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof![
            Just(Self::Nothing),
            String::sample().prop_map(Self::One),
            Duration::sample().prop_map(|wait| Self::Named { wait }),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        let name = |name: &str| ("kind", Tree::Text(name.to_owned(), Text::Foreign));
        match self {
            Self::Nothing => variant([name("Nothing")]),
            Self::One(one) => variant([name("One"), ("data", one.tree())]),
            Self::Named { wait } => variant([name("Named"), ("data", variant([("wait", wait.tree())]))]),
        }
    }
}

/// The first variant that fits.
#[derive(Debug, Clone, PartialEq, HotConfig)]
#[serde(untagged)]
pub enum Either {
    Number(u16),
    Named { name: String },
    List(Vec<u8>),
}

impl Sample for Either {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof![
            u16::sample().prop_map(Self::Number),
            String::sample().prop_map(|name| Self::Named { name }),
            Vec::sample().prop_map(Self::List),
        ]
        .boxed()
    }

    fn tree(&self) -> Tree {
        match self {
            Self::Number(number) => number.tree(),
            Self::Named { name } => variant([("name", name.tree())]),
            // A list of a shape that is not known before is JSON to a variable.
            Self::List(items) => variant_list(items),
        }
    }
}

fn variant<const N: usize>(data: [(&str, Tree); N]) -> Tree {
    Tree::Map(Sort::Variant, data.into_iter().map(|(name, entry)| (name.to_owned(), entry)).collect())
}

fn variant_list(items: &[u8]) -> Tree {
    Tree::List(Items::Whole, items.iter().map(Sample::tree).collect())
}

/// A single value with a name of its own.
#[derive(Debug, Clone, PartialEq, HotConfig)]
pub struct Meters(pub u32);

impl Sample for Meters {
    fn sample() -> BoxedStrategy<Self> {
        u32::sample().prop_map(Self).boxed()
    }

    fn tree(&self) -> Tree {
        self.0.tree()
    }
}

/// A type of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub enum Speed {
    Slow,
    Fast,
}

impl Sample for Speed {
    fn sample() -> BoxedStrategy<Self> {
        prop::sample::select(vec![Self::Slow, Self::Fast]).boxed()
    }

    fn tree(&self) -> Tree {
        Tree::Text(format!("{self:?}"), Text::Foreign)
    }
}

/// A struct of somebody else.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Point {
    x: i32,
    y: f64,
    label: Option<String>,
}

impl Sample for Point {
    fn sample() -> BoxedStrategy<Self> {
        (i32::sample(), f64::sample(), Option::<String>::sample())
            .prop_map(|(x, y, label)| Self { x, y, label })
            .boxed()
    }

    fn tree(&self) -> Tree {
        let Tree::Map(_, entries) =
            Tree::section([("x", self.x.tree()), ("y", self.y.tree()), ("label", self.label.tree())])
        else {
            unreachable!("a section is a map")
        };
        Tree::Map(Sort::Whole, entries)
    }
}

/// The keys that have other names, by their path; `*` is any entry or item.
pub const ALIASES: &[(&[&str], &[&str])] = &[
    (&["port"], &["listen", "tcp-port"]),
    (&["optional"], &["maybe"]),
    (&["optional", "text"], &["title"]),
    (&["texts", "socket"], &["bind"]),
    (&["lists", "upstreams"], &["backends"]),
    (&["lists", "upstreams", "*", "weight"], &["load"]),
    (&["maps", "sections"], &["pools"]),
    (&["maps", "sections", "*", "weight"], &["load"]),
    (&["outer", "inner"], &["in"]),
    (&["outer", "inner", "tls"], &["certs"]),
    (&["outer", "maybe", "tls"], &["certs"]),
];

/// The defaults that literals declare, as they are told.
pub fn default_of(path: &[String]) -> Option<Tree> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    Some(match path.as_slice() {
        ["port"] => 8000u16.tree(),
        ["token"] => String::new().tree(),
        ["level"] => Level::Info.tree(),
        ["numbers", "short-word"] => 16u16.tree(),
        ["numbers", "signed-long"] => (-3i64).tree(),
        ["numbers", "single"] => 0.5f32.tree(),
        ["numbers", "truth"] => true.tree(),
        ["texts", "code"] => "00123".to_owned().tree(),
        ["texts", "letter"] => 'x'.tree(),
        ["texts", "host"] => IpAddr::V4(Ipv4Addr::LOCALHOST).tree(),
        ["texts", "timeout"] => Duration::from_secs(30).tree(),
        ["lists", "numbers"] => Vec::<i64>::new().tree(),
        ["lists", "texts"] => Vec::<String>::new().tree(),
        ["lists", "words"] => vec!["a".to_owned(), "b".to_owned()].tree(),
        ["lists", "set"] => BTreeSet::<i32>::new().tree(),
        ["maps", "flags"] => BTreeMap::<Name, bool>::new().tree(),
        ["maps", "sections"] => BTreeMap::<Name, Upstream>::new().tree(),
        ["outer", "first"] => 1u8.tree(),
        ["outer", "inner" | "maybe", "second"] => 2u8.tree(),
        ["tls" | "boxed", "key"] => PathBuf::from("key.pem").tree(),
        _ => return None,
    })
}
