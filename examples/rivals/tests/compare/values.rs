//! What values may be, and how layers meet.

use std::collections::BTreeMap;

use hotconf::{Format, Hot, HotConfig, Watch};
use serde::Deserialize;

use crate::support::{self, Sandbox, with_clapfig, with_environment};

/// The largest `u128`, from a variable.
mod u128_from_a_variable {
    use super::*;

    const LARGEST: &str = "340282366920938463463374607431768211455";
    const VARIABLES: &[(&str, &str)] = &[("APP_LIMIT", LARGEST)];

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        limit: u128,
    }

    fn assert_unsupported(error: impl ToString) {
        let error = error.to_string();
        assert!(error.contains("u128 is not supported"), "{error}");
    }

    #[test]
    fn hotconf_yes() {
        with_environment(VARIABLES, || {
            let cfg: Hot<AppConfig> = Hot::builder().env("APP").watch(Watch::Off).build().unwrap();
            assert_eq!(cfg.load().limit, u128::MAX);
        });
    }

    #[test]
    fn figment_no() {
        with_environment(VARIABLES, || {
            let figment = figment::Figment::from(figment::providers::Env::prefixed("APP_"));
            assert_unsupported(figment.extract::<AppConfig>().unwrap_err());
        });
    }

    #[test]
    fn config_rs_no() {
        with_environment(VARIABLES, || {
            let built = config::Config::builder().add_source(config::Environment::with_prefix("APP")).build();
            assert_unsupported(built.unwrap().try_deserialize::<AppConfig>().unwrap_err());
        });
    }

    #[test]
    fn confique_no() {
        #[derive(Debug, confique::Config)]
        #[allow(dead_code)] // it only has to be read
        struct Confique {
            #[config(env = "APP_LIMIT")]
            limit: u128,
        }
        with_environment(VARIABLES, || {
            use confique::Config;
            assert_unsupported(Confique::builder().env().load().unwrap_err());
        });
    }

    #[test]
    fn dynamic_config_no() {
        with_environment(VARIABLES, || {
            let builder = dynamic_config::Builder::<AppConfig>::new("").whole_document().env("APP_");
            assert_unsupported(builder.load().unwrap_err());
        });
    }

    #[test]
    fn rtb_config_no() {
        with_environment(VARIABLES, || {
            let built = rtb_config::Config::<AppConfig>::builder().env_prefixed("APP_").build();
            assert_unsupported(built.unwrap_err());
        });
    }
}

/// A map whose keys are numbers.
mod integer_map_keys {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        codes: BTreeMap<u16, String>,
    }

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "[codes]\n404 = \"not found\"\n");
        sandbox.write("app.yaml", "codes:\n  404: not found\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let cfg = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap();
        assert_eq!(cfg.load().codes[&404], "not found");
    }

    #[test]
    fn figment_no() {
        let error = support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("expected u16"), "{error}");
    }

    #[test]
    fn config_rs_yes() {
        let config = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap();
        assert_eq!(config.codes[&404], "not found");
    }

    #[test]
    fn confique_yes() {
        #[derive(Debug, confique::Config)]
        struct Confique {
            codes: BTreeMap<u16, String>,
        }
        let config = support::confique::<Confique>(&sandbox().path("app.toml")).unwrap();
        assert_eq!(config.codes[&404], "not found");
    }

    #[test]
    fn dynamic_config_no() {
        let error = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("expected u16"), "{error}");
    }

    #[test]
    fn rtb_config_no() {
        let error = support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(error.contains("expected u16"), "{error}");
    }
}

