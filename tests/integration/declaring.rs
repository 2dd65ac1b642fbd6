//! What can be declared beside structs with named fields and unit enums.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use hotconf::{Error, Format, Hot, HotConfig, IntoValue, ProblemKind};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

fn loaded<T: HotConfig + Send + Sync>(text: &'static str) -> Result<Hot<T>, Error> {
    Hot::builder().text(Format::Toml, text).build()
}

/// Every problem as `key: message at place`.
fn told<T: HotConfig + Send + Sync>(text: &'static str) -> Vec<String> {
    let Err(error) = loaded::<T>(text) else { panic!("nothing was wrong") };
    let problems = error.problems().iter().map(|problem| {
        let key = problem.key().map(ToString::to_string).unwrap_or_default();
        let line = problem.origin().and_then(hotconf::Origin::line).unwrap_or_default();
        format!("{key}: {} (line {line})", problem.message())
    });
    problems.collect()
}

mod enums;
mod flatten;
mod generic;
mod wide;

#[test]
fn documentation_keeps_its_lines() {
    /// The first line,
    ///   an indented one.
    ///
    /// Another paragraph.
    #[derive(HotConfig)]
    struct Config {
        /**
         * In a block.
         *
         * Another paragraph.
         */
        #[hot(default = 1)]
        port: u16,
    }
    let schema = Config::schema();
    assert_eq!(schema.documentation(), "The first line,\n  an indented one.\n\nAnother paragraph.");
    let doc = schema.fields().next().unwrap().doc();
    assert_eq!(doc, "In a block.\n\nAnother paragraph.");
}

#[test]
fn secrets_within_a_default_are_masked() {
    #[derive(HotConfig)]
    struct Config {
        #[hot(default = vec![Login { name: "me".to_owned(), password: "hunter1".to_owned() }])]
        logins: Vec<Login>,
        #[hot(default = Access::Token { token: "hunter2".to_owned() })]
        access: Access,
    }
    #[derive(HotConfig, IntoValue)]
    struct Login {
        name: String,
        #[hot(secret)]
        password: String,
    }
    #[derive(HotConfig)]
    enum Access {
        Token {
            #[hot(secret)]
            token: String,
        },
    }
    let cfg: Hot<Config> = Hot::builder().arg_overrides(["logins=[]"]).build().unwrap();
    let other: Hot<Config> = Hot::builder().build().unwrap();
    assert_eq!(
        other.values().to_string(),
        "{ access = { Token = { token = *** } }, logins = [{ name = \"me\", password = *** }] }"
    );
    for key in ["logins", "access"] {
        let told = [cfg.explain(key), other.explain(key)].map(|explanation| explanation.to_string());
        assert!(told.iter().all(|told| !told.contains("hunter")), "{told:?}");
    }
    let listed: Vec<_> = Config::schema().fields().map(|field| field.default()).collect();
    assert_eq!(listed, [Some("***".to_owned()), Some("***".to_owned())]);
}

