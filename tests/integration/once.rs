//! A configuration that is loaded once, for a program that keeps the value and no store.

use hotconf::{Format, Hot, HotConfig};
use hotconf_tests::Sandbox;

#[derive(Debug, PartialEq, HotConfig)]
struct Config {
    server: Server,
    #[hot(default = false)]
    debug: bool,
}

#[derive(Debug, PartialEq, HotConfig)]
struct Server {
    #[hot(default = 8000)]
    port: u16,
    workers: usize,
}

#[test]
fn the_value_is_that_of_a_store_with_the_same_sources() {
    let sandbox = Sandbox::new();
    let file = sandbox.at("app.toml");
    std::fs::write(&file, "debug = true\n[server]\nworkers = 8\n").unwrap();
    let builder = || {
        let variables = [("APP_SERVER_PORT".to_owned(), "9000".to_owned())];
        let builder = Hot::<Config>::builder().text(Format::Toml, "server.workers = 4").file(&file);
        builder.env_from(variables).env("APP").arg_overrides(["debug=off"])
    };
    let config: Config = builder().load().unwrap();
    assert_eq!(config, Config { server: Server { port: 9000, workers: 8 }, debug: false });
    assert_eq!(config, *builder().build().unwrap().load());
}

#[test]
fn every_problem_is_told_as_by_a_store() {
    let sandbox = Sandbox::new();
    let missing = sandbox.at("missing.toml");
    let builder = || {
        let text = "serverr = 1\n[server]\nport = 70000\n";
        Hot::<Config>::builder().text(Format::Toml, text).file(&missing)
    };
    let error = builder().load().unwrap_err();
    assert_eq!(error.to_string(), builder().build().unwrap_err().to_string());
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::code).collect();
    assert_eq!(kinds, ["unknown-key", "out-of-range", "missing-source"]);
}

#[test]
fn a_schema_that_cannot_be_read_is_refused() {
    #[derive(HotConfig)]
    struct Outer {
        #[hot(default)]
        port: u16,
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(HotConfig)]
    struct Inner {
        #[hot(default)]
        port: u16,
    }
    let error = Hot::<Outer>::builder().load().err().expect("two fields have one name");
    assert_eq!(error.problems()[0].code(), "ambiguous-key");
}
