//! Commented files and tables of keys, written from the schema.

mod formats;
mod random;
mod tables;
mod wide;

use hotconf::{Format, Hot, HotConfig, Template};
use hotconf_tests::template_loads_back;

use crate::contract;

#[test]
fn the_template_of_the_shop_loads_back() {
    template_loads_back::<contract::AppConfig>(&["database.url=postgresql://db"]);
}

#[derive(HotConfig)]
struct Quickstart {
    server: QuickstartServer,
    #[hot(default = false)]
    debug: bool,
}

#[derive(HotConfig)]
struct QuickstartServer {
    /// Where it listens; a change waits for a restart.
    #[hot(default = 8000, restart)]
    port: u16,
    workers: usize,
}

#[test]
fn what_is_required_is_reported_where_nobody_filled_it_in() {
    template_loads_back::<Quickstart>(&["server.workers=4"]);
    let error = |text: String| Hot::<Quickstart>::builder().text(Format::Toml, text).build().unwrap_err();
    let template = Template::of::<Quickstart>(Format::Toml).to_string();
    let missing = error(template.clone());
    assert_eq!(missing.problems().len(), 1);
    assert_eq!(missing.problems()[0].message(), "is required, and set nowhere");
    let forgotten = error(template.replace("#workers", "workers"));
    assert_eq!(
        forgotten.problems()[0].message(),
        "expected a whole number (usize), found the text \"<integer (usize)>\""
    );
}

#[test]
fn a_secret_is_there_without_its_value() {
    #[derive(HotConfig)]
    struct Config {
        #[hot(secret, default = "hunter1", env = "TOKEN", example = "hunter2")]
        token: String,
        #[hot(secret)]
        login: Login,
        #[hot(default)]
        users: Vec<Login>,
        #[hot(secret, default = ["hunter7"])]
        keys: Vec<String>,
    }
    #[derive(HotConfig)]
    struct Login {
        #[hot(default = "hunter3")]
        name: String,
        #[hot(secret, default = "hunter4", example = "hunter5")]
        password: String,
        #[hot(secret)]
        code: Option<String>,
    }
    let said = "[[users]]\nname = 'me'\npassword = 'hunter6'\ncode = 'hunter8'";
    let cfg: Hot<Config> = Hot::builder().text(Format::Toml, said).build().unwrap();
    for format in [Format::Toml, Format::Yaml, Format::Json] {
        let template = Template::of::<Config>(format).env("APP");
        let texts = [template.clone(), template.clone().written(), template.values(&cfg.values())];
        for text in texts.map(|template| template.to_string()) {
            // The name of an item is no secret of its own.
            let shown = text.replace("hunter3", "");
            assert!(!shown.contains("hunter") && !shown.contains("***"), "{text}");
            assert!(format == Format::Json || text.contains("Secret: set by APP_TOKEN, TOKEN."), "{text}");
        }
    }
    let text = Template::of::<Config>(Format::Toml).values(&cfg.values()).to_string();
    let of_users = "[[users]]\n# Text.\nname = \"me\"\n\n";
    assert!(text.contains(of_users), "{text}");
    let tables = format!("{}{}", hotconf::KeyTable::of::<Config>(), hotconf::EnvTable::of::<Config>("APP"));
    assert!(!tables.replace("`\"hunter3\"`", "").contains("hunter"), "{tables}");
    template_loads_back::<Config>(&[]);
}

#[test]
fn deprecated_keys_are_left_out_until_they_are_used() {
    #[derive(HotConfig)]
    struct Config {
        #[hot(default = 80, deprecated = "use port")]
        #[serde(alias = "oldest")]
        old_port: u16,
        #[hot(default = 80)]
        port: u16,
    }
    template_loads_back::<Config>(&[]);
    let template = Template::of::<Config>(Format::Yaml);
    assert!(!template.to_string().contains("old_port"));
    let written = |text: &str| {
        let cfg: Hot<Config> = Hot::builder().text(Format::Toml, text).build().unwrap();
        template.clone().values(&cfg.values()).to_string()
    };
    assert!(!written("port = 81").contains("old_port"));
    let text = written("oldest = 81");
    assert!(text.contains("Deprecated: use port. Also called oldest.\nold_port: 81\n"), "{text}");
}

