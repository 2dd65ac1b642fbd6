//! One load tells everything that is wrong, each at its place, in every format.

use std::collections::BTreeMap;
use std::time::Duration;

use hotconf::{Format, Hot, HotConfig, ProblemKind};
use validator::Validate;

#[derive(Debug, HotConfig)]
struct Config {
    server: Server,
    #[hot(default = "info")]
    level: Level,
    #[hot(default)]
    upstreams: Vec<Upstream>,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default = "30s")]
    timeout: Duration,
    #[hot(default = 0.5)]
    ratio: f64,
    name: String,
    tls: Option<Tls>,
    #[hot(leaf)]
    point: Option<Point>,
    #[hot(default, max_items = 2)]
    few: Vec<u8>,
    #[serde(alias = "old_name")]
    #[hot(default = 1, deprecated = "use `server.port`")]
    new_name: u8,
}

#[derive(Debug, HotConfig, Validate)]
struct Server {
    host: std::net::IpAddr,
    #[validate(range(min = 1024))]
    port: u16,
    #[hot(default = 4)]
    #[validate(range(min = 1, max = 512))]
    workers: usize,
    #[hot(default = "shop")]
    #[validate(length(min = 2, max = 8))]
    label: String,
}

#[derive(Debug, HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
    Warning,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    url: String,
    #[hot(default = 1)]
    weight: u8,
}

#[derive(Debug, HotConfig)]
struct Tls {
    cert: std::path::PathBuf,
    #[hot(secret)]
    key: std::num::NonZero<u64>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    x: u8,
    list: Vec<u8>,
}

/// What is wrong with a text, one line each: the place, the code, the key, the message.
fn problems(format: Format, text: &str) -> Vec<String> {
    let error = match Hot::<Config>::builder().text(format, text).build() {
        Ok(_) => return Vec::new(),
        Err(error) => error,
    };
    let problems = error.problems().iter().map(|problem| {
        let origin = problem.origin().unwrap();
        let place = match (origin.line(), origin.column()) {
            (Some(line), Some(column)) => format!("{line}:{column}"),
            _ => origin.to_string(),
        };
        let key = problem.key().map_or("-", |key| key.as_str());
        let suggestion = problem.suggestion().map_or_else(String::new, |near| format!(" ({near}?)"));
        format!("{place} {} {key}: {}{suggestion}", problem.code(), problem.message())
    });
    problems.collect()
}

#[test]
fn all_mistakes_of_a_toml_text() {
    let text = r#"levle = "info"
timeout = 30
level = "wraning"
ratio = "0.5"
name = 5
few = [1, 2, 3]
[server]
host = "localhost"
port = 80
workers = "4"
labell = "x"
[flags]
"dark.mode" = "yes"
[[upstreams]]
url = "é"
wieght = 3
[[upstreams]]
weight = 256
[tls]
cert = 1
key = 0
[point]
x = 300
list = []
"#;
    assert_eq!(
        problems(Format::Toml, text),
        [
            "1:1 unknown-key levle: unknown key (level?)",
            "2:11 wrong-type timeout: expected a duration, such as \"30s\" or \"1h 30m\", found the number 30; say \
             the unit, as in \"30s\" or \"30ms\"",
            "3:9 unknown-variant level: \"wraning\" is not one of debug, info, warning (warning?)",
            "4:9 wrong-type ratio: expected a number, found the text \"0.5\"; take the quotes away",
            "5:8 wrong-type name: expected a text, found the number 5; put it in quotes",
            "6:1 limit few: has 3 items, and at most 2 are allowed",
            "8:8 invalid-value server.host: \"localhost\" is not an IP address; a name is no address: write \"127.0.0.1\"",
            "9:8 rule server.port: 80 is out of range; must be at least 1024",
            "10:11 wrong-type server.workers: expected a whole number (usize), found the text \"4\"; take the quotes \
             away",
            "11:1 unknown-key server.labell: unknown key (label?)",
            "13:15 wrong-type flags.\"dark.mode\": expected true or false, found the text \"yes\"; write `true`, \
             without quotes",
            "16:1 unknown-key upstreams.0.wieght: unknown key (weight?)",
            "17:1 missing-key upstreams.1.url: is required, and set nowhere",
            "18:10 out-of-range upstreams.1.weight: 256 is too large for u8 (at most 255)",
            "20:8 wrong-type tls.cert: expected a text, found the number 1; put it in quotes",
            "21:7 invalid-value tls.key: the value is refused by its type",
            "23:5 wrong-type point.x: expected u8, found the number 300",
        ]
    );
}

