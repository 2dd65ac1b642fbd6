//! What other libraries have and hotconf has not.

use serde::Deserialize;

use crate::support::{Sandbox, with_clapfig, with_environment};

/// A JSON Schema of the configuration, for editors.
mod json_schema {
    use super::*;

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // only its shape is asked for
            struct AppConfig {
                port: u16,
            }
            let action = clapfig::ConfigAction::Schema { output: None, force: false };
            let builder = clapfig::Clapfig::typed::<AppConfig>().app_name("app");
            let schema = builder.handle_to_string(&action).unwrap();
            assert!(schema.contains("\"port\"") && schema.contains("\"integer\""), "{schema}");
        }
    }
}

/// A value is written into the file, and its comments stay.
mod edit_of_a_file {
    use super::*;

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // only its shape is asked for
            struct AppConfig {
                port: u16,
            }
            let sandbox = Sandbox::new();
            sandbox.write("app.toml", "# where it listens\nport = 1\n");
            let folder = clapfig::SearchPath::Path(sandbox.root().to_owned());
            let action = clapfig::ConfigAction::Set { key: "port".into(), value: "2".into(), scope: None };
            let builder = clapfig::Clapfig::typed::<AppConfig>().app_name("app").file_name("app.toml");
            builder.persist_scope("local", folder).no_env().handle_to_string(&action).unwrap();
            let text = std::fs::read_to_string(sandbox.path("app.toml")).unwrap();
            assert_eq!(text, "# where it listens\nport = 2\n");
        }
    }
}

/// Sections of one file for different profiles.
mod profiles_in_a_file {
    #[test]
    fn figment_yes() {
        use figment::providers::{Format, Toml};
        let text = "[default]\nport = 1\n[production]\nport = 2\n";
        let figment = figment::Figment::from(Toml::string(text).nested());
        assert_eq!(figment.extract_inner::<u16>("port").unwrap(), 1);
        assert_eq!(figment.select("production").extract_inner::<u16>("port").unwrap(), 2);
    }
}

/// A path in a file that is meant from where the file lies.
mod path_beside_the_file {
    use super::*;

    #[test]
    fn figment_yes() {
        use figment::providers::{Format, Toml};
        use figment::value::magic::RelativePathBuf;
        let sandbox = Sandbox::new();
        sandbox.write("conf/app.toml", "cert = \"tls/cert.pem\"\n");
        let figment = figment::Figment::from(Toml::file_exact(sandbox.path("conf/app.toml")));
        let cert: RelativePathBuf = figment.extract_inner("cert").unwrap();
        assert_eq!(cert.relative(), sandbox.path("conf/tls/cert.pem"));
    }
}

/// The file is looked for in the folders above the working folder.
mod search_in_folders_above {
    use super::*;

    /// The body runs in a process of its own, whose working folder it may change.
    fn inside(run: impl FnOnce()) {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "port = 1\n");
        sandbox.write("a/b/other", "");
        std::env::set_current_dir(sandbox.path("a/b")).unwrap();
        run();
    }

    #[test]
    fn figment_yes() {
        with_environment(&[], || {
            inside(|| {
                use figment::providers::{Format, Toml};
                let figment = figment::Figment::from(Toml::file("app.toml"));
                assert_eq!(figment.extract_inner::<u16>("port").unwrap(), 1);
            });
        });
    }

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(Deserialize, clapfig::Schema)]
            struct AppConfig {
                port: u16,
            }
            with_environment(&[], || {
                inside(|| {
                    let above = clapfig::SearchPath::Ancestors(clapfig::Boundary::Root);
                    let builder = clapfig::Clapfig::typed::<AppConfig>().app_name("app").file_name("app.toml");
                    assert_eq!(builder.search_paths(vec![above]).load().unwrap().port, 1);
                });
            });
        }
    }
}

/// The program starts with the values of its last run when the files are broken.
mod last_good_across_a_restart {
    use super::*;

    #[test]
    fn dynamic_config_yes() {
        #[dynamic_config::dynamic_config]
        #[derive(Debug, Deserialize)]
        struct AppConfig {
            port: u16,
        }
        let sandbox = Sandbox::new();
        let path = |name| sandbox.path(name).display().to_string();
        let start = || {
            let builder = AppConfig::builder("").whole_document().file(path("app.toml"));
            builder.cache(path("cache.json"), dynamic_config::CacheMode::Full).init_and_current()
        };
        sandbox.write("app.toml", "port = 1\n");
        assert_eq!(start().unwrap().port, 1);
        sandbox.write("app.toml", "port = \n");
        assert_eq!(start().unwrap().port, 1);
    }
}

/// One line that tells whether two processes run the same configuration, without showing it.
mod fingerprint {
    use super::*;

    #[test]
    fn dynamic_config_yes() {
        #[derive(Debug, Deserialize)]
        #[allow(dead_code)] // it only has to be read
        struct AppConfig {
            port: u16,
        }
        let sandbox = Sandbox::new();
        let fingerprint = |text: &str| {
            sandbox.write("app.toml", text);
            let file = sandbox.path("app.toml").display().to_string();
            let builder = dynamic_config::Builder::<AppConfig>::new("").whole_document().file(file);
            let config = dynamic_config::Dynamic::new(builder);
            config.init().unwrap();
            config.fingerprint().unwrap().to_string()
        };
        assert_eq!(fingerprint("port = 1\n"), fingerprint("# the same\nport = 1\n"));
        assert_ne!(fingerprint("port = 1\n"), fingerprint("port = 2\n"));
    }
}
