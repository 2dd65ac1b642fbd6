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
