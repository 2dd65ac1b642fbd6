use hotconf::{Error, Hot, HotConfig};
use std::{fs, path::Path};

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 8000)]
    port: u16,
}

pub fn bad(folder: &Path) -> Error {
    let file = folder.join("app.toml");
    fs::write(&file, "port = 9000\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).build().unwrap();
    fs::write(&file, "").unwrap();
    cfg.reload().error().unwrap().clone()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    let file = folder.join("app.toml");
    fs::write(&file, "port = 9000\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).build()?;
    fs::write(&file, "# all as by default\n").unwrap();
    assert!(cfg.reload().error().is_none() && cfg.load().port == 8000);
    Ok(())
}
