//! What happens when files change while the program runs.

use std::any::Any;
use std::fs;
use std::path::Path;
use std::time::Duration;

use hotconf::{Hot, HotConfig, Outcome, Watch};
use serde::Deserialize;

use crate::support::{Sandbox, wait_until, with_clapfig, with_environment};

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
pub(crate) struct AppConfig {
    #[serde(default = "eight_thousand")]
    pub(crate) port: u16,
    #[serde(default)]
    pub(crate) workers: u16,
}

fn eight_thousand() -> u16 {
    8000
}

/// A text with this port in the format that the library is asked to read.
pub(crate) fn toml(port: u16) -> String {
    format!("port = {port}\n")
}

pub(crate) fn yaml(port: u16) -> String {
    format!("port: {port}\n")
}

pub(crate) fn hotconf(file: &Path, watch: Watch) -> Hot<AppConfig> {
    Hot::builder().file(file).env("APP").watch(watch).build().unwrap()
}

pub(crate) fn dynamic_config(file: &Path) -> dynamic_config::Dynamic<AppConfig> {
    let builder = dynamic_config::Builder::new("").whole_document();
    let config = dynamic_config::Dynamic::new(builder.file(file.display().to_string()).env("APP_"));
    config.init().unwrap();
    config
}

pub(crate) fn rtb_config(file: &Path) -> rtb_config::Config<AppConfig> {
    rtb_config::Config::builder().user_file(file).env_prefixed("APP_").build().unwrap()
}

/// A running configuration: how its port is read, and what keeps it watching.
struct Watching(Box<dyn Fn() -> u16>, #[allow(dead_code)] /* held until the test ends */ Box<dyn Any>);

impl Watching {
    fn hotconf(file: &Path) -> Self {
        let cfg = hotconf(file, Watch::Auto);
        Self(Box::new(move || cfg.load().port), Box::new(()))
    }

    fn dynamic_config(file: &Path) -> Self {
        let config = dynamic_config(file);
        let handle = config.watch(Duration::from_millis(20)).unwrap();
        Self(Box::new(move || config.current().unwrap().port), Box::new(handle))
    }

    fn rtb_config(file: &Path) -> Self {
        let config = rtb_config(file);
        let handle = config.watch_files().unwrap();
        Self(Box::new(move || config.get().port), Box::new(handle))
    }

    #[track_caller]
    fn wait_for(&self, port: u16) {
        wait_until(&format!("port {port}"), || self.0() == port);
    }
}

/// A changed file is in place without a restart, and without the program asking for it.
mod without_a_restart {
    use super::*;

    fn check(name: &str, text: fn(u16) -> String, start: fn(&Path) -> Watching) {
        let sandbox = Sandbox::new();
        sandbox.write(name, text(1));
        let running = start(&sandbox.path(name));
        assert_eq!(running.0(), 1);
        fs::write(sandbox.path(name), text(2)).unwrap(); // in place
        running.wait_for(2);
        sandbox.write(name, text(3)); // renamed into place
        running.wait_for(3);
        sandbox.write(name, text(4));
        running.wait_for(4);
    }

    #[test]
    fn hotconf_yes() {
        check("app.toml", toml, Watching::hotconf);
    }

    #[test]
    fn dynamic_config_yes() {
        check("app.toml", toml, Watching::dynamic_config);
    }

    #[test]
    fn rtb_config_yes() {
        check("app.yaml", yaml, Watching::rtb_config);
    }

    /// A `Figment` has read its files when it was made.
    #[test]
    fn figment_no() {
        use figment::providers::{Format, Toml};
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let figment = figment::Figment::from(Toml::file_exact(sandbox.path("app.toml")));
        sandbox.write("app.toml", toml(2));
        assert_eq!(figment.extract::<AppConfig>().unwrap().port, 1);
    }

    /// A `Config` keeps what it read; its builder can build another.
    #[test]
    fn config_rs_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let builder = config::Config::builder().add_source(config::File::from(sandbox.path("app.toml")));
        let built = builder.build_cloned().unwrap();
        sandbox.write("app.toml", toml(2));
        assert_eq!(built.get::<u16>("port").unwrap(), 1);
        assert_eq!(builder.build_cloned().unwrap().get::<u16>("port").unwrap(), 2);
    }

    #[test]
    fn confique_no() {
        use confique::Config;
        #[derive(confique::Config)]
        struct Confique {
            port: u16,
        }
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let config = Confique::from_file(sandbox.path("app.toml")).unwrap();
        sandbox.write("app.toml", toml(2));
        assert_eq!(config.port, 1);
    }

    with_clapfig! {
        fn clapfig_no() {
            #[derive(Deserialize, clapfig::Schema)]
            struct Clapfig {
                port: u16,
            }
            let sandbox = Sandbox::new();
            sandbox.write("app.toml", toml(1));
            let builder = clapfig::Clapfig::typed::<Clapfig>().app_name("app").file_name("app.toml").no_env();
            let folder = clapfig::SearchPath::Path(sandbox.root().to_owned());
            let resolver = builder.search_paths(vec![folder]).build_resolver().unwrap();
            assert_eq!(resolver.resolve_at(sandbox.root()).unwrap().port, 1);
            sandbox.write("app.toml", toml(2));
            assert_eq!(resolver.resolve_at(sandbox.root()).unwrap().port, 1);
        }
    }
}

