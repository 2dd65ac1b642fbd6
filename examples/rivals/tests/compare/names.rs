//! How variables reach keys by their names.

use hotconf::{Hot, HotConfig};
use serde::Deserialize;

use crate::support::{with_clapfig, with_environment};
use crate::variables::{config_rs, double_underscores, dynamic_config, hotconf, rtb_config};

/// `APP_RATE_LIMIT_BURST_SIZE` is `rate_limit.burst_size`, beside fields and sections without an underscore.
mod one_underscore {
    use super::*;

    const VARIABLES: &[(&str, &str)] = &[("APP_RATE_LIMIT_BURST_SIZE", "50")];

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        #[serde(default)]
        rate_limit: RateLimit,
    }

    #[derive(Debug, Clone, Default, Deserialize, HotConfig)]
    struct RateLimit {
        #[serde(default)]
        burst_size: u32,
    }

    #[test]
    fn hotconf_yes() {
        with_environment(VARIABLES, || {
            assert_eq!(hotconf::<AppConfig>().unwrap().load().rate_limit.burst_size, 50);
        });
    }

    /// With `split("_")` it is `rate.limit.burst.size`; with `split("__")` the variable has to be named otherwise.
    #[test]
    fn figment_no() {
        with_environment(VARIABLES, || {
            for separator in ["_", "__"] {
                let variables = figment::providers::Env::prefixed("APP_").split(separator);
                let config: AppConfig = figment::Figment::from(variables).extract().unwrap();
                assert_eq!(config.rate_limit.burst_size, 0);
            }
        });
    }

    #[test]
    fn config_rs_no() {
        with_environment(VARIABLES, || {
            for separator in ["_", "__"] {
                let variables = config::Environment::with_prefix("APP").prefix_separator("_");
                let config: AppConfig = config_rs(variables.separator(separator)).unwrap();
                assert_eq!(config.rate_limit.burst_size, 0);
            }
        });
    }

    #[derive(confique::Config)]
    struct Confique {
        #[config(nested)]
        rate_limit: ConfiqueRateLimit,
    }

    #[derive(confique::Config)]
    struct ConfiqueRateLimit {
        #[config(env = "APP_RATE_LIMIT_BURST_SIZE", default = 0)]
        burst_size: u32,
    }

    /// Each field says the name of its variable, whole.
    #[test]
    fn confique_partly() {
        with_environment(VARIABLES, || {
            use confique::Config;
            assert_eq!(Confique::builder().env().load().unwrap().rate_limit.burst_size, 50);
        });
    }

    #[test]
    fn dynamic_config_no() {
        with_environment(VARIABLES, || {
            assert_eq!(dynamic_config::<AppConfig>().unwrap().rate_limit.burst_size, 0);
        });
    }

    #[test]
    fn rtb_config_no() {
        with_environment(VARIABLES, || {
            assert_eq!(rtb_config::<AppConfig>().unwrap().rate_limit.burst_size, 0);
        });
    }

    with_clapfig! {
        fn clapfig_no() {
            #[derive(Deserialize, clapfig::Schema)]
            struct Clapfig {
                rate_limit: ClapfigRateLimit,
            }
            #[derive(Deserialize, clapfig::Schema)]
            struct ClapfigRateLimit {
                #[clapfig(default = 0)]
                burst_size: u32,
            }
            with_environment(VARIABLES, || {
                assert_eq!(crate::variables::clapfig::<Clapfig>().unwrap().rate_limit.burst_size, 0);
            });
        }
    }
}

/// A wrong value in a variable: the error names the variable as it is spelt.
mod variable_is_named {
    use super::*;

    const NAME: &str = "APP_SERVER__PORT";
    const VARIABLES: &[(&str, &str)] = &[(NAME, "http"), ("APP__SERVER__PORT", "http")];

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // it only has to be read
    struct AppConfig {
        server: Server,
    }

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // it only has to be read
    struct Server {
        port: u16,
    }

