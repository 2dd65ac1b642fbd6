//! What is said of mistakes in a file.

use hotconf::HotConfig;
use serde::Deserialize;

use crate::support::{self, Sandbox, with_clapfig};

#[derive(Debug, Clone, Deserialize, HotConfig)]
#[allow(dead_code)] // they only have to be read
struct AppConfig {
    name: String,
    server: Server,
}

#[derive(Debug, Clone, Deserialize, HotConfig)]
#[allow(dead_code)] // they only have to be read
struct Server {
    port: u16,
    workers: usize,
}

mod with_confique {
    #[derive(Debug, confique::Config)]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct AppConfig {
        name: String,
        #[config(nested)]
        server: Server,
    }

    #[derive(Debug, confique::Config)]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct Server {
        port: u16,
        workers: usize,
    }
}

#[cfg(feature = "clapfig")]
mod with_clapfig {
    #[derive(Debug, serde::Deserialize, clapfig::Schema)]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct AppConfig {
        name: String,
        server: Server,
    }

    #[derive(Debug, serde::Deserialize, clapfig::Schema)]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct Server {
        port: u16,
        workers: usize,
    }
}

/// The same as above, with unknown keys refused as serde does it.
mod strict {
    use serde::Deserialize;

    #[derive(Debug, Clone, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct AppConfig {
        name: String,
        server: Server,
    }

    #[derive(Debug, Clone, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct Server {
        port: u16,
        workers: usize,
    }
}

mod strict_confique {
    #[derive(Debug, confique::Config)]
    #[config(layer_attr(serde(deny_unknown_fields)))]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct AppConfig {
        name: String,
        #[config(nested)]
        server: Server,
    }

    #[derive(Debug, confique::Config)]
    #[config(layer_attr(serde(deny_unknown_fields)))]
    #[allow(dead_code)] // they only have to be read
    pub(super) struct Server {
        port: u16,
        workers: usize,
    }
}

/// A sandbox with the same content as TOML and as YAML.
fn files(toml: &str, yaml: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", toml);
    sandbox.write("app.yaml", yaml);
    sandbox
}

/// Two values of the wrong type, and a key that is missing.
mod all_at_once {
    use super::*;

    fn sandbox() -> Sandbox {
        files("[server]\nport = 70000\nworkers = \"many\"\n", "server:\n  port: 70000\n  workers: many\n")
    }

    /// Which of the three keys the text speaks of.
    fn told(text: &str) -> Vec<&'static str> {
        ["name", "port", "workers"].into_iter().filter(|key| text.contains(key)).collect()
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert_eq!(told(&error), ["name", "port", "workers"]);
    }

    #[test]
    fn figment_no() {
        let error = support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert_eq!(told(&error), ["port"]);
    }

    /// Which one differs from run to run.
    #[test]
    fn config_rs_no() {
        let error = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert_eq!(told(&error).len(), 1);
    }

    #[test]
    fn confique_no() {
        let error = support::confique::<with_confique::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert_eq!(told(&error), ["port"]);
    }

    #[test]
    fn dynamic_config_no() {
        let error = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert_eq!(told(&error), ["port"]);
    }

    #[test]
    fn rtb_config_no() {
        let error = support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert_eq!(told(&error), ["port"]);
    }

    with_clapfig! {
        fn clapfig_partly() {
            let error = support::clapfig::<with_clapfig::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
            assert_eq!(told(&error), ["name"]);
            // All unknown keys are told of together.
            let sandbox = Sandbox::new();
            sandbox.write("app.toml", "naem = 1\n[server]\nprot = 1\n");
            let error = support::clapfig::<with_clapfig::AppConfig>(&sandbox.path("app.toml")).unwrap_err();
            assert!(error.contains("naem") && error.contains("prot"), "{error}");
        }
    }
}

/// The file, the line and the column of a value that has the wrong type.
mod place_of_a_wrong_value {
    use super::*;

    fn sandbox() -> Sandbox {
        files(
            "name = \"shop\"\n[server]\nport = \"http\"\nworkers = 4\n",
            "name: shop\nserver:\n  port: http\n  workers: 4\n",
        )
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml:3:8"), "{error}");
    }

    #[test]
    fn figment_partly() {
        let error = support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml") && !error.contains('3'), "{error}");
    }

    #[test]
    fn config_rs_partly() {
        let error = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml") && !error.contains('3'), "{error}");
    }

    #[test]
    fn confique_yes() {
        let error = support::confique::<with_confique::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml") && error.contains("line 3, column 8"), "{error}");
    }

    #[test]
    fn dynamic_config_partly() {
        let error = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml") && !error.contains('3'), "{error}");
    }

    #[test]
    fn rtb_config_partly() {
        let error = support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(error.contains("app.yaml") && !error.contains('3'), "{error}");
    }

    with_clapfig! {
        fn clapfig_yes() {
            let error = support::clapfig::<with_clapfig::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
            assert!(error.contains("app.toml:3\n   3 | port = \"http\"\n              ^^^^^^"), "{error}");
        }
    }
}

