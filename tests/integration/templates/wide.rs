//! A configuration with every sort of type.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hotconf::{Format, HotConfig, IntoValue, Template, Value};
use hotconf_tests::template_loads_back;
use validator::Validate;

/// Every sort of type.
///
/// A second paragraph
///   with an indented line.
#[derive(Debug, HotConfig, Validate)]
struct Wide {
    numbers: Numbers,
    texts: Texts,
    collections: Collections,
    choices: Choices,
    flat: Flat,
    nested: Nested,
    generic: Generic<u16>,
    optional: Option<Texts>,
    /// Names that need quotes.
    names: Names,
    /// Lines of a doc comment,
    /// kept as they are: # | "quoted".
    #[hot(default = 7, example = "8", env = "SEVEN", restart)]
    #[validate(range(min = 1, max = 10))]
    #[serde(alias = "sept")]
    seven: u8,
}

#[derive(Debug, HotConfig)]
struct Numbers {
    #[hot(default = true)]
    truth: bool,
    #[hot(default = -5)]
    small: i8,
    #[hot(default = 255)]
    byte: u8,
    #[hot(default = i128::MIN)]
    least: i128,
    #[hot(default = u128::MAX)]
    most: u128,
    #[hot(default = u64::MAX)]
    large: u64,
    #[hot(default = i64::MIN)]
    low: i64,
    #[hot(default = 3)]
    not_zero: NonZero<u16>,
    #[hot(default = 0.1)]
    narrow: f32,
    #[hot(default = 2)]
    whole: f64,
    #[hot(default = 1.7976931348623157e308)]
    huge: f64,
    #[hot(default = 5e-324)]
    tiny: f64,
    #[hot(default = 1e16)]
    round: f64,
    maybe: Option<u32>,
    #[hot(default = 70_000)]
    given: Option<u32>,
}

#[derive(Debug, HotConfig)]
struct Texts {
    #[hot(default = "")]
    empty: String,
    #[hot(default = "a \"quoted\" \\ 'text'\twith\r\nlines\n")]
    quoted: String,
    #[hot(default = "\u{7}\u{85}\u{2028}\u{feff} ünï 日本 🦀")]
    unicode: String,
    #[hot(default = "no")]
    no: String,
    #[hot(default = "0123")]
    zero: String,
    #[hot(default = "1_000")]
    underscores: String,
    #[hot(default = "~")]
    tilde: String,
    #[hot(default = "2024-01-01")]
    date: String,
    #[hot(default = "# no comment: { a } [ b ] & * ! | > % @ `")]
    marks: String,
    #[hot(default = "a")]
    character: char,
    #[hot(default = "boxed")]
    boxed: Box<str>,
    #[hot(default = "shared")]
    shared: Arc<str>,
    #[hot(default = "borrowed")]
    borrowed: Cow<'static, str>,
    #[hot(default = "/srv/a b")]
    path: PathBuf,
    #[hot(default = "::1")]
    ip: IpAddr,
    #[hot(default = "10.0.0.1")]
    v4: Ipv4Addr,
    #[hot(default = "::1")]
    v6: Ipv6Addr,
    #[hot(default = "127.0.0.1:80")]
    socket: SocketAddr,
    #[hot(default = "127.0.0.1:80")]
    socket_v4: SocketAddrV4,
    #[hot(default = "[::1]:80")]
    socket_v6: SocketAddrV6,
    #[hot(default = "1h 30m")]
    duration: Duration,
    #[hot(default = Duration::from_nanos(1))]
    by_code: Duration,
}

#[derive(Debug, HotConfig)]
struct Collections {
    #[hot(default)]
    empty: Vec<String>,
    #[hot(default = ["a", "b # c"])]
    #[hot(max_items = 3)]
    list: Vec<String>,
    #[hot(default = vec!["a text that is not short and comes again and again".to_owned(); 4])]
    long: Vec<String>,
    #[hot(default = [[1, -2], []])]
    nested: Vec<Vec<i32>>,
    #[hot(default = [1, 2, 3])]
    array: [u8; 3],
    #[hot(default)]
    deque: VecDeque<u8>,
    #[hot(default = BTreeSet::from([3, 1]))]
    set: BTreeSet<u8>,
    #[hot(default)]
    hashed: HashMap<String, u8>,
    #[hot(default = BTreeMap::from([("a.b".to_owned(), true), ("no".to_owned(), false)]))]
    map: BTreeMap<String, bool>,
    #[hot(default)]
    by_number: BTreeMap<u8, Item>,
    #[hot(default = [1, "x"])]
    pair: (u8, String),
    #[hot(default)]
    items: Vec<Item>,
    #[hot(default = vec![Item { url: "u".to_owned(), weight: 2, tags: vec![], inner: Inner { deep: 3 } }])]
    two: Vec<Item>,
    #[hot(default = BTreeMap::from([("x".to_owned(), Item { url: "u".to_owned(), weight: 2, tags: vec![], inner: Inner { deep: 3 } })]))]
    named: BTreeMap<String, Item>,
    #[hot(default)]
    lists: Vec<BTreeMap<String, u8>>,
    #[hot(default)]
    options: Vec<Option<u8>>,
    maybe: Option<Vec<Item>>,
    #[hot(leaf, default = BTreeSet::from([1]))]
    whole: BTreeSet<u8>,
}

