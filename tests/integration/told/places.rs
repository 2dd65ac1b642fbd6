//! What is no place in a configuration file has one all the same: a variable, the file that it names, an argument, the
//! call that set an override, the field that declares a default.

use std::collections::BTreeMap;

use hotconf::{Builder, Error, Format, Hot, HotConfig, OriginKind};
use hotconf_tests::Sandbox;
use validator::Validate;

use super::{SECRET, lines, told, variables};

#[derive(Debug, HotConfig, Validate)]
struct Config {
    #[hot(default = 80)]
    #[validate(range(min = 10))]
    port: u16,
    #[hot(default)]
    tags: Vec<u8>,
    #[hot(default, max_items = 1)]
    upstreams: Vec<Upstream>,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(secret)]
    token: Option<u64>,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    url: String,
    #[hot(default = 1)]
    weight: u8,
}

fn with<const N: usize>(set: [(&str, &str); N]) -> Builder<Config> {
    Hot::builder().env_from(variables(set)).env("APP")
}

/// The places of all problems.
fn places(error: &Error) -> Vec<String> {
    lines(error);
    error.problems().iter().map(|problem| problem.origin().unwrap().to_string()).collect()
}

#[test]
fn a_value_from_a_file_that_a_variable_names_has_that_file() {
    let sandbox = Sandbox::new();
    sandbox.write("port", "90\n");
    sandbox.write("token", format!("{SECRET}\n"));
    sandbox.write("flags", format!("{{\n  \"a\": true,\n  \"é\": {SECRET}\n}}\n"));
    let at = |name: &str| sandbox.at(name).display().to_string();
    let cfg = with([("APP_PORT_FILE", &at("port"))]).build().unwrap();
    let explanation = cfg.explain("port");
    let origin = explanation.origin().unwrap();
    assert_eq!(origin.file(), Some(&*sandbox.at("port")));
    assert!(matches!(origin.kind(), OriginKind::VariableFile { name, .. } if &**name == "APP_PORT_FILE"));
    let shown = format!("port = 90\n  at {} (named by APP_PORT_FILE)\n  over 80, the default", at("port"));
    assert_eq!(explanation.to_string(), shown);

    let error =
        with([("APP_TOKEN_FILE", &*at("token")), ("APP_FLAGS_FILE", &*at("flags"))]).build().unwrap_err();
    let expected = [
        format!("{}:3:8 (named by APP_FLAGS_FILE)", at("flags")),
        format!("{} (named by APP_TOKEN_FILE)", at("token")),
    ];
    let mut found = places(&error);
    found.sort();
    assert_eq!(found, expected, "{error}");
}

#[test]
fn a_secret_has_its_file_and_the_place_in_it() {
    let sandbox = Sandbox::new();
    sandbox.write("run/token", SECRET);
    sandbox.write("run/tags", [b"1,\n2".as_slice(), b"\xFF"].concat());
    sandbox.write("run/flags", format!(" {{\"a\": {SECRET}}}"));
    let error = Hot::<Config>::builder().secrets_dir(sandbox.at("run")).build().unwrap_err();
    let at = |name: &str| sandbox.at("run").join(name).display().to_string();
    assert_eq!(places(&error), [at("flags") + ":1:8", at("tags") + ":2:2", at("token")], "{error}");
}

#[test]
fn a_mistake_in_json_has_its_column_or_its_line() {
    let text = format!("{{\"a\":\n true, \"b\": {SECRET}}}");
    let problems =
        told(with([("APP_FLAGS", &*text), ("APP_UPSTREAMS", "  [{'"), ("APP_TAGS", "[1, [2, [x]]]")]));
    assert_eq!(
        problems,
        [
            "flags: not valid JSON: there is something else than JSON, at line 2, column 13\n  from APP_FLAGS \
             (environment)",
            "tags: not valid JSON: there is something else than JSON, at column 10\n  from APP_TAGS (environment)",
            "upstreams: not valid JSON: there is something else than JSON, at column 5\n  from APP_UPSTREAMS \
             (environment)",
        ]
    );
}