mod wrappers {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, HotConfig)]
    struct Port(u16);

    #[derive(Debug, PartialEq, HotConfig)]
    struct Hosts(Vec<String>);

    #[derive(Debug, HotConfig)]
    struct Database {
        #[hot(secret)]
        url: String,
        #[hot(default = 10)]
        pool: u8,
    }

    #[derive(Debug, HotConfig)]
    struct Main(Database);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Foreign {
        x: u8,
    }

    #[derive(Debug, PartialEq, HotConfig)]
    struct Read(#[hot(leaf)] Foreign);

    #[derive(Debug, HotConfig)]
    #[serde(transparent)]
    struct Limit {
        most: Option<u32>,
        #[serde(skip)]
        seen: Vec<u8>,
        #[serde(skip, default = "Limit::tag")]
        tag: &'static str,
        marker: PhantomData<fn()>,
    }

    impl Limit {
        fn tag() -> &'static str {
            "made"
        }
    }

    #[derive(Debug, PartialEq, HotConfig)]
    struct Range(u8, Port);

    #[derive(Debug, HotConfig)]
    struct Config {
        #[hot(default = 80)]
        port: Port,
        #[hot(default = Port(81))]
        other: Port,
        #[hot(default)]
        zero: Port,
        #[hot(default)]
        hosts: Hosts,
        main: Main,
        #[hot(default = [1, 2])]
        range: Range,
        #[hot(default)]
        pair: (bool, Duration),
        read: Option<Read>,
        limit: Limit,
        #[hot(default)]
        ranges: Vec<Range>,
        #[hot(default)]
        ports: BTreeMap<Cow<'static, str>, Port>,
    }

    #[test]
    fn a_wrapper_is_what_it_wraps() {
        let cfg: Hot<Config> =
            loaded("main.url = 'x'\nlimit = 5\nread.x = 3\nhosts = ['a']\npair = [true, '2s']").unwrap();
        let config = cfg.snapshot();
        assert_eq!((config.port, config.other, config.zero), (Port(80), Port(81), Port(0)));
        assert_eq!(
            (&config.hosts, config.limit.most, config.limit.tag),
            (&Hosts(vec!["a".into()]), Some(5), "made")
        );
        assert!(config.limit.seen.is_empty() && config.limit.marker == PhantomData);
        assert_eq!((config.main.0.url.as_str(), config.main.0.pool), ("x", 10));
        assert_eq!((&config.range, &config.read), (&Range(1, Port(2)), &Some(Read(Foreign { x: 3 }))));
        assert_eq!((config.pair, &config.ranges), ((true, Duration::from_secs(2)), &vec![]));
        assert_eq!(Config::keys().port.get(&config), &Port(80));

        // Strings lead further in than keys do.
        assert_eq!(cfg.get("main.pool").unwrap().to_string(), "10");
        assert_eq!(cfg.get("main.url").unwrap().to_string(), "***");
        assert_eq!(cfg.get("pair.1").unwrap().to_string(), "\"2s\"");
        assert_eq!(cfg.get("pair.2"), None);
        assert_eq!(cfg.get("range").unwrap().to_string(), "[1, 2]");
        assert_eq!(cfg.explain("other").to_string(), "other = 81\n  the default");
        let types: Vec<_> = Config::schema().fields().map(|field| field.type_name()).collect();
        assert_eq!(types[..4], ["integer (u16)", "integer (u16)", "integer (u16)", "list of text"]);
        assert!(types.contains(&"list of 2 items (integer (u8); integer (u16))".to_owned()), "{types:?}");
        assert!(Config::schema().fields().any(|field| field.key() == "main.url" && field.is_secret()));
    }

    #[derive(HotConfig)]
    struct Lists {
        #[hot(default = [1, 2])]
        queue: std::collections::VecDeque<u8>,
        #[hot(default)]
        boxed: Box<[u8]>,
        shared: std::sync::Arc<[Port]>,
    }

    #[test]
    fn every_standard_list_is_one() {
        let cfg: Hot<Lists> = loaded("shared = [3]").unwrap();
        let lists = cfg.snapshot();
        assert_eq!((&lists.queue, lists.boxed.len(), &*lists.shared), (&[1, 2].into(), 0, &[Port(3)][..]));
        assert_eq!(told::<Lists>("shared = ['x']").len(), 1);
    }

    #[test]
    fn what_is_wrong_is_told_further_in() {
        assert_eq!(
            told::<Config>(
                "port = 70000\nhosts = [1]\nrange = [1, 2, 3]\npair = [1,\n 2]\nranges = [[1, 2],\n [300, true]]\nlimit = 1"
            ),
            [
                "main.url: is required, and set nowhere (line 0)",
                "port: 70000 is too large for u16 (at most 65535) (line 1)",
                "hosts.0: expected a text, found the number 1; put it in quotes (line 2)",
                "range: expected a list of 2 items, found a list; this one has 3 (line 3)",
                "pair.0: expected true or false, found the number 1; write `true` (line 4)",
                "pair.1: expected a duration, such as \"30s\" or \"1h 30m\", found the number 2; say the unit, as in \"2s\" or \"2ms\" (line 5)",
                "ranges.1.0: 300 is too large for u8 (at most 255) (line 7)",
                "ranges.1.1: expected a whole number (u16), found true (line 7)",
            ]
        );
    }

    #[test]
    fn sources_of_text_reach_all_of_it() {
        let variables = [
            ("APP_PORT", "90"),
            ("APP_MAIN_URL", "u"),
            ("APP_RANGE", "4, 5"),
            ("APP_PAIR__0", "yes"),
            ("APP_PAIR__1", "1m"),
            ("APP_RANGES", "[[6, 7]]"),
            ("APP_PORTS", r#"{"a": 1}"#),
        ];
        let cfg: Hot<Config> = Hot::builder()
            .env("APP")
            .env_from(variables.map(|(name, text)| (name.to_owned(), text.to_owned())))
            .build()
            .unwrap();
        let config = cfg.snapshot();
        assert_eq!((config.port, &config.range), (Port(90), &Range(4, Port(5))));
        assert_eq!(
            (config.pair, &config.ranges),
            ((true, Duration::from_secs(60)), &vec![Range(6, Port(7))])
        );
        assert_eq!((config.main.0.url.as_str(), config.ports["a"]), ("u", Port(1)));

        let keys = Config::keys();
        assert!(cfg.set(keys.port, Port(91)).unwrap().change().is_some());
        let outcome = cfg.set(keys.range, Range(4, Port(6))).unwrap();
        let changed = outcome.change().unwrap().keys();
        assert_eq!(changed.iter().map(ToString::to_string).collect::<Vec<_>>(), ["range"]);
        assert_eq!(cfg.get("range").unwrap().to_string(), "[4, 6]");
        assert_eq!((1, "a", true).into_value().to_string(), r#"[1, "a", true]"#);
    }
}

mod readers {
    use super::*;

    mod percent {
        use super::*;

        pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
            let text = String::deserialize(deserializer)?;
            let number = text.strip_suffix('%').ok_or_else(|| D::Error::custom("expected a percentage"))?;
            number.parse::<f64>().map(|number| number / 100.0).map_err(D::Error::custom)
        }
    }

    fn within<'de, D: Deserializer<'de>>(deserializer: D) -> Result<std::time::SystemTime, D::Error> {
        let seconds = BTreeMap::<String, u64>::deserialize(deserializer)?;
        let sum = seconds.values().sum();
        Ok(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(sum))
    }

    #[derive(Debug, PartialEq, HotConfig)]
    struct Share(#[serde(with = "percent")] f64);

    #[derive(Debug, HotConfig)]
    struct Config {
        #[serde(with = "percent")]
        share: f64,
        #[serde(with = "percent")]
        #[hot(default = "5%")]
        low: f64,
        #[serde(with = "percent", default)]
        lowest: f64,
        #[serde(deserialize_with = "percent::deserialize")]
        #[hot(secret, default = "50%")]
        hidden: f64,
        #[serde(deserialize_with = "within", default = "std::time::SystemTime::now")]
        at: std::time::SystemTime,
        #[hot(default = "7%")]
        wrapped: Share,
        #[serde(skip_deserializing)]
        not_read: Vec<std::time::SystemTime>,
    }

    #[test]
    fn a_function_reads_the_field() {
        let cfg: Hot<Config> = loaded("share = '50%'\nat = { a = 1, b = 2 }").unwrap();
        let config = cfg.snapshot();
        assert_eq!((config.share, config.low, config.lowest), (0.5, 0.05, 0.0));
        assert_eq!((&config.wrapped, config.not_read.len()), (&Share(0.07), 0));
        assert_eq!(config.at, std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(3));
        assert_eq!(cfg.explain("low").to_string(), "low = \"5%\"\n  the default");
        assert_eq!(cfg.get("share").unwrap().to_string(), "\"50%\"");
    }

    #[test]
    fn what_it_refuses_is_told_with_its_place() {
        assert_eq!(
            told::<Config>("low = '5'\nlowest = 3\nhidden = 'secret'\nat = { a = 1,\n b = 'x' }"),
            [
                "share: is required, and set nowhere (line 0)",
                "low: expected a percentage (line 1)",
                "lowest: expected a string, found the number 3 (line 2)",
                "hidden: the value is refused by its type (line 3)",
                "at.b: expected u64, found the text \"x\" (line 5)",
            ]
        );
    }
}

mod conversions {
    use super::*;

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(from = "String")]
    enum Name {
        Known(String),
        Unknown { why: u8 },
    }

    impl From<String> for Name {
        fn from(name: String) -> Self {
            Self::Known(name)
        }
    }

    #[derive(HotConfig)]
    struct Raw {
        least: u8,
        #[hot(default = 9)]
        most: u8,
        #[hot(secret, default = "p")]
        password: String,
    }

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(try_from = "Raw")]
    struct Range {
        least: u8,
        most: u8,
    }

    struct Reversed(Raw);

    impl fmt::Display for Reversed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} is above {}, says {}", self.0.least, self.0.most, self.0.password)
        }
    }

    impl TryFrom<Raw> for Range {
        type Error = Reversed;

        fn try_from(raw: Raw) -> Result<Self, Reversed> {
            if raw.least > raw.most {
                Err(Reversed(raw))
            } else {
                Ok(Self { least: raw.least, most: raw.most })
            }
        }
    }

    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(try_from = "u8")]
    struct Even(u8);

    impl TryFrom<u8> for Even {
        type Error = String;

        fn try_from(number: u8) -> Result<Self, String> {
            if number % 2 == 0 { Ok(Self(number)) } else { Err(format!("{number} is odd")) }
        }
    }

    #[derive(Debug, HotConfig)]
    struct Config {
        #[hot(default = "me")]
        name: Name,
        range: Range,
        #[hot(default)]
        even: Even,
        #[hot(secret, default = 2)]
        hidden: Even,
        #[hot(default)]
        list: Vec<Even>,
    }

    #[test]
    fn a_value_is_built_and_converted() {
        let cfg: Hot<Config> = loaded("range.least = 3\nlist = [4, 6]").unwrap();
        let config = cfg.snapshot();
        assert_eq!((&config.name, &config.range), (&Name::Known("me".into()), &Range { least: 3, most: 9 }));
        assert_eq!((&config.even, &config.hidden, config.list.len()), (&Even(0), &Even(2), 2));
        assert_eq!(Config::keys().range.get(&config).least, 3);
        assert_eq!(cfg.get("range.most").unwrap().to_string(), "9");
        assert_eq!(cfg.explain("range.password").to_string(), "range.password = ***\n  the default");
    }

    #[test]
    fn a_conversion_that_fails_is_told_at_the_place() {
        assert_eq!(
            told::<Config>("even = 3\nhidden = 5\nlist = [2,\n 7]\n[range]\nleast = 4\nmost = 1"),
            [
                "even: 3 is odd (line 1)",
                "hidden: the value is refused by its type (line 2)",
                "list.1: 7 is odd (line 4)",
                "range: the value is refused by its type (line 5)",
            ]
        );
        let Err(error) = loaded::<Config>("even = 3\nrange.least = 300") else { panic!() };
        let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::kind).collect();
        assert_eq!(kinds, [ProblemKind::InvalidValue, ProblemKind::OutOfRange]);
    }
}
