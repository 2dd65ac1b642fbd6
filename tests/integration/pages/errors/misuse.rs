use hotconf::{Error, Hot, HotConfig};
use std::path::Path;

#[derive(HotConfig)]
pub struct AppConfig {
    port: u16,
}

pub fn bad(_: &Path) -> Error {
    let cfg = Hot::fixed(AppConfig { port: 8000 });
    cfg.set("port", 9000).unwrap_err()
}

pub fn good(_: &Path) -> Result<(), Error> {
    let cfg = Hot::fixed(AppConfig { port: 8000 });
    let _ = cfg.replace(AppConfig { port: 9000 });
    assert_eq!(cfg.load().port, 9000);
    Ok(())
}
