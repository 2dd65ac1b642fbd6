//! How values are read from variables.

use hotconf::HotConfig;
use serde::Deserialize;

use crate::support::{Sandbox, with_clapfig, with_environment};
use crate::variables::{config_rs, double_underscores, dynamic_config, hotconf, rtb_config};

/// `APP_PASSWORD=00123456` is the text `00123456`.
mod digits_stay_text {
    use super::*;

    const VARIABLES: &[(&str, &str)] = &[("APP_PASSWORD", "00123456"), ("APP__PASSWORD", "00123456")];

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        #[hot(secret)]
        password: String,
    }

    #[test]
    fn hotconf_yes() {
        with_environment(&VARIABLES[..1], || {
            assert_eq!(hotconf::<AppConfig>().unwrap().load().password, "00123456");
        });
    }

    #[test]
    fn figment_no() {
        with_environment(&VARIABLES[..1], || {
            let figment = figment::Figment::from(figment::providers::Env::prefixed("APP_"));
            let error = figment.extract::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains("found unsigned int `123456`, expected a string"), "{error}");
        });
    }

    /// Without `try_parsing` it is, and numbers are read from text; with it, which lists need, it is not.
    #[test]
    fn config_rs_partly() {
        with_environment(&VARIABLES[..1], || {
            let plain = config::Environment::with_prefix("APP");
            assert_eq!(config_rs::<AppConfig>(plain.clone()).unwrap().password, "00123456");
            assert_eq!(config_rs::<AppConfig>(plain.try_parsing(true)).unwrap().password, "123456");
        });
    }

    #[test]
    fn confique_yes() {
        #[derive(confique::Config)]
        struct Confique {
            #[config(env = "APP_PASSWORD")]
            password: String,
        }
        with_environment(&VARIABLES[..1], || {
            use confique::Config;
            assert_eq!(Confique::builder().env().load().unwrap().password, "00123456");
        });
    }

    #[test]
    fn dynamic_config_no() {
        with_environment(&VARIABLES[..1], || {
            let error = dynamic_config::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains("expected a string"), "{error}");
        });
    }

    #[test]
    fn rtb_config_no() {
        with_environment(&VARIABLES[..1], || {
            let error = rtb_config::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains("expected a string"), "{error}");
        });
    }

    with_clapfig! {
        fn clapfig_no() {
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // it only has to be read
            struct Clapfig {
                password: String,
            }
            with_environment(&VARIABLES[1..], || {
                let error = crate::variables::clapfig::<Clapfig>().unwrap_err().to_string();
                assert!(error.contains("expected string, got integer"), "{error}");
            });
        }
    }
}

