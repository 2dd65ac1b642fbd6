//! Each library loading nothing but the variables of the process.

use hotconf::{Hot, HotConfig};

/// A store that reads the environment of the process under `APP`.
pub(crate) fn hotconf<T: HotConfig + Send + Sync>() -> Result<Hot<T>, hotconf::Error> {
    Hot::builder().env("APP").watch(hotconf::Watch::Off).build()
}

pub(crate) fn config_rs<T: serde::de::DeserializeOwned>(
    environment: config::Environment,
) -> Result<T, config::ConfigError> {
    config::Config::builder().add_source(environment).build()?.try_deserialize()
}

/// `APP` followed by `__` between all parts, as config-rs users have it: single underscores are left alone.
pub(crate) fn double_underscores() -> config::Environment {
    config::Environment::with_prefix("APP").prefix_separator("_").separator("__").try_parsing(true)
}

pub(crate) fn dynamic_config<T: serde::de::DeserializeOwned>() -> Result<T, dynamic_config::Error> {
    dynamic_config::Builder::new("").whole_document().env("APP_").load()
}

pub(crate) fn rtb_config<T: Clone + serde::de::DeserializeOwned + Send + Sync + 'static>()
-> Result<T, rtb_config::ConfigError> {
    Ok(T::clone(&rtb_config::Config::<T>::builder().env_prefixed("APP_").build()?.get()))
}

#[cfg(feature = "clapfig")]
pub(crate) fn clapfig<T: clapfig::DocumentRoot + serde::de::DeserializeOwned + 'static>()
-> Result<T, clapfig::error::ClapfigError> {
    clapfig::Clapfig::typed::<T>().app_name("app").search_paths(Vec::new()).load()
}
