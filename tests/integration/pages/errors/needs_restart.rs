use hotconf::{Error, Hot, HotConfig};
use std::{fs, path::Path};
use validator::{Validate, ValidationError};

#[derive(HotConfig, Validate)]
#[validate(schema(function = "in_order"))]
pub struct AppConfig {
    #[hot(restart)]
    low: u32,
    high: u32,
}

fn in_order(config: &AppConfig) -> Result<(), ValidationError> {
    if config.low <= config.high { Ok(()) } else { Err(ValidationError::new("in_order")) }
}

pub fn bad(folder: &Path) -> Error {
    let file = folder.join("app.toml");
    fs::write(&file, "low = 5\nhigh = 9\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).build().unwrap();
    fs::write(&file, "low = 1\nhigh = 3\n").unwrap();
    cfg.reload().error().unwrap().clone()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    let file = folder.join("app.toml");
    fs::write(&file, "low = 5\nhigh = 9\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).build()?;
    fs::write(&file, "low = 1\nhigh = 8\n").unwrap();
    assert!(cfg.reload().error().is_none());
    assert_eq!((cfg.load().low, cfg.load().high), (5, 8));
    Ok(())
}
