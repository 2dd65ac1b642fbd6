//! Where secrets are printed.

use hotconf::HotConfig;
use serde::Deserialize;

use crate::support::{self, Sandbox, with_clapfig};

/// A secret of the wrong type: the error does not show it.
mod not_in_a_type_error {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // it only has to be read
    struct AppConfig {
        #[hot(secret)]
        pin: u32,
    }

    #[derive(Debug, confique::Config)]
    #[allow(dead_code)] // it only has to be read
    struct Confique {
        pin: u32,
    }

    #[cfg(feature = "clapfig")]
    #[derive(Debug, Deserialize, clapfig::Schema)]
    #[allow(dead_code)] // it only has to be read
    struct Clapfig {
        pin: u32,
    }

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "pin = \"tulip\"\n");
        sandbox.write("app.yaml", "pin: tulip\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("pin") && !error.contains("tulip"), "{error}");
    }

    #[test]
    fn figment_no() {
        let error = support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("tulip"), "{error}");
    }

    #[test]
    fn config_rs_no() {
        let error = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("tulip"), "{error}");
    }

    #[test]
    fn confique_no() {
        let error = support::confique::<Confique>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("tulip"), "{error}");
    }

    #[test]
    fn dynamic_config_yes() {
        let error = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("pin") && !error.contains("tulip"), "{error}");
    }

    #[test]
    fn rtb_config_no() {
        let error = support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(error.contains("tulip"), "{error}");
    }

    with_clapfig! {
        fn clapfig_partly() {
            // The error itself has no value; rendered, it shows the line.
            let plain = support::clapfig_plain::<Clapfig>(&sandbox().path("app.toml")).unwrap_err().to_string();
            assert!(!plain.contains("tulip"), "{plain}");
            let error = support::clapfig::<Clapfig>(&sandbox().path("app.toml")).unwrap_err();
            assert!(error.contains("tulip"), "{error}");
        }
    }
}

/// A mistake of syntax in the line of a secret: the error does not show the line.
mod not_in_a_syntax_error {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // it only has to be read
    struct AppConfig {
        #[hot(secret)]
        password: String,
    }

    #[derive(Debug, confique::Config)]
    #[allow(dead_code)] // it only has to be read
    struct Confique {
        password: String,
    }

    #[cfg(feature = "clapfig")]
    #[derive(Debug, Deserialize, clapfig::Schema)]
    #[allow(dead_code)] // it only has to be read
    struct Clapfig {
        password: String,
    }

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "password = tulip\n");
        sandbox.write("app.yaml", "password: \"tulip\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("app.toml:1:12") && !error.contains("tulip"), "{error}");
    }

    #[test]
    fn figment_no() {
        let error = support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("tulip"), "{error}");
    }

    #[test]
    fn config_rs_no() {
        let error = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("tulip"), "{error}");
    }

    #[test]
    fn confique_no() {
        let error = support::confique::<Confique>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("tulip"), "{error}");
    }

    #[test]
    fn dynamic_config_yes() {
        let error = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("tulip"), "{error}");
    }

    /// Its YAML parser is told to leave the text out.
    #[test]
    fn rtb_config_yes() {
        let error = support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(error.contains("line 2") && !error.contains("tulip"), "{error}");
    }

    with_clapfig! {
        fn clapfig_partly() {
            // The error itself has no value; rendered, it shows the line.
            let plain = support::clapfig_plain::<Clapfig>(&sandbox().path("app.toml")).unwrap_err().to_string();
            assert!(!plain.contains("tulip"), "{plain}");
            let error = support::clapfig::<Clapfig>(&sandbox().path("app.toml")).unwrap_err();
            assert!(error.contains("tulip"), "{error}");
        }
    }
}

/// `{:?}` of the program's own struct masks what is marked as a secret.
mod not_in_debug_of_the_struct {
    use super::*;

    /// A derived `Debug` prints every field: hotconf has the mark, and does not write a `Debug` of its own.
    #[test]
    fn hotconf_no() {
        #[derive(Debug, HotConfig)]
        #[allow(dead_code)] // it only has to be printed
        struct AppConfig {
            #[hot(secret)]
            password: String,
        }

        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "password = \"tulip\"\n");
        let cfg = support::hotconf::<AppConfig>(&sandbox.path("app.toml")).unwrap();
        assert!(format!("{:?}", &*cfg.load()).contains("tulip"));
        assert!(!format!("{cfg:?} {:?} {:?}", cfg.snapshot(), cfg.status()).contains("tulip"));
    }

    #[test]
    fn dynamic_config_yes() {
        #[dynamic_config::dynamic_config]
        #[derive(Deserialize)]
        #[allow(dead_code)] // it only has to be printed
        struct AppConfig {
            #[config(secret)]
            password: String,
        }

        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "password = \"tulip\"\n");
        let config = support::dynamic_config::<AppConfig>(&sandbox.path("app.toml"));
        let Ok(config) = config else { panic!() };
        assert_eq!(config.password, "tulip");
        assert!(!format!("{config:?}").contains("tulip"));
    }
}
