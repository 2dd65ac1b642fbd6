use hotconf::{Error, Hot, HotConfig};
use std::{fs, path::Path};

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = "shop")]
    name: String,
}

pub fn bad(folder: &Path) -> Error {
    fs::write(folder.join("app.toml"), b"name = \"caf\xe9\"\n").unwrap();
    Hot::<AppConfig>::builder().file(folder.join("app.toml")).build().unwrap_err()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    fs::write(folder.join("app.toml"), "name = \"café\"\n").unwrap();
    Hot::<AppConfig>::builder().file(folder.join("app.toml")).build()?;
    Ok(())
}