/// A file with a mistake in it changes nothing.
mod bad_edit_keeps_the_last_good {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let cfg = hotconf(&sandbox.path("app.toml"), Watch::Off);
        sandbox.write("app.toml", "port = \"http\"\n");
        assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
        assert_eq!(cfg.load().port, 1);
    }

    #[test]
    fn dynamic_config_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let config = dynamic_config(&sandbox.path("app.toml"));
        sandbox.write("app.toml", "port = \"http\"\n");
        assert!(config.reload().is_err());
        assert_eq!(config.current().unwrap().port, 1);
    }

    #[test]
    fn rtb_config_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.yaml", yaml(1));
        let config = rtb_config(&sandbox.path("app.yaml"));
        sandbox.write("app.yaml", "port: http\n");
        assert!(config.reload().is_err());
        assert_eq!(config.get().port, 1);
    }
}

/// A file that had keys and is empty now, as in the middle of a write or on a full disk, does not put defaults in place.
mod empty_file_keeps_the_last_good {
    use super::*;

    #[test]
    fn hotconf_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let cfg = hotconf(&sandbox.path("app.toml"), Watch::Off);
        sandbox.write("app.toml", "");
        assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
        assert_eq!(cfg.load().port, 1);
    }

    #[test]
    fn dynamic_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let config = dynamic_config(&sandbox.path("app.toml"));
        sandbox.write("app.toml", "");
        config.reload().unwrap();
        assert_eq!(config.current().unwrap().port, 8000);
    }

    #[test]
    fn rtb_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.yaml", yaml(1));
        let config = rtb_config(&sandbox.path("app.yaml"));
        sandbox.write("app.yaml", "");
        config.reload().unwrap();
        assert_eq!(config.get().port, 8000);
    }
}

/// A file that was there at the start and is gone does not put defaults in place.
mod vanished_file_keeps_the_last_good {
    use super::*;

    /// With `optional_file` a file may vanish; with `file` it may not.
    #[test]
    fn hotconf_yes() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let cfg = hotconf(&sandbox.path("app.toml"), Watch::Off);
        sandbox.remove("app.toml");
        assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
        assert_eq!(cfg.load().port, 1);
    }

    #[test]
    fn dynamic_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.toml", toml(1));
        let config = dynamic_config(&sandbox.path("app.toml"));
        sandbox.remove("app.toml");
        config.reload().unwrap();
        assert_eq!(config.current().unwrap().port, 8000);
    }

    #[test]
    fn rtb_config_no() {
        let sandbox = Sandbox::new();
        sandbox.write("app.yaml", yaml(1));
        let config = rtb_config(&sandbox.path("app.yaml"));
        sandbox.remove("app.yaml");
        config.reload().unwrap();
        assert_eq!(config.get().port, 8000);
    }
}

/// The volume of a Kubernetes ConfigMap: `app.toml -> ..data/app.toml`, and `..data` is a link that is replaced; twice.
#[cfg(unix)]
mod swapped_links {
    use super::*;

    fn publish(sandbox: &Sandbox, name: &str, text: &str) {
        let version = format!("..{}", text.trim().replace([' ', ':', '='], ""));
        sandbox.write(Path::new(&version).join(name), text);
        std::os::unix::fs::symlink(&version, sandbox.path("..data_tmp")).unwrap();
        fs::rename(sandbox.path("..data_tmp"), sandbox.path("..data")).unwrap();
    }

    fn check(name: &str, text: fn(u16) -> String, start: fn(&Path) -> Watching) {
        let sandbox = Sandbox::new();
        publish(&sandbox, name, &text(1));
        std::os::unix::fs::symlink(Path::new("..data").join(name), sandbox.path(name)).unwrap();
        let running = start(&sandbox.path(name));
        assert_eq!(running.0(), 1);
        for port in [2, 3] {
            publish(&sandbox, name, &text(port));
            running.wait_for(port);
        }
    }

    #[test]
    fn hotconf_yes() {
        check("app.toml", toml, Watching::hotconf);
    }

    #[test]
    fn dynamic_config_yes() {
        check("app.toml", toml, Watching::dynamic_config);
    }

    #[test]
    fn rtb_config_yes() {
        check("app.yaml", yaml, Watching::rtb_config);
    }
}

/// The environment wins over the files after a reload as it did at the start.
mod environment_wins_after_a_reload {
    use super::*;

    const VARIABLES: &[(&str, &str)] = &[("APP_PORT", "9000")];

    #[test]
    fn hotconf_yes() {
        with_environment(VARIABLES, || {
            let sandbox = Sandbox::new();
            sandbox.write("app.toml", "port = 1\nworkers = 1\n");
            let cfg = hotconf(&sandbox.path("app.toml"), Watch::Off);
            sandbox.write("app.toml", "port = 2\nworkers = 2\n");
            assert!(matches!(cfg.reload(), Outcome::Applied(_)));
            assert_eq!(*cfg.load(), AppConfig { port: 9000, workers: 2 });
        });
    }

    #[test]
    fn dynamic_config_yes() {
        with_environment(VARIABLES, || {
            let sandbox = Sandbox::new();
            sandbox.write("app.toml", "port = 1\nworkers = 1\n");
            let config = dynamic_config(&sandbox.path("app.toml"));
            sandbox.write("app.toml", "port = 2\nworkers = 2\n");
            config.reload().unwrap();
            assert_eq!(*config.current().unwrap(), AppConfig { port: 9000, workers: 2 });
        });
    }

    #[test]
    fn rtb_config_yes() {
        with_environment(VARIABLES, || {
            let sandbox = Sandbox::new();
            sandbox.write("app.yaml", "port: 1\nworkers: 1\n");
            let config = rtb_config(&sandbox.path("app.yaml"));
            sandbox.write("app.yaml", "port: 2\nworkers: 2\n");
            config.reload().unwrap();
            assert_eq!(*config.get(), AppConfig { port: 9000, workers: 2 });
        });
    }
}
