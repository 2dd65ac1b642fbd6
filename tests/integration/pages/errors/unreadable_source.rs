use hotconf::{Error, Hot, HotConfig};
use std::{fs, path::Path};

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 8000)]
    port: u16,
}

pub fn bad(folder: &Path) -> Error {
    fs::create_dir(folder.join("app.toml")).unwrap();
    Hot::<AppConfig>::builder().file(folder.join("app.toml")).build().unwrap_err()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    fs::create_dir(folder.join("app.toml")).unwrap();
    fs::write(folder.join("app.toml/port.toml"), "port = 9000\n").unwrap();
    Hot::<AppConfig>::builder().dir(folder.join("app.toml")).build()?;
    Ok(())
}
