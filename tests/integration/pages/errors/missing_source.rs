use hotconf::{Error, Hot, HotConfig};
use std::path::Path;

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 8000)]
    port: u16,
}

pub fn bad(folder: &Path) -> Error {
    Hot::<AppConfig>::builder().file(folder.join("local.toml")).build().unwrap_err()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    Hot::<AppConfig>::builder().optional_file(folder.join("local.toml")).build()?;
    Ok(())
}
