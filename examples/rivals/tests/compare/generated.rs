//! What is made from the struct beside the configuration.

use crate::support::with_clapfig;

/// A commented file with all keys, from the struct.
mod template {
    use super::*;

    #[test]
    fn hotconf_yes() {
        /// Settings of the shop.
        #[derive(hotconf::HotConfig)]
        #[allow(dead_code)] // only its shape is asked for
        struct AppConfig {
            /// Where it listens.
            #[hot(default = 8000)]
            port: u16,
        }
        let template = hotconf::Template::of::<AppConfig>(hotconf::Format::Toml).to_string();
        assert!(template.contains("# Where it listens.") && template.contains("#port = 8000"), "{template}");
    }

    #[test]
    fn confique_yes() {
        /// Settings of the shop.
        #[derive(confique::Config)]
        #[allow(dead_code)] // only its shape is asked for
        struct AppConfig {
            /// Where it listens.
            #[config(default = 8000)]
            port: u16,
        }
        let template = confique::toml::template::<AppConfig>(confique::toml::FormatOptions::default());
        assert!(template.contains("# Where it listens.") && template.contains("#port = 8000"), "{template}");
    }

    with_clapfig! {
        fn clapfig_yes() {
            #[derive(serde::Deserialize, clapfig::Schema)]
            #[allow(dead_code)] // only its shape is asked for
            struct AppConfig {
                /// Where it listens.
                #[clapfig(default = 8000)]
                port: u16,
            }
            let action = clapfig::ConfigAction::Gen { output: None, force: false };
            let builder = clapfig::Clapfig::typed::<AppConfig>().app_name("app");
            let template = builder.handle_to_string(&action).unwrap();
            assert!(template.contains("# Where it listens.") && template.contains("port = 8000"), "{template}");
        }
    }
}
