//! One bad value hides nothing of its own layer.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hotconf::{Builder, Hot, HotConfig};
use hotconf_tests::Sandbox;

use super::{SECRET, told, variables};

#[derive(Debug, HotConfig)]
struct Config {
    server: Server,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default)]
    upstreams: Vec<Upstream>,
    #[hot(secret)]
    token: Option<u64>,
    log: Option<PathBuf>,
}

#[derive(Debug, HotConfig)]
struct Server {
    host: String,
    #[hot(default = 80)]
    port: u16,
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

#[test]
fn every_bad_variable_is_told() {
    let problems = told(with([
        ("APP_FLAGS", "{'a': true}"),
        ("APP_FLAGS__DARK", "maybe"),
        ("APP_FLAGS__dark", "yes"),
        ("APP_SERVER_HOST_FILE", "/does/not/exist"),
        ("APP_SERVER_PORT", "70000"),
        ("APP_TOKEN", SECRET),
        ("APP_UPSTREAMS__0__URL_FILE", "/"),
        ("APP_UPSTREAMS__0__WEIGHT", "300"),
        ("APP_UPSTREAMS__1__WEIGHT", "2"),
        ("APP_UPSTREAMS__2", SECRET),
    ]));
    let keys: Vec<_> = problems.iter().map(|problem| problem.split_once(": ").unwrap().0).collect();
    let expected = [
        "flags.dark",
        "flags",
        "server.host",
        "upstreams.2",
        "upstreams.0.url",
        "server.port",
        "flags.dark",
        "upstreams.0.weight",
        "upstreams.1.url",
        "token",
    ];
    assert_eq!(keys, expected, "{problems:#?}");
    assert_eq!(
        problems[0],
        "flags.dark: is set by two variables, APP_FLAGS__DARK and APP_FLAGS__dark; keep one of them\n  from \
         APP_FLAGS__dark (environment)"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_one_of_several_problems() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;

    if std::env::var_os("TOLD_APP_CHILD").is_some() {
        let problems = told(Hot::<Config>::builder().env("TOLDAPP"));
        println!("{problems:#?}");
        return;
    }
    let test = "a_variable_that_is_no_text_is_one_of_several_problems";
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--nocapture"])
        .env("TOLD_APP_CHILD", "1")
        .env("TOLDAPP_SERVER_PORT", "x")
        .env("TOLDAPP_SERVER_HOST", OsStr::from_bytes(b"hunter2\xFF"))
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("server.host: the variable is not Unicode text, and cannot be read"), "{shown}");
    assert!(shown.contains("server.port: ") && !shown.contains("is required"), "{shown}");
}

#[test]
fn every_bad_argument_is_told() {
    let arguments = ["server.port", SECRET, "server.port=x", "flags=[", "sever=1", "token=hunter2"];
    let problems = told(Hot::<Config>::builder().arg_overrides(arguments));
    let starts: Vec<_> = problems.iter().map(|problem| problem.split(": ").next().unwrap()).collect();
    let starts: Vec<_> = starts.iter().map(|start| start.split(" has ").next().unwrap()).collect();
    let expected = ["argument 1", "argument 2", "flags", "server.port", "token", "sever"];
    assert_eq!(starts, expected, "{problems:#?}");
    // It may be the host that has lost its key; else it is missing.
    let problems = told(Hot::<Config>::builder().arg_overrides(&arguments[2..]));
    assert!(problems.iter().any(|problem| problem.starts_with("server.host: is required")), "{problems:#?}");
}

#[test]
fn every_bad_line_of_a_file_of_variables_is_told() {
    let sandbox = Sandbox::new();
    let text = format!(
        "APP_SERVER_PORT={SECRET}x\nAPP_TOKEN {SECRET}\nAPP_SERVER_PORT=x\nAPP_FLAGS__A=maybe\nB=\"{SECRET}\nAPP_TOKEN=x\nAPP_PROT=1\n"
    );
    sandbox.write("app.env", text);
    let builder = Hot::<Config>::builder().env_from([]).env_file(sandbox.at("app.env"));
    let problems = told(builder.strict_env("APP"));
    let places: Vec<_> = problems.iter().map(|problem| problem.rsplit_once(".env:").unwrap().1).collect();
    assert_eq!(places, ["2:11", "3:17)", "4:14)", "5:3", "6:11)", "7:1)"], "{problems:#?}");
}

#[test]
fn every_bad_secret_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("run/server.port", SECRET);
    sandbox.write("run/token", [SECRET.as_bytes(), b"\xFF"].concat());
    sandbox.write("run/flags", format!("{{\"{SECRET}\": "));
    sandbox.write("run/flags__a", SECRET);
    let problems = told(Hot::<Config>::builder().secrets_dir(sandbox.at("run")));
    let keys: Vec<_> = problems.iter().map(|problem| problem.split_once(": ").unwrap().0).collect();
    assert_eq!(keys, ["server.host", "flags", "flags.a", "server.port", "token"], "{problems:#?}");
}

#[test]
fn every_bad_file_of_a_folder_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/10.toml", "server.port = 'x'");
    sandbox.write("conf.d/20.toml", format!("server.port = {SECRET}"));
    sandbox.write("conf.d/30.toml", [b"a = '".as_slice(), SECRET.as_bytes(), b"\xFF'"].concat());
    sandbox.write("conf.d/40.yaml", format!("token: {SECRET}\nflags: {{a: b}}"));
    let problems = told(Hot::<Config>::builder().dir(sandbox.at("conf.d")));
    let places: Vec<_> = problems.iter().map(|problem| problem.rsplit('/').next().unwrap()).collect();
    assert_eq!(
        places,
        ["10.toml:1:15", "20.toml:1:15", "30.toml:1:13", "40.yaml:1:8", "40.yaml:2:12"],
        "{problems:#?}"
    );
}