#[test]
fn all_mistakes_of_a_yaml_text() {
    let text = "# für alle\nname: ok\nserver:\n  host: 1.2.3.4\n  port: 70000\n  workers: 0\n  label: toolonglabel\nflags: {a: 1, \
                b: true}\nupstreams:\n  - weight: -1\n    url: null\ntls:\n  cert: /c\nlevel: [info]\nratio: .nan\n";
    assert_eq!(
        problems(Format::Yaml, text),
        [
            "5:9 out-of-range server.port: 70000 is too large for u16 (at most 65535)",
            "6:12 rule server.workers: 0 is out of range; must be at least 1 and at most 512",
            "7:10 rule server.label: must have a length of at least 2 and at most 8",
            "8:12 wrong-type flags.a: expected true or false, found the number 1; write `true`",
            "10:13 out-of-range upstreams.0.weight: -1 is too small for u8 (at least 0)",
            "11:10 missing-key upstreams.0.url: is null here, and has no default",
            "12:1 missing-key tls.key: is required, and set nowhere",
            "14:8 wrong-type level: expected one of debug, info, warning, found a list",
            "15:8 wrong-type ratio: expected a finite number, found the number NaN",
        ]
    );
}

#[test]
fn all_mistakes_of_a_json_text() {
    let text = r#"{
  "server": {"host": "::1", "port": 8080, "workers": 99999999999999999999999},
  "name": true, "nmae": "x",
  "flags": [],
  "upstreams": {"url": "x"},
  "tls": "none"
}"#;
    assert_eq!(
        problems(Format::Json, text),
        [
            "2:54 out-of-range server.workers: 99999999999999999999999 is too large for usize (at most \
             18446744073709551615)",
            "3:11 wrong-type name: expected a text, found true; put it in quotes",
            "3:17 unknown-key nmae: unknown key (name?)",
            "4:12 wrong-type flags: expected a map (names with values), found a list; write its entries without a list \
             around them",
            "5:16 wrong-type upstreams: expected a list, found a section; write a list, with this in it as an item",
            "6:10 wrong-type tls: expected a section (keys with values), found a text",
        ]
    );
}

#[test]
fn a_missing_section_is_told_by_the_keys_it_lacks() {
    assert_eq!(
        problems(Format::Toml, ""),
        [
            "embedded TOML missing-key server.host: is required, and set nowhere",
            "embedded TOML missing-key server.port: is required, and set nowhere",
            "embedded TOML missing-key name: is required, and set nowhere",
        ]
    );
}

#[test]
fn a_syntax_error_does_not_hide_the_other_layers() {
    let error = Hot::<Config>::builder()
        .text(Format::Toml, "name = 'x'\nserver.host = \n[flags\n")
        .text(Format::Yaml, "server: {port: x}\nunheard: 1\n")
        .build()
        .unwrap_err();
    let codes: Vec<_> = error.problems().iter().map(hotconf::Problem::code).collect();
    assert_eq!(codes, ["syntax", "syntax", "wrong-type", "unknown-key"], "{error}");
}

#[test]
fn aliases_are_told_as_they_are_spelt() {
    let base = "name = 'x'\nserver.host = '::1'\nserver.port = 8080\n";
    assert_eq!(
        problems(Format::Toml, &format!("{base}old_name = 300")),
        ["4:12 out-of-range old_name: 300 is too large for u8 (at most 255)"]
    );
    assert_eq!(
        problems(Format::Toml, &format!("{base}old_name = 3\nnew_name = 4")),
        [
            "4:1 duplicate-key old_name: is another name of `new_name`, which is set here too; keep one of them"
        ]
    );
    let cfg: Hot<Config> = Hot::builder().text(Format::Toml, format!("{base}old_name = 3")).build().unwrap();
    let status = cfg.status();
    let warnings: Vec<_> = status.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["old_name: deprecated: use `server.port`\n  at embedded TOML:4:1"]);
    assert_eq!(status.warnings()[0].kind(), ProblemKind::DeprecatedKey);
    // An alias in one layer and the key in another are one key.
    let cfg: Hot<Config> = Hot::builder()
        .text(Format::Toml, format!("{base}old_name = 3"))
        .text(Format::Toml, "new_name = 5")
        .build()
        .unwrap();
    assert_eq!((cfg.load().new_name, cfg.get("old_name")), (5, cfg.get("new_name")));
}