/// A key that no field has, in a section, is refused without a word in the program.
mod unknown_key_is_refused {
    use super::*;

    pub(super) fn sandbox() -> Sandbox {
        files(
            "name = \"shop\"\n[server]\nport = 80\nworkers = 4\nwokers = 8\n",
            "name: shop\nserver:\n  port: 80\n  workers: 4\n  wokers: 8\n",
        )
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("server.wokers: unknown key"), "{error}");
    }

    #[test]
    fn figment_no() {
        assert!(support::figment::<AppConfig>(&sandbox().path("app.toml")).is_ok());
    }

    #[test]
    fn config_rs_no() {
        assert!(support::config_rs::<AppConfig>(&sandbox().path("app.toml")).is_ok());
    }

    #[test]
    fn confique_no() {
        assert!(support::confique::<with_confique::AppConfig>(&sandbox().path("app.toml")).is_ok());
    }

    #[test]
    fn dynamic_config_no() {
        assert!(support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).is_ok());
    }

    #[test]
    fn rtb_config_no() {
        assert!(support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).is_ok());
    }

    with_clapfig! {
        fn clapfig_yes() {
            let error = support::clapfig::<with_clapfig::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
            assert!(error.contains("server.wokers"), "{error}");
        }
    }
}

/// The file, the line and the column of an unknown key; where they are not refused by themselves, with
/// `deny_unknown_fields`.
mod place_of_an_unknown_key {
    use super::unknown_key_is_refused::sandbox;
    use super::*;

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml:5:1"), "{error}");
    }

    #[test]
    fn figment_partly() {
        let error = support::figment::<strict::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml") && !error.contains('5'), "{error}");
    }

    #[test]
    fn config_rs_no() {
        let error = support::config_rs::<strict::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("app.toml") && !error.contains('5'), "{error}");
    }

    #[test]
    fn confique_yes() {
        let error = support::confique::<strict_confique::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml") && error.contains("line 5, column 1"), "{error}");
    }

    #[test]
    fn dynamic_config_partly() {
        let error = support::dynamic_config::<strict::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml") && !error.contains('5'), "{error}");
    }

    #[test]
    fn rtb_config_partly() {
        let error = support::rtb_config::<strict::AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(error.contains("app.yaml") && !error.contains('5'), "{error}");
    }

    with_clapfig! {
        fn clapfig_yes() {
            let error = support::clapfig::<with_clapfig::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
            assert!(error.contains("app.toml:5\n"), "{error}");
            assert!(error.contains("   5 | wokers = 8\n       ^^^^^^"), "{error}");
        }
    }
}

/// The name that was probably meant by an unknown key.
mod nearest_name {
    use super::unknown_key_is_refused::sandbox;
    use super::*;

    /// The text gives `workers` as a proposal, not only in a list of all fields.
    fn proposes(error: &str) -> bool {
        error.contains("workers") && !error.contains("port")
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("did you mean `workers`?") && proposes(&error), "{error}");
    }

    #[test]
    fn figment_no() {
        let error = support::figment::<strict::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!proposes(&error), "{error}");
    }

    #[test]
    fn config_rs_no() {
        let error = support::config_rs::<strict::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!proposes(&error), "{error}");
    }

    #[test]
    fn confique_no() {
        let error = support::confique::<strict_confique::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!proposes(&error.replace("wokers", "")), "{error}");
    }

    /// `check()` proposes names for the top level of a type that is declared with the attribute.
    #[test]
    fn dynamic_config_partly() {
        #[dynamic_config::dynamic_config]
        #[derive(Debug, Deserialize)]
        #[allow(dead_code)] // they only have to be read
        struct Declared {
            name: String,
            #[serde(default)]
            server: Option<Section>,
        }
        #[derive(Debug, Deserialize)]
        #[allow(dead_code)] // they only have to be read
        struct Section {
            workers: usize,
        }

        let sandbox = Sandbox::new();
        let check = |text: &str| {
            sandbox.write("app.toml", text);
            let file = sandbox.path("app.toml").display().to_string();
            Declared::builder("").whole_document().file(file).check().unwrap().to_string()
        };
        let top = check("name = \"shop\"\nservre = 1\n");
        assert!(top.contains("servre") && top.contains("did you mean") && top.contains("server"), "{top}");
        let inner = check("name = \"shop\"\nserver = { workers = 4, wokers = 8 }\n");
        assert!(!inner.contains("did you mean"), "{inner}");
    }

    #[test]
    fn rtb_config_no() {
        let error = support::rtb_config::<strict::AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(!proposes(&error), "{error}");
    }

    with_clapfig! {
        fn clapfig_no() {
            let error = support::clapfig::<with_clapfig::AppConfig>(&sandbox().path("app.toml")).unwrap_err();
            assert!(!error.replace("wokers", "").contains("workers"), "{error}");
        }
    }
}
