use hotconf::{Error, Hot, HotConfig};
use std::path::Path;

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 10)]
    rate_limit: u32,
    rate: Rate,
}

#[derive(HotConfig)]
pub struct Rate {
    #[hot(default = 10)]
    limit: u32,
}

#[derive(HotConfig)]
pub struct Renamed {
    #[hot(default = 10)]
    most_requests: u32,
    rate: Rate,
}

pub fn bad(_: &Path) -> Error {
    Hot::<AppConfig>::builder().env_from([]).env("APP").build().unwrap_err()
}

pub fn good(_: &Path) -> Result<(), Error> {
    Hot::<Renamed>::builder().env_from([]).env("APP").build()?;
    Ok(())
}
