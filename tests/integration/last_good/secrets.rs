//! No secret is written, and a start finds them where they can be read.

use std::collections::BTreeMap;

use hotconf::{Builder, Hot, HotConfig, ProblemKind, Watch};
use hotconf_tests::Sandbox;

#[derive(Debug, HotConfig)]
struct Service {
    #[hot(default = 8000)]
    port: u16,
    #[hot(default = "none", secret)]
    token: String,
    #[hot(default)]
    database: Database,
    #[hot(default)]
    backends: Vec<Backend>,
    #[hot(default)]
    accounts: BTreeMap<String, Backend>,
    login: Option<Login>,
}

#[derive(Debug, Default, HotConfig)]
struct Database {
    #[hot(default = "localhost")]
    host: String,
    #[hot(default)]
    #[serde(alias = "pass")]
    #[hot(secret)]
    password: String,
}

#[derive(Debug, HotConfig)]
struct Backend {
    host: String,
    #[hot(default, secret)]
    key: String,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Login {
    Basic {
        user: String,
        #[hot(secret)]
        password: String,
    },
    Open,
}

const TEXT: &str = "\
# the old password was hunter-comment
port = 9
token = 'hunter-token'
[database]
host = 'db'
pass = 'hunter-password'
[[backends]]
host = 'b1'
key = 'hunter-backend'
[accounts.a]
host = 'a1'
key = 'hunter-account'
[login]
type = 'basic'
user = 'u'
password = 'hunter-login'
";

fn service(sandbox: &Sandbox) -> Builder<Service> {
    Hot::builder().watch(Watch::Off).file(sandbox.at("app.toml")).last_good(sandbox.at("kept"))
}

/// Begins well once, and gives what is kept.
fn kept(sandbox: &Sandbox) -> String {
    drop(service(sandbox).build().unwrap());
    sandbox.read("kept")
}

#[test]
fn no_secret_and_no_comment_is_in_the_file() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", TEXT);
    let kept = kept(&sandbox);
    assert!(!kept.contains("hunter"), "{kept}");
    assert!(kept.contains("\"db\"") && kept.contains("\"a1\""), "{kept}");
    let left_out = "[\"accounts.a.key\",\"backends\",\"database.password\",\"login\",\"token\"]";
    assert!(kept.contains(left_out), "{kept}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(sandbox.at("kept")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn secrets_of_the_present_are_taken_and_nothing_else_of_the_bad_source() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", TEXT);
    kept(&sandbox);
    // It can be read, and is bad all the same.
    let bad =
        TEXT.replace("port = 9", "port = 'x'").replace("'db'", "'elsewhere'").replace("hunter", "newer");
    sandbox.write("app.toml", bad);
    let cfg = service(&sandbox).build().unwrap();
    let now = cfg.load();
    assert_eq!((now.port, &*now.database.host), (9, "db"));
    assert_eq!((&*now.token, &*now.database.password), ("newer-token", "newer-password"));
    assert_eq!((&*now.backends[0].key, &*now.accounts["a"].key), ("newer-backend", "newer-account"));
    assert_eq!(now.accounts["a"].host, "a1");
    assert!(matches!(&now.login, Some(Login::Basic { password, .. }) if password == "newer-login"));
    assert_eq!(cfg.get("token").unwrap().to_string(), "***");
}

#[test]
fn a_secret_that_nobody_has_keeps_the_program_from_starting() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "port = 9\ntoken = 'hunter-token'");
    kept(&sandbox);
    sandbox.write("app.toml", "!");
    let error = service(&sandbox).build().unwrap_err();
    let last = error.problems().last().unwrap();
    assert_eq!((last.kind(), last.key().unwrap().as_str()), (ProblemKind::LastGood, "token"), "{error}");
    assert!(last.message().contains("this is a secret, which is not kept"), "{error}");
    assert!(!format!("{error:#}").contains("hunter"), "{error:#}");

    // A default is not taken in its place, and a variable is.
    let variables = [("APP_TOKEN".to_owned(), "given".to_owned())];
    let config = service(&sandbox).env_from(variables).env("APP").load().unwrap();
    assert_eq!((config.port, &*config.token), (9, "given"));
}

#[derive(Debug, HotConfig)]
struct Merging {
    #[hot(default, merge = "append")]
    backends: Vec<Backend>,
}

/// With the part of one source alone the list would be one that never was good.
#[test]
fn a_list_of_several_sources_with_secrets_is_whole_or_not_at_all() {
    let sandbox = Sandbox::new();
    let service = || {
        let files = Hot::<Merging>::builder().watch(Watch::Off);
        let files = files.file(sandbox.at("app.toml")).file(sandbox.at("site.toml"));
        files.last_good(sandbox.at("last-good.json"))
    };
    sandbox.write("app.toml", "backends = [{ host = 'a', key = 'hunter-a' }]");
    sandbox.write("site.toml", "backends = [{ host = 'b', key = 'hunter-b' }]");
    drop(service().build().unwrap());
    assert!(!sandbox.read("last-good.json").contains("hunter"));

    sandbox.write("site.toml", "wrong = 1\nbackends = [{ host = 'b', key = 'hunter-b' }]");
    let config = service().load().unwrap();
    let hosts: Vec<_> = config.backends.iter().map(|backend| &*backend.host).collect();
    assert_eq!(hosts, ["a", "b"]);

    sandbox.write("site.toml", "!");
    let error = service().build().unwrap_err();
    let last = error.problems().last().unwrap();
    assert_eq!((last.kind(), last.key().unwrap().as_str()), (ProblemKind::LastGood, "backends"), "{error}");
}

