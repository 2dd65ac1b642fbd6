//! What all of these tests use: each library loading one file, an environment of one's own, waiting.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

pub(crate) use hotconf::testing::Sandbox;

/// Runs the body in a process of its own that has these variables and no others. Most libraries read the environment of
/// the process; this test's own stays as it is. The body has to be written in the test function itself, which is started
/// again by its name.
#[track_caller]
pub(crate) fn with_environment<F: FnOnce()>(variables: &[(&str, &str)], body: F) {
    const MARK: &str = "HOTCONF_COMPARE_INNER";
    let (_, name) = std::any::type_name::<F>().split_once("::").unwrap();
    let name = name.strip_suffix("::{{closure}}").unwrap();
    if std::env::var(MARK).is_ok_and(|inner| inner == name) {
        return body();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--include-ignored", "--nocapture"])
        .env_clear()
        .env(MARK, name)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let printed =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
}

/// Waits until `condition` holds.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// What a library says, with the folder of the test taken out: its name has digits of its own.
fn words(error: impl ToString, file: &Path) -> String {
    let folder = file.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let text = error.to_string().replace(&folder, "");
    println!("{text}");
    text
}

/// The configuration in a file, or all that figment says is wrong with it.
pub(crate) fn figment<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    use figment::providers::{Format, Toml};
    let loaded = figment::Figment::from(Toml::file_exact(file)).extract();
    loaded
        .map_err(|error| words(error.into_iter().map(|error| format!("{error}\n")).collect::<String>(), file))
}

/// The configuration in a file, or what config-rs says is wrong with it.
pub(crate) fn config_rs<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let built = config::Config::builder().add_source(config::File::from(file)).build();
    built.and_then(config::Config::try_deserialize).map_err(|error| words(error, file))
}

/// The configuration in a file, or what confique says is wrong with it.
pub(crate) fn confique<T: confique::Config>(file: &Path) -> Result<T, String> {
    T::builder().file(file).load().map_err(|error| words(format!("{error:#}"), file))
}

/// The configuration in a file, or what dynamic-config says is wrong with it.
pub(crate) fn dynamic_config<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let builder = dynamic_config::Builder::new("").whole_document().file(file.display().to_string());
    builder.load().map_err(|error| words(error, file))
}

/// The configuration in a file, or what rtb-config says is wrong with it. It reads YAML only.
pub(crate) fn rtb_config<T: DeserializeOwned + Send + Sync + Clone + 'static>(
    file: &Path,
) -> Result<T, String> {
    let built = rtb_config::Config::<T>::builder().user_file(file).build();
    built.map(|config| T::clone(&config.get())).map_err(|error| words(error, file))
}

/// The configuration in a file `app.toml`, or what clapfig says is wrong with it, as it renders that for people.
#[cfg(feature = "clapfig")]
pub(crate) fn clapfig<T: clapfig::DocumentRoot + DeserializeOwned + 'static>(
    file: &Path,
) -> Result<T, String> {
    clapfig_plain(file).map_err(|error| words(clapfig::render::render_plain(&error), file))
}

/// The same with the error as it is.
#[cfg(feature = "clapfig")]
pub(crate) fn clapfig_plain<T: clapfig::DocumentRoot + DeserializeOwned + 'static>(
    file: &Path,
) -> Result<T, clapfig::error::ClapfigError> {
    use clapfig::{Clapfig, SearchPath};
    let folder = file.parent().unwrap().to_owned();
    let builder = Clapfig::typed::<T>().app_name("app").file_name("app.toml");
    builder.search_paths(vec![SearchPath::Path(folder)]).no_env().load()
}

/// The configuration in a file, or all that hotconf says is wrong with it.
pub(crate) fn hotconf<T: hotconf::HotConfig + Send + Sync>(file: &Path) -> Result<hotconf::Hot<T>, String> {
    let built = hotconf::Hot::builder().file(file).watch(hotconf::Watch::Off).build();
    built.map_err(|error| words(error, file))
}

/// A test of clapfig: ignored, and said to be, where the feature is off.
macro_rules! with_clapfig {
    (fn $name:ident() $body:block) => {
        #[cfg(feature = "clapfig")]
        #[test]
        fn $name() $body

        #[cfg(not(feature = "clapfig"))]
        #[test]
        #[ignore = "needs --features clapfig, and so cargo's --ignore-rust-version before Rust 1.96"]
        fn $name() {
            panic!("clapfig is not built in");
        }
    };
}
pub(crate) use with_clapfig;
