//! Where a value comes from, asked of a configuration that is good.

use hotconf::{Hot, HotConfig, Watch};
use serde::Deserialize;

use crate::support::{Sandbox, with_environment};

const VARIABLES: &[(&str, &str)] = &[("APP_WORKERS", "8")];

#[derive(Debug, Clone, Deserialize, HotConfig)]
struct AppConfig {
    port: u16,
    workers: u16,
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("base.toml", "port = 1\nworkers = 1\n");
    sandbox.write("over.toml", "# a comment\nport = 2\n");
    sandbox
}

fn hotconf(sandbox: &Sandbox) -> Hot<AppConfig> {
    let builder = Hot::builder().file(sandbox.path("base.toml")).file(sandbox.path("over.toml"));
    builder.env("APP").watch(Watch::Off).build().unwrap()
}

fn figment(sandbox: &Sandbox) -> figment::Figment {
    use figment::providers::{Env, Format, Toml};
    figment::Figment::from(Toml::file_exact(sandbox.path("base.toml")))
        .merge(Toml::file_exact(sandbox.path("over.toml")))
        .merge(Env::prefixed("APP_"))
}

fn config_rs(sandbox: &Sandbox) -> config::Config {
    let builder = config::Config::builder()
        .add_source(config::File::from(sandbox.path("base.toml")))
        .add_source(config::File::from(sandbox.path("over.toml")))
        .add_source(config::Environment::with_prefix("APP"));
    builder.build().unwrap()
}

fn dynamic_config(sandbox: &Sandbox) -> dynamic_config::Builder<AppConfig> {
    let file = |name| sandbox.path(name).display().to_string();
    let builder = dynamic_config::Builder::new("").whole_document();
    builder.file(file("base.toml")).file(file("over.toml")).env("APP_")
}

/// The file, or the variable by its name, that a value comes from.
mod source_of_a_value {
    use super::*;

    #[test]
    fn hotconf_yes() {
        with_environment(VARIABLES, || {
            let (sandbox, keys) = (sandbox(), AppConfig::keys());
            let cfg = hotconf(&sandbox);
            assert!(cfg.explain(keys.port).to_string().contains("over.toml"));
            assert!(cfg.explain(keys.workers).to_string().contains("from APP_WORKERS (environment)"));
        });
    }

    /// The file; of a variable no more than the prefix.
    #[test]
    fn figment_partly() {
        with_environment(VARIABLES, || {
            let figment = figment(&sandbox());
            let port = figment.find_metadata("port").unwrap();
            assert!(port.source.as_ref().unwrap().file_path().unwrap().ends_with("over.toml"));
            let workers = figment.find_metadata("workers").unwrap();
            assert_eq!((&*workers.name, &workers.source), ("`APP_` environment variable(s)", &None));
        });
    }

    /// The file; of a variable nothing but that it is one.
    #[test]
    fn config_rs_partly() {
        use config::Source;
        with_environment(VARIABLES, || {
            let values = config_rs(&sandbox()).collect().unwrap();
            assert!(values["port"].origin().unwrap().ends_with("over.toml"));
            assert_eq!(values["workers"].origin().unwrap(), "the environment");
        });
    }

    #[test]
    fn dynamic_config_yes() {
        with_environment(VARIABLES, || {
            let sandbox = sandbox();
            let builder = dynamic_config(&sandbox);
            let port = builder.source_of("port").unwrap().unwrap();
            assert_eq!(port, dynamic_config::Origin::File(sandbox.path("over.toml")));
            let workers = builder.source_of("workers").unwrap().unwrap();
            assert_eq!(workers, dynamic_config::Origin::Env("APP_WORKERS".to_owned()));
        });
    }
}

/// The line and the column in the file.
mod line_of_a_value {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let explanation = hotconf(&sandbox()).explain(AppConfig::keys().port).to_string();
        assert!(explanation.contains("over.toml:2:8"), "{explanation}");
    }

    #[test]
    fn figment_no() {
        let sandbox = sandbox();
        let source = figment(&sandbox).find_metadata("port").unwrap().source.clone();
        assert_eq!(source, Some(figment::Source::File(sandbox.path("over.toml"))));
    }

    #[test]
    fn config_rs_no() {
        use config::Source;
        let values = config_rs(&sandbox()).collect().unwrap();
        assert!(values["port"].origin().unwrap().ends_with("over.toml"));
    }

    #[test]
    fn dynamic_config_no() {
        let sandbox = sandbox();
        let port = dynamic_config(&sandbox).source_of("port").unwrap().unwrap();
        assert_eq!(port.to_string(), format!("in {}", sandbox.path("over.toml").display()));
    }
}

/// What the layers beneath the one that won say of the same key.
mod layers_beneath {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let explanation = hotconf(&sandbox()).explain(AppConfig::keys().port).to_string();
        assert!(explanation.starts_with("port = 2\n"), "{explanation}");
        assert!(explanation.contains("over 1 at") && explanation.contains("base.toml:1:8"), "{explanation}");
    }

    /// One row for all files together.
    #[test]
    fn dynamic_config_partly() {
        with_environment(&[("APP_PORT", "3")], || {
            let explanation = dynamic_config(&sandbox()).explain("port").unwrap();
            println!("{explanation}");
            let values = explanation.rows().iter().filter_map(|row| row.value.as_deref());
            assert_eq!(values.collect::<Vec<_>>(), ["2", "3"]);
        });
    }
}
