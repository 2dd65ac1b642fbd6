//! Tables of all keys and of all variables.

use std::collections::BTreeMap;

use hotconf::{EnvTable, Hot, HotConfig, KeyTable};
use validator::Validate;

#[derive(HotConfig, Validate)]
struct Config {
    /// A | B.
    /// Another line.
    #[hot(default = "a|`b`", restart)]
    #[validate(length(min = 1, max = 9), contains(pattern = "|"))]
    text: String,
    #[hot(default = Some(3).map(|n| n + 1).unwrap_or_default())]
    by_code: u8,
    #[hot(default, deprecated = "use pools")]
    #[serde(alias = "flags")]
    switches: BTreeMap<String, bool>,
    #[hot(default)]
    pools: BTreeMap<String, Pool>,
    #[hot(default)]
    hosts: Vec<Pool>,
    store: Store,
    tree: Tree<u16>,
    login: Option<Login>,
}

#[derive(HotConfig, Validate)]
struct Pool {
    #[hot(default = 1, env = "NOT_IN_ITEMS")]
    #[validate(range(min = 1, max = LIMIT))]
    size: u8,
}

const LIMIT: u8 = 9;

#[derive(HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Store {
    Memory,
    Disk {
        /// Where it is.
        path: String,
    },
}

#[derive(HotConfig)]
struct Tree<T: 'static> {
    #[hot(default)]
    values: Vec<T>,
    next: Option<Box<Tree<T>>>,
}

#[derive(HotConfig)]
#[hot(unknown = "ignore")]
struct Login {
    #[hot(secret, default = "hunter2", env = "PASSWORD")]
    password: String,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[test]
fn every_key_has_a_row() {
    let table = "\
| Key | Type | Default | Rules | Notes | Description |
|---|---|---|---|---|---|
| `text` | text | `` \"a\\|`b`\" `` | length at least 1, at most 9, contains(pattern = \"\\|\") | restart | A \\| B. Another line. |
| `by_code` | integer (u8) | `Some(3).map(\\|n\\| n + 1).unwrap_or_default()` |  |  |  |
| `switches` | map of true or false | empty |  | deprecated: use pools; also flags |  |
| `switches.<name>` | true or false |  |  |  |  |
| `pools` | map of section (Pool) | empty |  |  |  |
| `pools.<name>.size` | integer (u8) | `1` | range(min = 1, max = LIMIT) |  |  |
| `hosts` | list of section (Pool) | empty |  |  |  |
| `hosts.<number>.size` | integer (u8) | `1` | range(min = 1, max = LIMIT) |  |  |
| `store` | one of memory, disk (section) | required |  |  |  |
| `store.path` | text | required |  | of the variant disk | Where it is. |
| `tree.values` | list of integer (u16) | empty |  |  |  |
| `tree.next` | section (Tree) |  |  | optional; with keys of the same names |  |
| `login.password` | text |  |  | secret |  |
| `login.<name>` | integer (u8) |  |  |  |  |
";
    assert_eq!(KeyTable::of::<Config>().to_string(), table);
}

#[test]
fn every_variable_has_a_row() {
    let table = EnvTable::of::<Config>("APP_").to_string();
    let rows = table.lines().skip(2).map(|row| {
        let mut cells = row.split('|').skip(1).map(|cell| cell.trim().trim_matches('`').to_owned());
        (cells.next().unwrap(), cells.next().unwrap())
    });
    let rows: Vec<_> = rows.collect();
    let expected = [
        ("APP_TEXT", "text"),
        ("APP_BY_CODE", "by_code"),
        ("APP_SWITCHES", "switches"),
        ("APP_SWITCHES__<NAME>", "switches.<name>"),
        ("APP_POOLS", "pools"),
        ("APP_POOLS__<NAME>__SIZE", "pools.<name>.size"),
        ("APP_HOSTS", "hosts"),
        ("APP_HOSTS__<NUMBER>__SIZE", "hosts.<number>.size"),
        ("APP_STORE", "store"),
        ("APP_TREE_VALUES", "tree.values"),
        ("APP_LOGIN_PASSWORD", "login.password"),
        ("PASSWORD", "login.password"),
        ("APP_LOGIN__<NAME>", "login.<name>"),
    ];
    let expected: Vec<_> = expected.map(|(name, key)| (name.to_owned(), key.to_owned())).into();
    assert_eq!(rows, expected);

    // What the table says holds: each of the variables sets its key.
    for (name, key) in &expected {
        let value = match key.as_str() {
            "store" => r#"{"type":"disk","path":"p"}"#,
            "switches" | "pools" => "{}",
            "hosts" => "[]",
            "switches.<name>" => "true",
            "text" => "|",
            _ => "7",
        };
        let name = name.replace("<NAME>", "A").replace("<NUMBER>", "0");
        let key = key.replace("<name>", "a").replace("<number>", "0");
        let variables = [("APP_STORE", r#"{"type":"memory"}"#), (name.as_str(), value)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let cfg: Hot<Config> = Hot::builder().env_from(variables).env("APP").build().unwrap();
        let why = cfg.explain(key.as_str()).to_string();
        assert!(why.contains(&format!("{name} (environment)")), "{name}: {why}");
    }
}
