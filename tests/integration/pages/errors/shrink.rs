use hotconf::{Error, Hot, HotConfig};
use std::{fs, path::Path};

#[derive(HotConfig)]
pub struct AppConfig {
    upstreams: Vec<String>,
}

pub fn bad(folder: &Path) -> Error {
    let file = folder.join("app.toml");
    fs::write(&file, "upstreams = [\"a\", \"b\", \"c\", \"d\"]\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).shrink_guard(0.5).build().unwrap();
    fs::write(&file, "upstreams = [\"a\"]\n").unwrap();
    cfg.reload().error().unwrap().clone()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    let file = folder.join("app.toml");
    fs::write(&file, "upstreams = [\"a\", \"b\", \"c\", \"d\"]\n").unwrap();
    let cfg: Hot<AppConfig> = Hot::builder().file(&file).shrink_guard(0.5).build()?;
    fs::write(&file, "upstreams = [\"a\", \"b\"]\n").unwrap();
    assert!(cfg.reload().error().is_none());
    assert_eq!(cfg.load().upstreams, ["a", "b"]);
    // Where more is meant to go, somebody says so.
    fs::write(&file, "upstreams = []\n").unwrap();
    assert!(cfg.waive_guards().error().is_none());
    assert!(cfg.load().upstreams.is_empty());
    Ok(())
}
