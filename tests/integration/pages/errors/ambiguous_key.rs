use hotconf::{Error, Hot, HotConfig};
use std::path::Path;

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 10)]
    timeout: u32,
    #[serde(flatten)]
    retry: Retry,
}

#[derive(HotConfig)]
pub struct Retry {
    #[hot(default = 5)]
    timeout: u32,
}

#[derive(HotConfig)]
pub struct Apart {
    #[hot(default = 10)]
    timeout: u32,
    retry: Retry,
}

pub fn bad(_: &Path) -> Error {
    Hot::<AppConfig>::builder().build().unwrap_err()
}

pub fn good(_: &Path) -> Result<(), Error> {
    Hot::<Apart>::builder().build()?;
    Ok(())
}
