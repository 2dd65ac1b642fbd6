//! Types with parameters.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use hotconf::{Hot, HotConfig, Key};

use super::{loaded, told};

#[derive(Debug, PartialEq, HotConfig)]
struct Server {
    #[hot(default = 80)]
    port: u16,
}

#[derive(Debug, HotConfig)]
struct Pool<T, const N: usize = 2, M = ()>
where
    T: Debug,
{
    inner: T,
    #[hot(default = [1, 2])]
    weights: [u8; N],
    #[hot(default)]
    others: Vec<T>,
    named: Option<BTreeMap<String, T>>,
    #[hot(default = 5)]
    size: u8,
    #[hot(default = Self::made())]
    by_code: u8,
    #[serde(skip)]
    marker: PhantomData<M>,
}

impl<T: Debug, const N: usize, M> Pool<T, N, M> {
    fn made() -> u8 {
        u8::try_from(N).unwrap_or(0)
    }
}

#[derive(Debug, HotConfig)]
struct Tree<T> {
    value: T,
    next: Option<Box<Tree<T>>>,
    #[hot(default)]
    children: Vec<Self>,
}

#[derive(Debug, Clone, PartialEq, HotConfig)]
struct Named<T>(T);

#[derive(Debug, PartialEq, HotConfig)]
struct Both<A, B: Default>(A, #[hot(leaf)] B);

#[derive(Debug, PartialEq, HotConfig)]
struct Empty<T> {
    #[hot(default)]
    empty: T,
    #[serde(default)]
    filled: T,
    #[serde(skip)]
    skipped: T,
}

#[derive(Debug, HotConfig)]
struct Outer<T: Debug> {
    pool: Pool<T>,
    named: Named<T>,
}

#[derive(Debug, HotConfig)]
struct Config {
    outer: Outer<Server>,
    ports: Pool<u16, 3>,
    tree: Tree<String>,
    #[hot(default = [1, 2])]
    both: Both<u8, i64>,
    empty: Empty<u8>,
}

const PORT: Key<Config, u16> = Config::keys().outer.pool.inner.port;

#[test]
fn keys_lead_through_parameters() {
    let text = "ports = { inner = 1, weights = [1, 2, 3], others = [4] }\ntree = { value = 'a', next.value = 'b' }\n\
                [outer.pool.named.x]\nport = 7";
    let cfg: Hot<Config> = loaded(text).unwrap();
    let config = cfg.snapshot();
    let keys = Config::keys();
    assert_eq!((PORT.path(), PORT.get(&config)), ("outer.pool.inner.port", &80));
    assert_eq!((keys.ports.inner.path(), keys.ports.inner.get(&config)), ("ports.inner", &1));
    assert_eq!(
        (keys.outer.named.get(&config), config.ports.weights),
        (&Named(Server { port: 80 }), [1, 2, 3])
    );
    assert_eq!((config.outer.pool.by_code, config.ports.by_code, config.ports.size), (2, 3, 5));
    assert_eq!((config.ports.others.as_slice(), config.ports.marker), ([4].as_slice(), PhantomData));
    assert_eq!(config.outer.pool.named.as_ref().unwrap()["x"], Server { port: 7 });
    assert!(config.outer.pool.others.is_empty() && config.tree.children.is_empty());
    assert_eq!((config.tree.value.as_str(), config.tree.next.as_ref().unwrap().value.as_str()), ("a", "b"));
    assert_eq!((&config.both, &config.empty), (&Both(1, 2), &Empty { empty: 0, filled: 0, skipped: 0 }));

    let all: Vec<_> = Config::schema().fields().map(|field| field.key().to_string()).collect();
    for key in ["outer.pool.inner.port", "outer.named.port", "ports.weights", "tree.value", "empty.filled"] {
        assert!(all.iter().any(|other| other == key), "{key} of {all:?}");
    }
    assert_eq!(cfg.get("tree.next.value").unwrap().to_string(), "\"b\"");
    assert_eq!(cfg.explain("ports.by_code").to_string(), "ports.by_code = 3\n  the default");
    let outcome = cfg.set(keys.outer.pool.inner.port, 81).unwrap();
    assert_eq!(outcome.change().unwrap().keys()[0], "outer.pool.inner.port");
}

#[test]
fn a_generic_type_is_a_root() {
    let variables = [("APP_INNER_PORT".to_owned(), "90".to_owned()), ("APP_SIZE".to_owned(), "6".to_owned())];
    let cfg: Hot<Pool<Server>> = Hot::builder().env("APP").env_from(variables).build().unwrap();
    assert_eq!((cfg.load().inner.port, cfg.load().size), (90, 6));
    let other: Hot<Pool<u8>> = loaded("inner = 3").unwrap();
    assert_eq!((other.load().inner, cfg.load().inner.port), (3, 90));
    assert_eq!(other.reader().load().inner, 3);
    assert_eq!(Pool::<u8>::keys().inner.path(), "inner");
    assert_eq!(Pool::<u8>::keys().inner.get(&other.snapshot()), &3);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    assert_eq!(
        told::<Config>("outer.pool.inner.prot = 1\nports = { inner = 'x' }\ntree.next = { value = 1 }"),
        [
            "ports.weights: expected a list of 3 items, found a list; this one has 2 (line 0)",
            "outer.pool.inner.prot: unknown key (line 1)",
            "ports.inner: expected a whole number (u16), found the text \"x\" (line 2)",
            "tree.value: is required, and set nowhere (line 3)",
            "tree.next.value: expected a text, found the number 1; put it in quotes (line 3)",
        ]
    );
}