#[test]
fn a_rule_between_fields_runs_once_all_of_them_are_there() {
    #[derive(Debug, HotConfig, Validate)]
    #[validate(schema(function = "in_order"))]
    struct Range {
        low: u8,
        #[validate(range(max = 100))]
        high: u8,
    }
    fn in_order(range: &Range) -> Result<(), validator::ValidationError> {
        if range.low <= range.high {
            return Ok(());
        }
        Err(validator::ValidationError::new("order").with_message("low must not be above high".into()))
    }
    #[derive(Debug, HotConfig)]
    struct Config {
        range: Range,
    }
    let text = |text| {
        Hot::<Config>::builder().text(Format::Toml, text).build().map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(
        text("[range]\nlow = 5\nhigh = 4").unwrap_err(),
        "1 problem in the configuration\nrange: low must not be above high\n  at embedded TOML:1:2"
    );
    assert_eq!(
        text("[range]\nlow = 'x'\nhigh = 101").unwrap_err(),
        "2 problems in the configuration\nrange.low: expected a whole number (u8), found the text \"x\"\n  at embedded \
         TOML:2:7\nrange.high: 101 is out of range; must be at most 100\n  at embedded TOML:3:8"
    );
    assert_eq!(text("range = {low = 1, high = 2}"), Ok(()));
}

#[test]
fn no_message_shows_a_secret() {
    #[derive(Debug, HotConfig, Validate)]
    struct Secrets {
        #[hot(secret, default = 1)]
        pin: u8,
        #[hot(secret, leaf)]
        point: Option<Point>,
        #[hot(secret)]
        #[validate(email)]
        mail: Option<String>,
        #[hot(secret)]
        section: Option<Inner>,
        #[hot(secret, default = "info")]
        level: Level,
        #[hot(secret, default = "1s")]
        wait: Duration,
    }
    #[derive(Debug, HotConfig)]
    struct Inner {
        address: std::net::IpAddr,
        flag: bool,
    }
    let text = "pin: hunter2\npoint: {x: 1, list: [hunter2], hunter2x: 1}\nmail: hunter2\nsection: {address: hunter2, flag: \
                hunter2}\nlevel: hunter2\nwait: hunter2\n";
    let error = Hot::<Secrets>::builder().text(Format::Yaml, text).build().unwrap_err();
    assert_eq!(error.problems().len(), 6, "{error}");
    assert!(!format!("{error} {error:?} {:?}", error.problems()).contains("hunter2\""), "{error}");
    assert!(!serde_json::to_string(&error).unwrap().contains("hunter2\""), "{error}");
    // Nor what stands in the place of a section, a list or a map that has secrets further in.
    for text in [
        "section: hunter2",
        "sections: hunter2",
        "sections: [hunter2]",
        "by_name: hunter2",
        "by_name: {a: hunter2}",
    ] {
        #[derive(Debug, HotConfig)]
        struct Beneath {
            section: Option<Keyed>,
            #[hot(default)]
            sections: Vec<Keyed>,
            #[hot(default)]
            by_name: BTreeMap<String, Keyed>,
        }
        #[derive(Debug, HotConfig)]
        struct Keyed {
            #[hot(secret)]
            key: Option<String>,
        }
        let error = Hot::<Beneath>::builder().text(Format::Yaml, text).build().unwrap_err();
        assert!(
            error.to_string().contains("found a text") && !error.to_string().contains("hunter2"),
            "{error}"
        );
    }
    // A broken rule on an otherwise good configuration holds the value in its parameters.
    let error = Hot::<Secrets>::builder().text(Format::Yaml, "mail: hunter2\n").build().unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
    let cfg: Hot<Secrets> = Hot::builder()
        .text(Format::Yaml, "mail: hunter2@example.org\nsection: {address: '::1', flag: true}")
        .build()
        .unwrap();
    let shown = format!(
        "{cfg:?} {:?} {:?} {} {} {:?} {:?}",
        cfg.snapshot(),
        cfg.load(),
        cfg.values(),
        cfg.explain("mail"),
        cfg.get("mail"),
        cfg.status()
    );
    assert!(!shown.contains("hunter2") && !shown.contains("::1"), "{shown}");
    assert_eq!(cfg.get_as::<String>("mail").unwrap(), "hunter2@example.org");
}

#[test]
fn an_unknown_key_does_not_hide_a_broken_rule_and_both_are_told_as_spelt() {
    #[derive(Debug, HotConfig, Validate)]
    struct Mail {
        #[serde(alias = "address")]
        #[validate(email)]
        mail: String,
    }
    let error =
        Hot::<Mail>::builder().text(Format::Toml, "address = 'nope'\nunheard = 1").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 problems in the configuration\naddress: must be an e-mail address\n  at embedded TOML:1:11\nunheard: unknown \
         key\n  at embedded TOML:2:1"
    );
}