#[derive(Debug, Clone, HotConfig, IntoValue)]
struct Item {
    /// Where it is.
    url: String,
    /// How much it takes.
    #[hot(default = 1)]
    weight: u32,
    #[hot(default)]
    tags: Vec<String>,
    inner: Inner,
}

#[derive(Debug, Clone, HotConfig, IntoValue)]
struct Inner {
    #[hot(default = 3)]
    deep: u8,
}

#[derive(Debug, HotConfig)]
struct Choices {
    #[hot(default = "B")]
    unit: Unit,
    #[hot(default = "else")]
    other: Other,
    #[hot(default = External::Folder("/srv".to_owned()))]
    external: External,
    #[hot(default = Internal::File { path: "p".to_owned(), most: Some(u128::MAX) })]
    internal: Internal,
    #[hot(default = Adjacent::Go(1, 2))]
    adjacent: Adjacent,
    #[hot(default = Untagged::Both { width: 1, height: 2 })]
    untagged: Untagged,
    #[hot(default = vec![Adjacent::Stop, Adjacent::Call { url: "u".to_owned() }])]
    steps: Vec<Adjacent>,
    #[hot(default)]
    no_steps: Vec<Adjacent>,
    #[hot(default)]
    stores: BTreeMap<String, External>,
    maybe: Option<Internal>,
}

#[derive(Debug, Clone, HotConfig)]
enum Unit {
    A,
    /// The second one.
    B,
}

#[derive(Debug, Clone, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Other {
    Known,
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Clone, HotConfig)]
#[serde(rename_all = "snake_case")]
enum External {
    /// Nothing is kept.
    Memory,
    /// A folder.
    Folder(String),
    Range(u8, u8),
    S3 {
        /// The bucket.
        bucket: String,
        #[hot(default = "eu-1")]
        region: String,
    },
}

#[derive(Debug, Clone, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Internal {
    None,
    File { path: String, most: Option<u128> },
    Labels(BTreeMap<String, u8>),
}

#[derive(Debug, Clone, HotConfig)]
#[serde(tag = "kind", content = "with", rename_all = "lowercase")]
enum Adjacent {
    Stop,
    Wait(Duration),
    Go(u8, u8),
    Call { url: String },
}

#[derive(Debug, Clone, HotConfig)]
#[serde(untagged)]
enum Untagged {
    Bytes(u64),
    Text(String),
    Both { width: u8, height: u8 },
    Many(Vec<Untagged>),
}

#[derive(Debug, HotConfig)]
struct Flat {
    #[serde(flatten)]
    common: Common,
    #[serde(flatten)]
    tracing: Option<Tracing>,
    #[serde(flatten)]
    backend: Option<Backend>,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Backend {
    Memory,
    Disk { path: String },
}

#[derive(Debug, HotConfig)]
struct Common {
    #[hot(default = 3)]
    retries: u8,
    limits: Inner,
}

#[derive(Debug, HotConfig)]
struct Tracing {
    endpoint: String,
    #[hot(default = 1)]
    sample: u8,
}

#[derive(Debug, HotConfig)]
struct Nested {
    #[hot(default = 1)]
    value: u8,
    next: Option<Box<Nested>>,
    #[hot(default)]
    children: Vec<Nested>,
    #[hot(default)]
    named: BTreeMap<String, Nested>,
    shared: Arc<Inner>,
}

#[derive(Debug, HotConfig)]
struct Generic<T: 'static> {
    #[hot(default)]
    value: Vec<T>,
    next: Option<Box<Generic<T>>>,
}

#[derive(Debug, HotConfig)]
struct Names {
    #[hot(default = 1)]
    #[serde(rename = "a.b")]
    dotted: u8,
    #[hot(default = 2)]
    #[serde(rename = "no")]
    word: u8,
    #[hot(default = 3)]
    #[serde(rename = "ключ \"1\"")]
    foreign: u8,
    #[hot(default = 4)]
    #[serde(rename = "1")]
    number: u8,
    #[serde(rename = "in ner")]
    inner: Inner,
}

#[test]
fn every_sort_of_type_loads_back() {
    template_loads_back::<Wide>(&[]);
}

#[test]
fn a_type_that_contains_itself_or_has_parameters_is_a_root() {
    template_loads_back::<Nested>(&[]);
    template_loads_back::<Generic<Inner>>(&[]);
    template_loads_back::<Texts>(&[]);
    template_loads_back::<Flat>(&[]);
}

#[test]
fn a_type_that_contains_itself_is_described_once() {
    let text = Template::of::<Nested>(Format::Toml).to_string();
    assert_eq!(text.matches("#value = 1\n").count(), 1, "{text}");
    assert!(text.contains("# `next`: section (Nested). With keys of the same names. Optional.\n"), "{text}");
    let text = Template::of::<Nested>(Format::Toml).values(&nested(3)).to_string();
    assert!(text.contains("\n[next.next.next]\n# Integer (u8).\nvalue = 0\n"), "{text}");
}

fn nested(depth: u8) -> Value {
    let mut entries = BTreeMap::from([("value".to_owned(), depth.into_value())]);
    if depth > 0 {
        entries.insert("next".to_owned(), nested(depth - 1));
    }
    Value::Map(entries)
}