/// The keys of a map keep their upper case.
mod map_keys_keep_their_case {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        flags: BTreeMap<String, bool>,
    }

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "[flags]\nDarkMode = true\n");
        sandbox.write("app.yaml", "flags:\n  DarkMode: true\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let cfg = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap();
        assert!(cfg.load().flags["DarkMode"]);
    }

    #[test]
    fn figment_yes() {
        assert!(support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap().flags["DarkMode"]);
    }

    #[test]
    fn config_rs_yes() {
        let config = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap();
        assert!(config.flags["DarkMode"], "{config:?}");
    }

    #[test]
    fn confique_yes() {
        #[derive(Debug, confique::Config)]
        struct Confique {
            flags: BTreeMap<String, bool>,
        }
        assert!(support::confique::<Confique>(&sandbox().path("app.toml")).unwrap().flags["DarkMode"]);
    }

    #[test]
    fn dynamic_config_yes() {
        let config = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap();
        assert!(config.flags["DarkMode"], "{config:?}");
    }

    #[test]
    fn rtb_config_yes() {
        assert!(support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap().flags["DarkMode"]);
    }

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(Debug, Deserialize, clapfig::Schema)]
            struct Clapfig {
                flags: BTreeMap<String, bool>,
            }
            assert!(support::clapfig::<Clapfig>(&sandbox().path("app.toml")).unwrap().flags["DarkMode"]);
        }
    }
}

/// Two layers that say different entries of a map.
mod maps_of_two_layers_are_one {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    struct AppConfig {
        flags: BTreeMap<String, bool>,
    }

    const BASE: &str = "[flags]\na = true\n";
    const OVER: &str = "[flags]\nb = true\n";

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("base.toml", BASE);
        sandbox.write("over.toml", OVER);
        sandbox.write("base.yaml", "flags: { a: true }\n");
        sandbox.write("over.yaml", "flags: { b: true }\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let builder = Hot::<AppConfig>::builder().text(Format::Toml, BASE).text(Format::Toml, OVER);
        assert_eq!(builder.watch(Watch::Off).build().unwrap().load().flags.len(), 2);
    }

    #[test]
    fn figment_yes() {
        use figment::providers::{Format, Toml};
        let figment = figment::Figment::from(Toml::string(BASE)).merge(Toml::string(OVER));
        assert_eq!(figment.extract::<AppConfig>().unwrap().flags.len(), 2);
    }

    #[test]
    fn config_rs_yes() {
        let sandbox = sandbox();
        let builder = config::Config::builder()
            .add_source(config::File::from(sandbox.path("base.toml")))
            .add_source(config::File::from(sandbox.path("over.toml")));
        let config: AppConfig = builder.build().unwrap().try_deserialize().unwrap();
        assert_eq!(config.flags.len(), 2);
    }

    /// A field that is no section is taken whole from the layer that wins.
    #[test]
    fn confique_no() {
        use confique::Config;
        #[derive(Debug, confique::Config)]
        struct Confique {
            flags: BTreeMap<String, bool>,
        }
        let sandbox = sandbox();
        let builder = Confique::builder().file(sandbox.path("over.toml")).file(sandbox.path("base.toml"));
        assert_eq!(builder.load().unwrap().flags.len(), 1);
    }

    #[test]
    fn dynamic_config_yes() {
        let sandbox = sandbox();
        let builder = dynamic_config::Builder::<AppConfig>::new("").whole_document();
        let file = |name| sandbox.path(name).display().to_string();
        let config = builder.file(file("base.toml")).file(file("over.toml")).load().unwrap();
        assert_eq!(config.flags.len(), 2);
    }

    #[test]
    fn rtb_config_yes() {
        let sandbox = sandbox();
        let builder = rtb_config::Config::<AppConfig>::builder();
        let builder = builder.user_file(sandbox.path("base.yaml")).user_file(sandbox.path("over.yaml"));
        assert_eq!(builder.build().unwrap().get().flags.len(), 2);
    }

    with_clapfig! {
        fn clapfig_yes() {
            use clapfig::{Clapfig, SearchPath};
            #[derive(Debug, Deserialize, clapfig::Schema)]
            struct AppConfig {
                flags: BTreeMap<String, bool>,
            }
            let sandbox = Sandbox::new();
            sandbox.write("base/app.toml", BASE);
            sandbox.write("over/app.toml", OVER);
            let folders = ["base", "over"].map(|name| SearchPath::Path(sandbox.path(name)));
            let builder = Clapfig::typed::<AppConfig>().app_name("app").file_name("app.toml");
            let config = builder.search_paths(folders.to_vec()).no_env().load().unwrap();
            assert_eq!(config.flags.len(), 2);
        }
    }
}