/// `APP_TOKEN_FILE` names a file that holds the value of `token`, as containers do with secrets.
mod value_in_a_named_file {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        #[serde(default)]
        token: String,
    }

    /// Runs the body where this variable names a file with the text `tulip`.
    fn with_file<F: FnOnce()>(variable: &str, body: F) {
        let sandbox = Sandbox::new();
        sandbox.write("token", "tulip\n");
        with_environment(&[(variable, &sandbox.path("token").display().to_string())], body);
    }

    #[test]
    fn hotconf_yes() {
        with_file("APP_TOKEN_FILE", || assert_eq!(hotconf::<AppConfig>().unwrap().load().token, "tulip"));
    }

    #[test]
    fn figment_no() {
        with_file("APP_TOKEN_FILE", || {
            let figment = figment::Figment::from(figment::providers::Env::prefixed("APP_"));
            assert_eq!(figment.extract::<AppConfig>().unwrap().token, "");
        });
    }

    #[test]
    fn config_rs_no() {
        with_file("APP_TOKEN_FILE", || {
            assert_eq!(config_rs::<AppConfig>(double_underscores()).unwrap().token, "");
        });
    }

    #[test]
    fn confique_no() {
        #[derive(Debug, confique::Config)]
        struct Confique {
            #[config(env = "APP_TOKEN", default = "")]
            token: String,
        }
        with_file("APP_TOKEN_FILE", || {
            use confique::Config;
            assert_eq!(Confique::builder().env().load().unwrap().token, "");
        });
    }

    /// Not by a variable; a folder of secrets it reads, as hotconf does.
    #[test]
    fn dynamic_config_partly() {
        with_file("APP_TOKEN_FILE", || {
            assert_eq!(dynamic_config::<AppConfig>().unwrap().token, "");
            let sandbox = Sandbox::new();
            sandbox.write("token", "tulip\n");
            let builder = dynamic_config::Builder::<AppConfig>::new("").whole_document();
            let folder = sandbox.root().display().to_string();
            assert_eq!(builder.secrets_dir(folder).load().unwrap().token, "tulip");
        });
    }

    #[test]
    fn rtb_config_no() {
        // It is taken for the key `token.file`.
        with_file("APP_TOKEN_FILE", || {
            let error = rtb_config::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains("found map, expected a string"), "{error}");
        });
    }

    with_clapfig! {
        fn clapfig_no() {
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // it only has to be read
            struct Clapfig {
                #[clapfig(default = "")]
                token: String,
            }
            // The name is taken for a key that is not there.
            with_file("APP__TOKEN_FILE", || {
                let error = crate::variables::clapfig::<Clapfig>().unwrap_err().to_string();
                assert!(error.contains("APP__TOKEN_FILE"), "{error}");
            });
        }
    }
}

/// A variable that is set and empty, as templates leave it: as if it were not set.
mod empty_variable_is_unset {
    use super::*;

    const VARIABLES: &[(&str, &str)] = &[("APP_PORT", ""), ("APP__PORT", "")];

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        #[serde(default)]
        port: u16,
    }

    /// It is the empty text: a value for a text, nothing for an `Option`, and a mistake for a number.
    #[test]
    fn hotconf_no() {
        with_environment(&VARIABLES[..1], || {
            let error = hotconf::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains("found the text \"\""), "{error}");
            assert!(error.ends_with("\n  from APP_PORT (environment)"), "{error}");
        });
    }

    #[test]
    fn figment_no() {
        with_environment(&VARIABLES[..1], || {
            let figment = figment::Figment::from(figment::providers::Env::prefixed("APP_"));
            assert!(figment.extract::<AppConfig>().is_err());
        });
    }

    /// With `ignore_empty`.
    #[test]
    fn config_rs_partly() {
        with_environment(&VARIABLES[..1], || {
            assert!(config_rs::<AppConfig>(double_underscores()).is_err());
            let config = config_rs::<AppConfig>(double_underscores().ignore_empty(true));
            assert_eq!(config.unwrap().port, 0);
        });
    }

    #[test]
    fn confique_yes() {
        #[derive(Debug, confique::Config)]
        struct Confique {
            #[config(env = "APP_PORT", default = 0)]
            port: u16,
        }
        with_environment(&VARIABLES[..1], || {
            use confique::Config;
            assert_eq!(Confique::builder().env().load().unwrap().port, 0);
        });
    }

    #[test]
    fn dynamic_config_yes() {
        with_environment(&VARIABLES[..1], || {
            assert_eq!(dynamic_config::<AppConfig>().unwrap().port, 0);
        });
    }

    #[test]
    fn rtb_config_no() {
        with_environment(&VARIABLES[..1], || {
            assert!(rtb_config::<AppConfig>().is_err());
        });
    }

    with_clapfig! {
        fn clapfig_no() {
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // it only has to be read
            struct Clapfig {
                #[clapfig(default = 0)]
                port: u16,
            }
            with_environment(&VARIABLES[1..], || {
                let error = crate::variables::clapfig::<Clapfig>().unwrap_err().to_string();
                assert!(error.contains("APP__PORT"), "{error}");
            });
        }
    }
}