#[test]
fn a_default_that_cannot_be_shown_is_told_of_by_its_source() {
    #[derive(Debug, PartialEq)]
    struct Opaque(u8);

    impl<'de> serde::Deserialize<'de> for Opaque {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            u8::deserialize(deserializer).map(Opaque)
        }
    }

    #[derive(HotConfig)]
    struct Config {
        #[hot(leaf, default = Opaque(7))]
        opaque: Opaque,
        #[hot(default = Limits { most: 9 })]
        limits: Limits,
        #[hot(default = f64::INFINITY)]
        ratio: f64,
    }
    #[derive(HotConfig)]
    struct Limits {
        #[hot(default = 5)]
        most: u8,
    }
    for template in [Template::of::<Config>(Format::Toml), Template::of::<Config>(Format::Toml).written()] {
        let text = template.to_string();
        assert!(
            text.contains("# Value. The default is that of `Opaque(7)`.\n#opaque = \"<value>\"\n"),
            "{text}"
        );
        assert!(text.contains("# The default is that of `Limits { most: 9 }`.\n#[limits]\n"), "{text}");
        assert!(text.contains("\n#most = 5\n") && text.contains("\n#ratio = \"<number>\"\n"), "{text}");
        let cfg: Hot<Config> = Hot::builder().text(Format::Toml, text).build().unwrap();
        let config = cfg.load();
        assert_eq!((&config.opaque, config.limits.most, config.ratio), (&Opaque(7), 9, f64::INFINITY));
    }
}

#[test]
fn a_section_that_code_makes_is_written_with_what_the_code_says() {
    #[derive(HotConfig)]
    struct Config {
        #[hot(default = Limits { most: 9, least: None, secret: None })]
        limits: Limits,
    }
    #[derive(HotConfig, hotconf::IntoValue)]
    struct Limits {
        #[hot(default = 5)]
        most: u8,
        least: Option<u8>,
        #[hot(secret)]
        secret: Option<String>,
    }
    for format in [Format::Toml, Format::Yaml, Format::Json] {
        let template = Template::of::<Config>(format);
        for template in [template.clone(), template.written()] {
            let cfg: Hot<Config> = Hot::builder().text(format, template.to_string()).build().unwrap();
            assert_eq!(cfg.load().limits.most, 9, "{template}");
        }
    }
    assert!(Template::of::<Config>(Format::Toml).to_string().contains("#[limits]"));
}

#[test]
fn what_a_running_store_has_becomes_a_file() {
    let text = "log_level = 'ERROR'\n[server]\nport = 81\n[feature_flags]\n\"a.b\" = true\n[tls]\ncert = 'c'\nkey = 'hunter'\n\
                [[upstreams]]\nurl = 'u'\n[[upstreams]]\nurl = 'v'\nweight = 3";
    let given = ["database.url=hunter", "tls.key=hunter"];
    let open = |format, text: String| -> Hot<contract::AppConfig> {
        Hot::builder().text(format, text).arg_overrides(given).build().unwrap()
    };
    let cfg = open(Format::Toml, text.to_owned());
    for format in [Format::Toml, Format::Yaml, Format::Json] {
        let file = Template::of::<contract::AppConfig>(format).env("APP").values(&cfg.values()).to_string();
        assert!(!file.contains("hunter"), "{file}");
        assert_eq!(open(format, file).values(), cfg.values());
    }
}

#[test]
fn flattened_keys_belong_to_one_field_each() {
    #[derive(Debug, PartialEq, HotConfig)]
    struct Config {
        port: u16,
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(Debug, PartialEq, HotConfig)]
    struct Inner {
        name: String,
        #[serde(flatten)]
        store: Store,
        #[serde(flatten)]
        rest: std::collections::BTreeMap<String, u128>,
    }
    #[derive(Debug, PartialEq, HotConfig)]
    #[serde(tag = "type", rename_all = "lowercase")]
    enum Store {
        Memory,
        Disk { size: u128 },
    }
    let most = u128::MAX;
    let said = format!("port = 1\nname = 'a'\ntype = 'disk'\nsize = {most}\nz = {most}\ny = 2");
    let cfg: Hot<Config> = Hot::builder().text(Format::Toml, said).build().unwrap();
    for format in [Format::Toml, Format::Yaml, Format::Json] {
        let text = Template::of::<Config>(format).values(&cfg.values()).to_string();
        let read: Hot<Config> =
            Hot::builder().text(format, &*text).build().unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert_eq!(*read.load(), *cfg.load(), "{text}");
    }
    template_loads_back::<Config>(&["port=1", "name=a", "type=memory"]);
}