mod reports {
    use super::*;

    #[derive(Debug, HotConfig)]
    struct Service {
        #[hot(default = 80)]
        port: u16,
        #[hot(default = "info")]
        level: Level,
        #[hot(secret, default = 0)]
        pin: u8,
        #[hot(default)]
        names: BTreeMap<String, String>,
        inner: Inner,
    }

    #[derive(Debug, HotConfig)]
    struct Inner {
        #[hot(default)]
        hosts: Vec<std::net::IpAddr>,
        #[hot(default = "30s")]
        wait: Duration,
    }

    fn report(layers: &[(Format, &'static str)]) -> String {
        let builder = layers
            .iter()
            .fold(Hot::<Service>::builder(), |builder, (format, text)| builder.text(*format, *text));
        format!("{:#}", builder.build().unwrap_err())
    }

    #[test]
    fn the_line_is_shown_and_where_else_the_key_is_set() {
        assert_eq!(
            report(&[
                (Format::Toml, "port = 8080 # by default\nlevel = 'warning'"),
                (Format::Yaml, "port: 70000\nlevel: inof # hunter2\npin: hunter2"),
                (Format::Json, r#"{"inner": {"hosts": ["127.0.0.1", "nowhere"], "wait": 5, "password": "hunter2"}}"#),
            ]),
            "\
error[out-of-range]: port: 70000 is too large for u16 (at most 65535)
  --> embedded YAML:1:7
   |
 1 | port: 70000
   |       ^^^^^
   = note: also set at embedded TOML:1:8

error[unknown-variant]: level: \"inof\" is not one of debug, info, warning
  --> embedded YAML:2:8
   |
 2 | level: inof
   |        ^^^^
   = note: also set at embedded TOML:2:9
   = help: did you mean `info`?

error[wrong-type]: pin: expected a whole number (u8), found a text
  --> embedded YAML:3:6
   |
 3 | pin: ***
   |      ^^^

error[invalid-value]: inner.hosts.1: \"nowhere\" is not an IP address; a name is no address: write the address of that machine
  --> embedded JSON:1:35
   |
 1 | \"nowhere\"
   | ^^^^^^^^^

error[wrong-type]: inner.wait: expected a duration, such as \"30s\" or \"1h 30m\", found the number 5; say the unit, as in \"5s\" or \"5ms\"
  --> embedded JSON:1:55
   |
 1 | \"wait\": 5
   |         ^

error[unknown-key]: inner.password: unknown key
  --> embedded JSON:1:58
   |
 1 | \"password\"
   | ^^^^^^^^^^

6 problems in the configuration"
        );
    }

    #[derive(Debug, HotConfig)]
    struct Plain {
        #[hot(default = 80)]
        port: u16,
    }

    #[test]
    fn a_line_that_cannot_be_read_is_shown_only_where_there_are_no_secrets() {
        let text = "port = 80\n  name = = \"hunter2\"";
        let error = Hot::<Plain>::builder().text(Format::Toml, text).build().unwrap_err();
        let report = format!("{error:#}");
        assert!(report.contains(" 2 | name = = \"hunter2\"\n   |        ^\n"), "{report}");
        let error = Hot::<Service>::builder().text(Format::Toml, text).build().unwrap_err();
        let report = format!("{error:#}");
        assert!(report.contains("embedded TOML:2:10"), "{report}");
        assert!(!report.contains("hunter2"), "{report}");
    }

    #[test]
    fn what_is_in_a_container_is_not_shown() {
        let report = report(&[(Format::Toml, "port = { password = 'hunter2' }\nlevel = [\n  'hunter2'\n]")]);
        assert!(!report.contains("hunter2"), "{report}");
        assert!(report.contains(" 1 | port = {…}\n   |        ^^^\n"), "{report}");
        assert!(report.contains(" 2 | level = […]\n   |         ^^^\n"), "{report}");
    }

    #[test]
    fn colours_are_put_around_and_change_nothing_else() {
        let error = Hot::<Service>::builder().text(Format::Toml, "port = 70000").build().unwrap_err();
        let colored = error.report().colored(true).to_string();
        assert!(colored.contains("\x1b[1;31merror[out-of-range]\x1b[0m"), "{colored:?}");
        let mut plain = colored;
        while let Some(start) = plain.find('\x1b') {
            let end = plain[start..].find('m').unwrap() + start;
            plain.replace_range(start..=end, "");
        }
        assert_eq!(plain, error.report().to_string());
        // Wherever this test runs, a file is no terminal.
        let file = tempfile::tempfile().unwrap();
        assert_eq!(error.report().colored(true).colored_for(&file).to_string(), plain);
    }
}

mod remedies {
    use std::net::{IpAddr, SocketAddr};

    use super::*;

    #[derive(Debug, HotConfig)]
    struct Values {
        whole: Option<u16>,
        number: Option<f64>,
        truth: Option<bool>,
        text: Option<String>,
        address: Option<IpAddr>,
        socket: Option<SocketAddr>,
        wait: Option<Duration>,
        list: Option<Vec<String>>,
        #[hot(secret)]
        pin: Option<u16>,
    }

    /// What is said of a value in YAML, behind what was expected and found.
    fn remedy(text: &'static str) -> String {
        let error = Hot::<Values>::builder().text(Format::Yaml, text).build().unwrap_err();
        let message = error.problems()[0].message();
        message.rsplit_once("; ").map_or("", |(_, remedy)| remedy).to_owned()
    }

    #[test]
    fn what_to_write_instead_is_said_where_it_can_be_told() {
        for (text, expected) in [
            ("whole: '80'", "take the quotes away"),
            ("whole: 0755", "a number has no zero in front: write 755"),
            ("whole: '-007'", "a number has no zero in front: write -7"),
            ("whole: 1_000", "write 1000"),
            ("whole: '1,000'", "write 1000"),
            ("whole: \"0xff\"", "write 255"),
            ("whole: 80.0", "write 80"),
            ("whole: 80.5", ""),
            ("whole: 10MB", "write the number in full, without a unit: 10000000"),
            ("whole: 64KiB", "write the number in full, without a unit: 65536"),
            ("whole: 1.5k", "write the number in full, without a unit"),
            ("whole: 30s", "write the number alone, without a unit"),
            ("whole: 50%", "write 50, without the percent sign"),
            ("whole: 12:30", "a time is no number: write the one that is meant"),
            ("whole: '0b101'", "write 5"),
            ("whole: ${PORT}", "placeholders are not filled in: write the value itself"),
            ("whole: eighty", ""),
            ("number: '0.5'", "take the quotes away"),
            ("number: 50%", "write 0.5"),
            ("number: '0,5'", "write 0.5"),
            ("number: '1,000'", "write 1000 or 1.000, whichever is meant"),
            ("number: '1,000,000.5'", "write 1000000.5"),
            ("number: 10k", "write the number in full, without a unit: 10000"),
            ("number: 12:30", "a time is no number: write the one that is meant"),
            ("truth: 'true'", "write `true`, without quotes"),
            ("truth: yes", "write `true`, without quotes"),
            ("truth: 'Off'", "write `false`, without quotes"),
            ("truth: 1", "write `true`"),
            ("truth: maybe", ""),
            ("text: true", "put it in quotes"),
            ("text: 12", "put it in quotes"),
            ("address: localhost", "a name is no address: write \"127.0.0.1\""),
            ("address: 10.0.0.1:80", "write \"10.0.0.1\", without the port"),
            ("address: '[::1]'", "write \"::1\""),
            ("socket: 10.0.0.1", "the port is missing, as in \"10.0.0.1:8080\""),
            ("socket: ':8080'", "the address is missing, as in \"0.0.0.0:8080\""),
            ("address: db.example.com", "a name is no address: write the address of that machine"),
            ("address: 10.0.0.0/8", "a network is no address: write \"10.0.0.0\""),
            ("address: http://10.0.0.1", "a URL is no address: write the address alone, as in \"127.0.0.1\""),
            ("socket: 127.0.0.1:70000", "a port is at most 65535"),
            ("socket: '::1:80'", "an IPv6 address with a port stands in brackets, as in \"[::1]:80\""),
            ("socket: localhost:80", "a name is no address: write \"127.0.0.1:80\""),
            ("wait: 30", "say the unit, as in \"30s\" or \"30ms\""),
            ("wait: '30'", "say the unit"),
            ("wait: PT5M", "write \"5m\""),
            ("wait: P1DT2H", "write \"1d 2h\""),
            ("wait: -5s", "a duration is never negative"),
            ("wait: 5 minuets", "the units are ns, us, ms, s, m, h, d, w"),
            ("wait: '01:30:00'", "write \"1h 30m 0s\""),
            ("list: a, b", "write [\"a\", \"b\"]"),
        ] {
            assert_eq!(remedy(text), expected, "{text}");
        }
    }

    #[test]
    fn a_variable_in_quotes_is_told_to_lose_them() {
        let variables = [("APP_WHOLE".to_owned(), "\"80\"".to_owned())];
        let error = Hot::<Values>::builder().env_from(variables).env("APP").build().unwrap_err();
        assert!(error.to_string().contains("; take the quotes away"), "{error}");
    }

    #[test]
    fn no_remedy_repeats_a_secret() {
        for text in ["pin: 0755", "pin: 1_000", "pin: '0xff'", "pin: 80.0"] {
            let error = Hot::<Values>::builder().text(Format::Yaml, text).build().unwrap_err();
            let message = error.problems()[0].message();
            assert!(!message.contains(|c: char| c.is_ascii_digit() && c != '1' && c != '6'), "{message}");
        }
    }

    #[derive(Debug, HotConfig)]
    struct Service {
        server: Listen,
        #[hot(default)]
        debug: bool,
        pool: Pool,
    }

    #[derive(Debug, HotConfig)]
    struct Listen {
        #[hot(default = 80)]
        port: u16,
        #[hot(default = 4)]
        workers: u8,
        tls: Option<Certificate>,
    }

    #[derive(Debug, HotConfig)]
    struct Certificate {
        cert: String,
    }

    #[derive(Debug, HotConfig)]
    struct Pool {
        #[hot(default = 4)]
        workers: u8,
    }

    #[test]
    fn an_unknown_key_is_looked_for_in_the_whole_configuration() {
        for (text, expected) in [
            ("port: 80", "port: unknown key; did you mean `server.port`?"),
            ("prot: 80", "prot: unknown key"),
            ("tls: {cert: a}", "tls: unknown key; did you mean `server.tls`?"),
            ("server: {debug: true}", "server.debug: unknown key; did you mean `debug`?"),
            ("workers: 3", "workers: unknown key"),
            ("server: {worker: 3}", "server.worker: unknown key; did you mean `workers`?"),
            ("pool: {port: 3}", "pool.port: unknown key; did you mean `server.port`?"),
            (
                "server.port: 80",
                "\"server.port\": unknown key; a dot in a name does not nest; write `port` within `server`",
            ),
            (
                "server: {tls.cert: 80}",
                "server.\"tls.cert\": unknown key; a dot in a name does not nest; write `cert` within `tls`",
            ),
        ] {
            let error = Hot::<Service>::builder().text(Format::Yaml, text).build().unwrap_err();
            let told = error.to_string();
            assert_eq!(told.lines().nth(1), Some(expected), "{text}");
        }
    }
}