#[test]
fn items_have_the_variable_that_sets_them() {
    let problems =
        told(with([("APP_TAGS", "1, x, 300"), ("APP_UPSTREAMS", r#"[{"url": "a"}, {"weight": "x"}]"#)]));
    let from_json = "\n  from APP_UPSTREAMS (environment)";
    assert_eq!(
        problems,
        [
            "tags.1: expected a whole number (u8), found the text \"x\"\n  from APP_TAGS (environment)"
                .to_owned(),
            "tags.2: 300 is too large for u8 (at most 255)\n  from APP_TAGS (environment)".to_owned(),
            format!("upstreams: has 2 items, and at most 1 are allowed{from_json}"),
            format!("upstreams.1.url: is required, and set nowhere{from_json}"),
            format!("upstreams.1.weight: expected a whole number (u8), found the text \"x\"{from_json}"),
        ]
    );
    let problems = told(with([
        ("APP_TAGS__0", "x"),
        ("APP_TAGS__2", "1"),
        ("APP_UPSTREAMS__0__URL", "a"),
        ("APP_UPSTREAMS__0__WEIGHT", "300"),
        ("APP_UPSTREAMS__1__WEIGHT", "2"),
    ]));
    let gap = "tags: item 1 is missing; items of a list are numbered from 0 without a gap, each by its own variable\n  \
               from APP_TAGS__2 (environment)";
    assert_eq!(
        problems,
        [
            gap,
            "tags.0: expected a whole number (u8), found the text \"x\"\n  from APP_TAGS__0 (environment)",
            "upstreams: has 2 items, and at most 1 are allowed\n  from APP_UPSTREAMS__0__URL (environment)",
            "upstreams.0.weight: 300 is too large for u8 (at most 255)\n  from APP_UPSTREAMS__0__WEIGHT \
             (environment)",
            "upstreams.1.url: is required, and set nowhere\n  from APP_UPSTREAMS__1__WEIGHT (environment)",
        ]
    );
}

#[test]
fn a_value_in_a_file_of_variables_has_its_line_and_column() {
    let sandbox = Sandbox::new();
    sandbox.write("app.env", format!("# é\n  export PORT = 'x'\nTOKEN={SECRET}\nTAGS__1=2\n"));
    let error = Hot::<Config>::builder().env_from([]).env_file(sandbox.at("app.env")).build().unwrap_err();
    let file = sandbox.at("app.env").display().to_string();
    let expected =
        [format!("PORT ({file}:2:17)"), format!("TOKEN ({file}:3:7)"), format!("TAGS__1 ({file}:4:9)")];
    assert_eq!(places(&error), expected, "{error}");
}

#[test]
fn an_argument_has_its_number_and_an_override_its_call() {
    let problems = told(Hot::<Config>::builder().arg_overrides(["port=80", SECRET, SECRET, "token=hunter2"]));
    let no_key = |number| {
        format!(
            "argument {number} has no `KEY=` in front of its value; write it as in `server.port=9000`\n  from arguments"
        )
    };
    let token = "token: expected a whole number (u64), found a text\n  from token=… (argument)";
    assert_eq!(problems, [no_key(2), no_key(3), token.to_owned()]);

    let cfg: Hot<Config> = Hot::builder().build().unwrap();
    let line = line!() + 1;
    let error = cfg.set("tags", vec![1, 1000]).unwrap_err();
    assert_eq!(places(&error), [format!("an override set at {}:{line}:21", file!())], "{error}");
}

#[derive(Debug, HotConfig, Validate)]
struct Wrong {
    #[hot(default = ["a", "b"])]
    tags: std::collections::BTreeSet<Short>,
    inner: Inner,
}

#[derive(Debug, HotConfig, Validate)]
struct Inner {
    #[hot(default = 5 + 5)]
    #[validate(range(max = 9))]
    number: u8,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, HotConfig)]
#[serde(try_from = "String")]
struct Short(String);

impl TryFrom<String> for Short {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "a" { Ok(Self(text)) } else { Err("not short".to_owned()) }
    }
}

#[test]
fn a_wrong_default_has_the_field_that_declares_it() {
    let problems = told(Hot::<Wrong>::builder().text(Format::Toml, ""));
    assert_eq!(
        problems,
        [
            "tags.1: not short\n  from the default of `Wrong::tags`",
            "inner.number: 10 is out of range; must be at most 9\n  from the default of `Inner::number`",
        ]
    );
}
