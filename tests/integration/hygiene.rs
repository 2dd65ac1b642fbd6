//! Generated code keeps out of the way: no prelude, raw names, names it uses itself, `Self`, recursion, types in
//! functions and from macros, and no warning in crates that deny them.
#![deny(missing_docs, warnings, unused_qualifications)]

use std::collections::BTreeMap;
use std::time::Duration;

use hotconf::{Hot, HotConfig, Key};

/// Every sort of field in one struct.
#[derive(Debug, HotConfig)]
pub struct AppConfig {
    /// A section with rules.
    pub server: Server,
    /// A bare default of an enum.
    #[hot(default)]
    pub level: Level,
    /// A map.
    #[hot(default)]
    pub flags: BTreeMap<String, bool>,
    /// A section that may be absent.
    pub tls: Option<Server>,
    #[hot(default = [[1, -2], []], max_items = 3)]
    nested: Vec<Vec<i32>>,
    #[hot(default = Duration::from_secs(5), env = "WAIT", deprecated = "no", example = "x")]
    wait: Duration,
    #[hot(leaf, default)]
    whole: std::collections::BTreeSet<u8>,
    #[hot(leaf, default = Self::some())]
    whole_with_default: std::collections::BTreeSet<u8>,
    #[hot(default = 70_000)]
    number: Option<u32>,
    /// Not read from anywhere.
    #[serde(skip)]
    pub skipped: std::sync::Arc<u8>,
    /// Not read from anywhere, and made by a function.
    #[serde(skip, default = "std::sync::Arc::default")]
    pub skipped_with_default: std::sync::Arc<u8>,
    #[serde(default = "Level::path")]
    level_by_path: Level,
    #[hot(default = 7)]
    r#type: u8,
    #[hot(default)]
    children: Vec<AppConfig>,
    next: Option<Box<Self>>,
    keys: AppConfigKeys,
}

impl AppConfig {
    fn some() -> std::collections::BTreeSet<u8> {
        [1].into()
    }
}

/// Named as the generated keys would be, with fields named as generated things might be.
#[derive(Debug, HotConfig)]
pub struct AppConfigKeys {
    #[hot(default = 1)]
    __section: u8,
    c: C,
    l: L,
    r: Option<R>,
}

#[derive(Debug, HotConfig, Default)]
#[serde(default, rename_all = "kebab-case")]
struct C {
    x_y: u8,
    #[serde(rename(deserialize = "q"), alias = "z", alias = "w")]
    z: u8,
    #[serde(skip)]
    s: u8,
}

#[derive(Debug, HotConfig)]
#[serde(default = "L::make")]
struct L {
    #[hot(default = 5)]
    x_y: u8,
    z: u8,
}

impl L {
    fn make() -> Self {
        L { x_y: 1, z: 2 }
    }
}

#[derive(Debug, HotConfig)]
struct R {}

/// A section with rules of several sorts.
#[derive(Debug, HotConfig, validator::Validate)]
#[hot(unknown = "warn")]
pub struct Server {
    #[hot(default = 8000, restart)]
    #[validate(range(min = 1))]
    port: u16,
    /// How many.
    #[validate(range(min = 1, max = MOST))]
    pub workers: Option<u16>,
    #[validate(length(min = 1, max = 5), email)]
    #[hot(secret, default = "a@b")]
    name: String,
    #[validate(range(exclusive_min = 0.0))]
    #[hot(default = 1)]
    share: f64,
}

const MOST: u16 = 5;

/// A choice.
#[derive(Debug, Clone, Copy, PartialEq, HotConfig, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// Everything.
    Debug,
    /// What matters.
    #[default]
    #[serde(alias = "information")]
    Info,
    /// No source can say this.
    #[serde(skip)]
    Off,
    /// What should not be.
    #[serde(rename = "WARN")]
    Warning = 7,
}

impl Level {
    fn path() -> Self {
        Self::Warning
    }
}

const PORT: Key<AppConfig, u16> = AppConfig::keys().server.port;

mod without_prelude {
    #![no_implicit_prelude]

    mod inner {
        #[derive(::hotconf::HotConfig)]
        #[hot(crate = ::hotconf, keys = typed)]
        pub(super) struct Some {
            #[hot(default = 2)]
            pub(super) r#match: u8,
            #[hot(default = 1)]
            pub(super) section: u16,
            #[hot(default = ::std::string::String::new())]
            pub(super) value: ::std::string::String,
        }

