//! Enums with data, and sections whose fields stand in another one.

use hotconf::{Format, Hot, HotConfig, Watch};
use serde::Deserialize;

use crate::support::{self, Sandbox, with_clapfig};

/// An enum with data, of which a higher layer names another variant than a lower one.
mod variant_of_the_highest_layer {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // they only have to be read
    struct AppConfig {
        storage: Storage,
    }

    #[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
    #[serde(rename_all = "lowercase")]
    enum Storage {
        Disk { path: String },
        S3 { bucket: String },
    }

    const BASE: &str = "[storage.disk]\npath = \"/var/shop\"\n";
    const OVER: &str = "[storage.s3]\nbucket = \"shop\"\n";

    fn disk() -> Storage {
        Storage::Disk { path: "/var/shop".to_owned() }
    }

    fn s3() -> Storage {
        Storage::S3 { bucket: "shop".to_owned() }
    }

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("base.toml", BASE);
        sandbox.write("over.toml", OVER);
        sandbox.write("base.yaml", "storage: { disk: { path: /var/shop } }\n");
        sandbox.write("over.yaml", "storage: { s3: { bucket: shop } }\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let builder = Hot::<AppConfig>::builder().text(Format::Toml, BASE).text(Format::Toml, OVER);
        assert_eq!(builder.watch(Watch::Off).build().unwrap().load().storage, s3());
    }

    /// The layers become one map with two variants, and the first by name is taken: that of the lower layer.
    #[test]
    fn figment_no() {
        use figment::providers::{Format, Toml};
        let figment = figment::Figment::from(Toml::string(BASE)).merge(Toml::string(OVER));
        assert_eq!(figment.extract::<AppConfig>().unwrap().storage, disk());
    }

    /// The layers become one map with two variants, which is refused.
    #[test]
    fn config_rs_no() {
        let sandbox = sandbox();
        let builder = config::Config::builder()
            .add_source(config::File::from(sandbox.path("base.toml")))
            .add_source(config::File::from(sandbox.path("over.toml")));
        let error = builder.build().unwrap().try_deserialize::<AppConfig>().unwrap_err().to_string();
        assert!(error.contains("table with exactly one key"), "{error}");
    }

    #[test]
    fn confique_yes() {
        use confique::Config;
        #[derive(Debug, confique::Config)]
        struct Confique {
            storage: Storage,
        }
        let sandbox = sandbox();
        let builder = Confique::builder().file(sandbox.path("over.toml")).file(sandbox.path("base.toml"));
        assert_eq!(builder.load().unwrap().storage, s3());
    }

    /// As figment.
    #[test]
    fn dynamic_config_no() {
        let sandbox = sandbox();
        let builder = dynamic_config::Builder::<AppConfig>::new("").whole_document();
        let file = |name| sandbox.path(name).display().to_string();
        let config = builder.file(file("base.toml")).file(file("over.toml")).load().unwrap();
        assert_eq!(config.storage, disk());
    }

    /// As figment.
    #[test]
    fn rtb_config_no() {
        let sandbox = sandbox();
        let builder = rtb_config::Config::<AppConfig>::builder();
        let builder = builder.user_file(sandbox.path("base.yaml")).user_file(sandbox.path("over.yaml"));
        assert_eq!(builder.build().unwrap().get().storage, disk());
    }
}

/// A wrong value in a section that is flattened into another: its key is named.
mod mistake_behind_flatten {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // they only have to be read
    struct AppConfig {
        server: Server,
    }

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // they only have to be read
    struct Server {
        workers: usize,
        #[serde(flatten)]
        listen: Listen,
    }

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // they only have to be read
    struct Listen {
        port: u16,
    }

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "[server]\nworkers = 4\nport = \"http\"\n");
        sandbox.write("app.yaml", "server:\n  workers: 4\n  port: http\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("server.port:") && error.contains("app.toml:3:8"), "{error}");
    }

    #[test]
    fn figment_no() {
        let error = support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("port") && error.contains("app.toml"), "{error}");
    }

    #[test]
    fn config_rs_no() {
        let error = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("port"), "{error}");
    }

    /// It has no flattened sections; a field may be such a struct, read whole.
    #[test]
    fn confique_no() {
        #[derive(Debug, confique::Config)]
        #[allow(dead_code)] // it only has to be read
        struct Confique {
            server: Server,
        }
        let error = support::confique::<Confique>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("port") && error.contains("line 1"), "{error}");
    }

    #[test]
    fn dynamic_config_no() {
        let error = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("port"), "{error}");
    }

    #[test]
    fn rtb_config_no() {
        let error = support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(!error.contains("port"), "{error}");
    }
}

/// A wrong value in an enum that is told by a tag: its key is named.
mod mistake_in_a_tagged_enum {
    use super::*;

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[allow(dead_code)] // they only have to be read
    struct AppConfig {
        storage: Storage,
    }

    #[derive(Debug, Clone, Deserialize, HotConfig)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    #[allow(dead_code)] // they only have to be read
    enum Storage {
        Disk { path: String, megabytes: u32 },
        Memory { megabytes: u32 },
    }

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", "[storage]\nkind = \"memory\"\nmegabytes = \"many\"\n");
        sandbox.write("app.yaml", "storage:\n  kind: memory\n  megabytes: many\n");
        sandbox
    }

    #[test]
    fn hotconf_yes() {
        let error = support::hotconf::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(error.contains("storage.megabytes:") && error.contains("app.toml:3:13"), "{error}");
    }

    #[test]
    fn figment_no() {
        let error = support::figment::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("megabytes"), "{error}");
    }

    #[test]
    fn config_rs_no() {
        let error = support::config_rs::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("megabytes"), "{error}");
    }

    #[test]
    fn confique_no() {
        #[derive(Debug, confique::Config)]
        #[allow(dead_code)] // it only has to be read
        struct Confique {
            storage: Storage,
        }
        let error = support::confique::<Confique>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("megabytes"), "{error}");
    }

    #[test]
    fn dynamic_config_no() {
        let error = support::dynamic_config::<AppConfig>(&sandbox().path("app.toml")).unwrap_err();
        assert!(!error.contains("megabytes"), "{error}");
    }

    #[test]
    fn rtb_config_no() {
        let error = support::rtb_config::<AppConfig>(&sandbox().path("app.yaml")).unwrap_err();
        assert!(!error.contains("megabytes"), "{error}");
    }

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // it only has to be read
            struct Clapfig {
                storage: ClapfigStorage,
            }
            #[derive(Debug, Deserialize, clapfig::Schema)]
            #[serde(tag = "kind", rename_all = "lowercase")]
            #[allow(dead_code)] // they only have to be read
            enum ClapfigStorage {
                Disk { path: String, megabytes: u32 },
                Memory { megabytes: u32 },
            }
            let error = support::clapfig::<Clapfig>(&sandbox().path("app.toml")).unwrap_err();
            assert!(error.contains("storage.megabytes") && error.contains("app.toml:3"), "{error}");
        }
    }
}