#[test]
fn the_schema_tells_what_a_template_of_ones_own_needs_of_enums() {
    #[derive(HotConfig)]
    struct Config {
        internal: Vec<Internal>,
        untagged: Option<Untagged>,
        plain: std::collections::BTreeMap<String, Plain>,
    }
    #[derive(HotConfig)]
    #[serde(tag = "type")]
    enum Internal {
        A,
    }
    #[derive(HotConfig)]
    #[serde(untagged)]
    enum Untagged {
        Text(String),
    }
    #[derive(HotConfig)]
    enum Plain {
        Text(String),
    }
    let fields = Config::schema().fields().map(|field| {
        (field.tag(), field.content(), field.is_untagged(), field.is_optional(), field.variants().count())
    });
    assert_eq!(
        fields.collect::<Vec<_>>(),
        [(Some("type"), None, false, false, 1), (None, None, true, true, 1), (None, None, false, false, 1)]
    );
}

mod secrets_in_defaults {
    use hotconf::{EnvTable, IntoValue, KeyTable};

    use super::*;

    #[derive(HotConfig)]
    struct Config {
        #[hot(default = vec![Login { name: "me".to_owned(), password: "hunter1".to_owned() }])]
        logins: Vec<Login>,
        #[hot(default = vec![vec![Login { name: "me".to_owned(), password: "hunter2".to_owned() }]])]
        nested: Vec<Vec<Login>>,
        #[hot(default = Access::Token { name: "me".to_owned(), token: "hunter3".to_owned() })]
        access: Access,
        #[hot(default = Access::Secret("hunter4".to_owned()))]
        whole: Access,
        #[hot(default = Login { name: "me".to_owned(), password: "hunter5".to_owned() })]
        login: Login,
        #[hot(secret)]
        hidden: Hidden,
    }

    #[derive(Clone, HotConfig, IntoValue)]
    struct Login {
        name: String,
        #[hot(secret)]
        password: String,
    }

    #[derive(Clone, HotConfig, IntoValue)]
    struct Hidden {
        #[hot(default = vec!["hunter6".to_owned()])]
        words: Vec<String>,
        #[hot(default = "hunter7")]
        #[hot(example = "hunter8")]
        word: String,
        access: Option<Access>,
    }

    #[derive(Clone, HotConfig)]
    #[serde(rename_all = "lowercase")]
    enum Access {
        Token {
            name: String,
            #[hot(secret)]
            token: String,
        },
        Secret(#[hot(secret)] String),
    }

    #[test]
    fn no_text_has_them() {
        let cfg: Hot<Config> = Hot::builder().build().unwrap();
        let login = || Login { name: "me".to_owned(), password: "hunter9".to_owned() };
        let values = [
            ("logins", vec![login()].into_value()),
            ("nested", vec![vec![login()]].into_value()),
            ("access", Access::Secret("hunter9".to_owned()).into_value()),
            ("login", login().into_value()),
        ];
        let raw = hotconf::Value::Map(values.map(|(key, value)| (key.to_owned(), value)).into());
        for format in [Format::Toml, Format::Yaml, Format::Json] {
            let template = Template::of::<Config>(format).env("APP");
            let templates = [
                template.clone(),
                template.clone().written(),
                template.clone().values(&cfg.values()),
                template.values(&raw),
            ];
            for template in templates {
                let text = format!("{template}{template:?}");
                assert!(!text.contains("hunter"), "{text}");
            }
            let template = Template::of::<Config>(format);
            for template in [template.clone(), template.written()] {
                let read: Hot<Config> = Hot::builder().text(format, template.to_string()).build().unwrap();
                assert_eq!(read.load().logins[0].password, "hunter1", "{template}");
                assert_eq!(read.values(), cfg.values());
            }
        }
        let listed: Vec<_> = Config::schema().fields().map(|field| field.default()).collect();
        let told = format!(
            "{}{}{listed:?}{}{}{}{:?}",
            KeyTable::of::<Config>(),
            EnvTable::of::<Config>("APP"),
            cfg.values(),
            cfg.explain("logins"),
            cfg.explain("access"),
            cfg.get("whole"),
        );
        assert!(!told.contains("hunter"), "{told}");
    }
}