#[test]
fn a_folder_of_secrets_is_read_anew() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "database.host = 'db'");
    sandbox.write("secrets/database_host", "hunter-host\n");
    sandbox.write("secrets/port", "77");
    let builder = || service(&sandbox).secrets_dir(sandbox.at("secrets"));
    drop(builder().build().unwrap());
    let kept = sandbox.read("kept");
    assert!(!kept.contains("hunter") && !kept.contains("77"), "{kept}");
    sandbox.write("app.toml", "!");
    sandbox.write("secrets/database_host", "hunter-other");
    let cfg = builder().build().unwrap();
    assert_eq!((cfg.load().port, &*cfg.load().database.host), (77, "hunter-other"));
    assert_eq!(cfg.get("port").unwrap().to_string(), "***");
    drop(cfg);
    sandbox.remove("secrets/port");
    let error = builder().build().unwrap_err();
    assert_eq!(error.problems().last().unwrap().key().unwrap().as_str(), "port", "{error}");
}

#[test]
fn a_file_that_a_variable_names_is_read_anew() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "port = 9");
    sandbox.write("host", "hunter-host");
    let named = sandbox.at("host").display().to_string();
    let builder = || {
        let variables = [("APP_DATABASE_HOST_FILE".to_owned(), named.clone())];
        service(&sandbox).env_from(variables).env("APP")
    };
    drop(builder().build().unwrap());
    assert!(!sandbox.read("kept").contains("hunter"));
    sandbox.write("app.toml", "!");
    assert_eq!(builder().load().unwrap().database.host, "hunter-host");
    sandbox.remove("host");
    let error = builder().load().unwrap_err();
    assert!(error.problems().last().unwrap().message().contains("environment cannot be read"), "{error}");
}

#[test]
fn a_file_of_variables_is_kept_without_its_secrets() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "");
    sandbox.write("host", "hunter-host");
    let named = sandbox.at("host").display().to_string();
    sandbox.write(".env", format!("APP_PORT=9\nAPP_TOKEN=hunter-token\nAPP_DATABASE_HOST_FILE={named}\n"));
    let builder = || service(&sandbox).env_file(sandbox.at(".env")).env_from([]).env("APP");
    drop(builder().build().unwrap());
    let kept = sandbox.read("kept");
    assert!(!kept.contains("hunter"), "{kept}");
    sandbox.write("app.toml", "!");
    let cfg = builder().build().unwrap();
    assert_eq!(
        (cfg.load().port, &*cfg.load().token, &*cfg.load().database.host),
        (9, "hunter-token", "hunter-host")
    );
    let why = cfg.explain("port").to_string();
    assert!(why.contains("APP_PORT (") && why.contains(".env:1:10) (last good)"), "{why}");
}

#[test]
fn keys_that_no_field_has_are_not_written() {
    #[derive(Debug, HotConfig)]
    #[hot(unknown = "ignore")]
    struct Loose {
        #[hot(default)]
        port: u16,
    }
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "port = 9\nx-password = 'hunter'\n[other]\na = 'hunter'\n");
    let builder = || {
        Hot::<Loose>::builder().watch(Watch::Off).file(sandbox.at("app.toml")).last_good(sandbox.at("kept"))
    };
    drop(builder().build().unwrap());
    let kept = sandbox.read("kept");
    assert!(!kept.contains("hunter"), "{kept}");
    sandbox.write("app.toml", "!");
    assert_eq!(builder().load().unwrap().port, 9);
}

#[test]
fn secrets_are_kept_where_that_is_asked_for_and_shown_nowhere() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", TEXT);
    sandbox.write("secrets/database_host", "hunter-host");
    let builder = || {
        let builder = Hot::<Service>::builder().watch(Watch::Off).file(sandbox.at("app.toml"));
        builder.secrets_dir(sandbox.at("secrets")).last_good_with_secrets(sandbox.at("kept"))
    };
    let good = builder().build().unwrap();
    let values = good.values();
    drop(good);
    let kept = sandbox.read("kept");
    assert!(kept.contains("hunter-token") && kept.contains("\"left_out\":[]"), "{kept}");
    assert!(!kept.contains("hunter-comment"), "{kept}");
    sandbox.write("app.toml", "!");
    sandbox.remove("secrets/database_host");
    let cfg = builder().build().unwrap();
    let now = cfg.load();
    assert_eq!((&*now.token, &*now.database.password), ("hunter-token", "hunter-password"));
    assert_eq!((&*now.database.host, &*now.backends[0].key), ("hunter-host", "hunter-backend"));
    assert_eq!(cfg.values(), values);
    for shown in [super::told(&cfg), format!("{:?}", cfg.status()), cfg.values().to_string()] {
        assert!(!shown.contains("hunter"), "{shown}");
    }
    drop(cfg);

    // Where it is not asked for any more they are gone after the next good start.
    sandbox.write("app.toml", TEXT);
    let builder = Hot::<Service>::builder().watch(Watch::Off).file(sandbox.at("app.toml"));
    drop(builder.secrets_dir(sandbox.at("secrets")).last_good(sandbox.at("kept")).build().unwrap());
    assert!(!sandbox.read("kept").contains("hunter"));
}
