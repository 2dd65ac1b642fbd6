use hotconf::{Error, Hot, HotConfig};
use std::path::Path;

#[derive(HotConfig)]
pub struct AppConfig {
    share: Option<Share>,
}

#[derive(HotConfig)]
#[serde(from = "u32")]
pub struct Share(u32);

impl From<u32> for Share {
    fn from(parts: u32) -> Self {
        Self(100 / parts)
    }
}

pub fn bad(_: &Path) -> Error {
    Hot::<AppConfig>::builder().arg_overrides(["share=0"]).build().unwrap_err()
}

pub fn good(_: &Path) -> Result<(), Error> {
    Hot::<AppConfig>::builder().arg_overrides(["share=4"]).build()?;
    Ok(())
}