        #[derive(::std::fmt::Debug, ::hotconf::HotConfig)]
        pub(super) enum r#Option {
            None,
            Some,
        }
    }

    // Names of the generated code, of its generic parameters, and of the prelude.
    #[derive(::std::fmt::Debug, ::std::cmp::PartialEq, ::hotconf::HotConfig)]
    #[serde(tag = "number")]
    enum Result<C, L = u8> {
        Ok {
            r#type: C,
            #[hot(default = 2)]
            input: u8,
            #[serde(flatten)]
            section: Box<L>,
        },
        Err(Box<L>),
        None,
    }

    #[derive(::std::fmt::Debug, ::std::cmp::PartialEq, ::hotconf::HotConfig, ::hotconf::IntoValue)]
    struct Box<R> {
        value: R,
    }

    #[derive(::hotconf::HotConfig)]
    struct Vec {
        some: inner::Some,
        #[hot(default = "None")]
        option: inner::r#Option,
        result: ::std::option::Option<Result<u8>>,
    }

    #[test]
    fn enums_with_data_work_without_a_prelude() {
        let cfg: ::hotconf::Hot<Vec> = ::hotconf::Hot::builder()
            .arg_overrides(["result.number=Ok", "result.type=1", "result.value=3"])
            .build()
            .unwrap();
        let expected = Result::Ok { r#type: 1, input: 2, section: Box { value: 3 } };
        ::std::assert_eq!(cfg.load().result, ::std::option::Option::Some(expected));
        let value = Result::<u8>::Err(Box { value: 5 });
        let _ = cfg.set(Vec::keys().result, value).unwrap();
        ::std::assert_eq!(cfg.load().result, ::std::option::Option::Some(Result::Err(Box { value: 5 })));
    }

    #[test]
    fn it_works_without_a_prelude() {
        ::std::assert_eq!(Vec::keys().some.r#match.path(), "some.match");
        ::std::assert_eq!(inner::Some::typed().section.path(), "section");
        let cfg: ::hotconf::Hot<Vec> = ::hotconf::Hot::builder().build().unwrap();
        ::std::assert_eq!(cfg.read(|c| (c.some.r#match, c.some.section, c.some.value.len())), (2, 1, 0));
        ::std::assert!(::std::matches!(cfg.load().option, inner::r#Option::None));
    }
}

macro_rules! declare {
    ($name:ident, $type:ty, $default:literal, $field:ident) => {
        #[derive(HotConfig)]
        struct $name {
            #[hot(default = $default)]
            $field: $type,
            other: Option<$type>,
        }
    };
}

declare!(FromMacro, u16, 5, field);

#[test]
fn names_and_places_do_not_matter() {
    #[derive(HotConfig)]
    struct Local {
        inner: Inner,
    }
    #[derive(HotConfig)]
    struct Inner {
        #[hot(default = 3)]
        number: i8,
    }
    assert_eq!(Local::keys().inner.number.path(), "inner.number");
    assert_eq!(Hot::<Local>::builder().build().unwrap().load().inner.number, 3);
    let cfg: Hot<FromMacro> = Hot::builder().arg_overrides(["other=6"]).build().unwrap();
    assert_eq!((cfg.load().field, cfg.load().other), (5, Some(6)));
}

#[test]
fn every_sort_of_field_is_built() {
    let cfg: Hot<AppConfig> = Hot::builder()
        .arg_overrides([
            "server.port=9000",
            "keys.c.w=4",
            "level=information",
            "whole=[3]",
            "next={}",
            "children=[{}, {}]",
        ])
        .build()
        .unwrap();
    let config = cfg.snapshot();
    assert_eq!((*PORT.get(&config), config.r#type, config.level), (9000, 7, Level::Info));
    assert_eq!(
        (config.level_by_path, config.wait, config.number),
        (Level::Warning, Duration::from_secs(5), Some(70_000))
    );
    assert_eq!((config.nested.as_slice(), config.children.len()), ([vec![1, -2], vec![]].as_slice(), 2));
    assert_eq!((config.whole.len(), config.whole_with_default.len()), (1, 1));
    assert_eq!((config.keys.c.x_y, config.keys.c.z, config.keys.c.s), (0, 4, 0));
    assert_eq!((config.keys.l.x_y, config.keys.l.z, config.keys.__section), (5, 2, 1));
    let next = config.next.as_ref().unwrap();
    assert!(next.next.is_none() && config.tls.is_none() && config.keys.r.is_none());
    assert_eq!((config.skipped.as_ref(), config.skipped_with_default.as_ref()), (&0, &0));
    assert_eq!((config.server.name.as_str(), config.server.share, config.server.workers), ("a@b", 1.0, None));

    let keys = AppConfig::keys();
    assert_eq!(
        (keys.r#type.path(), keys.keys.c.z.path(), keys.keys.__section.path()),
        ("type", "keys.c.q", "keys.__section")
    );
    assert_eq!(cfg.get("level").unwrap().to_string(), r#""INFO""#);
    assert_eq!(cfg.explain("level_by_path").to_string(), "level_by_path = \"WARN\"\n  the default");
    assert_eq!(cfg.explain("wait").to_string(), "wait = \"5s\"\n  the default\n  deprecated: no");
    assert!(
        cfg.set(keys.level, Level::Off).unwrap_err().to_string().contains("is not one of DEBUG, INFO, WARN")
    );
}
