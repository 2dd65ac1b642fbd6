//! What the streams of hostile texts and the fuzz targets have found.

use hotconf::{Format, Hot, HotConfig, Watch};

#[derive(HotConfig)]
struct Config {
    #[hot(secret)]
    login: Option<Login>,
}

#[derive(HotConfig)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Login {
    Nobody,
    Password { password: String },
}

/// A section that is a secret is one with the tag of its enum.
#[test]
fn tag_in_a_secret_section_is_not_shown() {
    let builders = || Hot::<Config>::builder().watch(Watch::Off);
    let variables = [("APP_LOGIN".to_owned(), r#"{"kind": "hunter2"}"#.to_owned())];
    let built = [
        builders().text(Format::Toml, "login.kind = 'hunter2'").build(),
        builders().text(Format::Json, r#"{"login": {"kind": "hunter2"}}"#).build(),
        builders().arg_overrides(["login.kind=hunter2"]).build(),
        builders().env_from(variables).env("APP").build(),
    ];
    for built in built {
        let error = built.unwrap_err().to_string();
        assert!(error.contains("login.kind: the value is not one of nobody, password"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

/// A terminal obeys what is in the name of a key, of a variable, or in the text of a value.
#[test]
fn control_characters_are_escaped() {
    let built = [
        Hot::<Config>::builder().text(Format::Json, r#"{"\u001b[2J\u202ex\ny": 1}"#).build(),
        Hot::<Config>::builder().arg_overrides(["\u{1b}[2J\u{202e}x\ny=1"]).build(),
        Hot::<Config>::builder()
            .env_from([("APP_\u{1b}[2J\u{202e}x\ny".to_owned(), "1".to_owned())])
            .strict_env("APP")
            .build(),
    ];
    for built in built {
        let error = built.unwrap_err();
        for shown in [format!("{error}"), format!("{error:#}"), format!("{:?}", error.problems())] {
            assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
        }
        assert_eq!(error.to_string().lines().count(), 3, "{error}");
        assert!(error.to_string().contains("\\u{1b}[2J\\u{202e}x\\ny"), "{error}");
    }
}

/// A number of many digits is not repeated whole.
#[test]
fn long_numbers_are_shortened() {
    #[derive(HotConfig)]
    struct Port {
        #[hot(default = 1)]
        port: u16,
    }
    let error = Hot::<Port>::builder().text(Format::Toml, format!("port = {}", "9".repeat(9_000))).build();
    let message = format!("{}… is too large for u16 (at most 65535)", "9".repeat(80));
    assert_eq!(error.unwrap_err().problems()[0].message(), message);
}

/// A text of one line, with many problems in it: each has its column, and counting it takes no time.
#[test]
fn columns_are_counted_in_long_lines() {
    #[derive(Debug, HotConfig)]
    struct Items {
        #[hot(default)]
        é: Vec<String>,
    }
    let items = "1,".repeat(20_000);
    let error =
        Hot::<Items>::builder().text(Format::Json, format!("{{\"é\": [{items}0]}}")).build().unwrap_err();
    let columns: Vec<_> =
        error.problems()[..1000].iter().map(|problem| problem.origin().unwrap().column()).collect();
    assert_eq!(columns, (0..1000).map(|number| Some(8 + 2 * number)).collect::<Vec<_>>());
}