    #[test]
    fn hotconf_yes() {
        with_environment(&[("APP_SERVER_PORT", "http")], || {
            let error = hotconf::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains("from APP_SERVER_PORT (environment)"), "{error}");
        });
    }

    #[test]
    fn figment_no() {
        with_environment(&VARIABLES[..1], || {
            let variables = figment::providers::Env::prefixed("APP_").split("__");
            let error = figment::Figment::from(variables).extract::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains("`APP_` environment variable(s)") && !error.contains(NAME), "{error}");
        });
    }

    #[test]
    fn config_rs_no() {
        with_environment(&VARIABLES[..1], || {
            let error = config_rs::<AppConfig>(double_underscores()).unwrap_err().to_string();
            assert!(error.contains("in the environment") && !error.contains(NAME), "{error}");
        });
    }

    #[test]
    fn confique_yes() {
        #[derive(Debug, confique::Config)]
        #[allow(dead_code)] // it only has to be read
        struct Confique {
            #[config(env = "APP_SERVER_PORT")]
            port: u16,
        }
        with_environment(&[("APP_SERVER_PORT", "http")], || {
            use confique::Config;
            let error = Confique::builder().env().load().unwrap_err().to_string();
            assert!(error.contains("APP_SERVER_PORT"), "{error}");
        });
    }

    #[test]
    fn dynamic_config_yes() {
        with_environment(&VARIABLES[..1], || {
            let error = dynamic_config::<AppConfig>().unwrap_err().to_string();
            assert!(error.contains(NAME), "{error}");
        });
    }

    #[test]
    fn rtb_config_no() {
        with_environment(&[("APP_SERVER_PORT", "http")], || {
            let error = rtb_config::<AppConfig>().unwrap_err().to_string();
            assert!(!error.contains("APP_SERVER_PORT"), "{error}");
        });
    }

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // it only has to be read
            struct Clapfig {
                server: ClapfigServer,
            }
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // it only has to be read
            struct ClapfigServer {
                port: u16,
            }
            with_environment(&VARIABLES[1..], || {
                let error = crate::variables::clapfig::<Clapfig>().unwrap_err().to_string();
                assert!(error.contains("APP__SERVER__PORT"), "{error}");
            });
        }
    }
}

/// A variable under the prefix that belongs to no key is told of.
mod misspelt_variable {
    use super::*;

    const VARIABLES: &[(&str, &str)] =
        &[("APP_PORT", "80"), ("APP_WOKERS", "8"), ("APP__PORT", "80"), ("APP__WOKERS", "8")];

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        port: u16,
    }

    /// The same, with unknown keys refused.
    #[derive(Debug, Clone, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)] // it only has to be read
    struct Strict {
        port: u16,
    }

    /// A warning by itself; an error with `strict_env`.
    #[test]
    fn hotconf_yes() {
        with_environment(&VARIABLES[..2], || {
            let cfg = hotconf::<AppConfig>().unwrap();
            assert_eq!(cfg.load().port, 80);
            let warnings = cfg.status().warnings().iter().map(ToString::to_string).collect::<String>();
            assert!(warnings.contains("APP_WOKERS belongs to no key"), "{warnings}");
            let strict = Hot::<AppConfig>::builder().strict_env("APP").build();
            assert!(strict.unwrap_err().to_string().contains("APP_WOKERS"));
        });
    }

    /// Not by itself; `deny_unknown_fields` refuses the key, and the variable has to be guessed from it.
    #[test]
    fn figment_partly() {
        with_environment(&VARIABLES[..2], || {
            let figment = figment::Figment::from(figment::providers::Env::prefixed("APP_"));
            assert_eq!(figment.extract::<AppConfig>().unwrap().port, 80);
            assert!(figment.extract::<Strict>().unwrap_err().to_string().contains("`wokers`"));
        });
    }

    #[test]
    fn config_rs_partly() {
        with_environment(&VARIABLES[..2], || {
            assert_eq!(config_rs::<AppConfig>(double_underscores()).unwrap().port, 80);
            let error = config_rs::<Strict>(double_underscores()).unwrap_err().to_string();
            assert!(error.contains("`wokers`"), "{error}");
        });
    }

    #[test]
    fn confique_no() {
        #[derive(Debug, confique::Config)]
        #[config(layer_attr(serde(deny_unknown_fields)))]
        struct Confique {
            #[config(env = "APP_PORT")]
            port: u16,
        }
        with_environment(&VARIABLES[..2], || {
            use confique::Config;
            assert_eq!(Confique::builder().env().load().unwrap().port, 80);
        });
    }

    #[test]
    fn dynamic_config_partly() {
        with_environment(&VARIABLES[..2], || {
            assert_eq!(dynamic_config::<AppConfig>().unwrap().port, 80);
            assert!(dynamic_config::<Strict>().unwrap_err().to_string().contains("wokers"));
        });
    }

    #[test]
    fn rtb_config_partly() {
        with_environment(&VARIABLES[..2], || {
            assert_eq!(rtb_config::<AppConfig>().unwrap().port, 80);
            assert!(rtb_config::<Strict>().unwrap_err().to_string().contains("`wokers`"));
        });
    }

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // it only has to be read
            struct Clapfig {
                port: u16,
            }
            with_environment(&VARIABLES[2..], || {
                let error = crate::variables::clapfig::<Clapfig>().unwrap_err().to_string();
                assert!(error.contains("APP__WOKERS"), "{error}");
            });
        }
    }
}
