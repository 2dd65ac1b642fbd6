use hotconf::{Error, Hot, HotConfig};
use std::{fs, path::Path};

#[derive(HotConfig)]
pub struct AppConfig {
    log_level: String,
}

fn level(name: &str) -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
    match name {
        "info" => Ok(1),
        "debug" => Ok(2),
        _ => Err(format!("there is no level `{name}`").into()),
    }
}

pub fn bad(folder: &Path) -> Error {
    let file = folder.join("app.toml");
    fs::write(&file, "log_level = \"info\"\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).build().unwrap();
    let prepare = |_: &String, new: &String| {
        let level = level(new)?;
        Ok(move || println!("logging at level {level}"))
    };
    cfg.prepare_for(AppConfig::keys().log_level, prepare).named("the logger").forever();
    fs::write(&file, "log_level = \"loud\"\n").unwrap();
    cfg.reload().error().unwrap().clone()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    let file = folder.join("app.toml");
    fs::write(&file, "log_level = \"info\"\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).build()?;
    cfg.prepare_for(AppConfig::keys().log_level, |_, new| level(new).map(|_| || ())).named("the logger").forever();
    fs::write(&file, "log_level = \"debug\"\n").unwrap();
    assert!(cfg.reload().error().is_none());
    assert_eq!(cfg.load().log_level, "debug");
    Ok(())
}
