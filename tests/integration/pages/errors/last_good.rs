use hotconf::{Builder, Error, Hot, HotConfig};
use std::{fs, path::Path};

#[derive(HotConfig)]
pub struct AppConfig {
    port: u16,
    #[hot(secret)]
    token: String,
}

fn builder(folder: &Path) -> Builder<AppConfig> {
    let builder = Hot::builder().file(folder.join("app.toml")).secrets_dir(folder.join("secrets"));
    builder.last_good(folder.join("last-good.json"))
}

pub fn bad(folder: &Path) -> Error {
    fs::write(folder.join("app.toml"), "port = 9000\ntoken = \"s3cret\"\n").unwrap();
    drop(builder(folder).build().unwrap());
    fs::write(folder.join("app.toml"), "port =\ntoken = \"s3cret\"\n").unwrap();
    builder(folder).build().unwrap_err()
}

pub fn good(folder: &Path) -> Result<(), Error> {
    fs::create_dir(folder.join("secrets")).unwrap();
    fs::write(folder.join("secrets/token"), "s3cret").unwrap();
    fs::write(folder.join("app.toml"), "port = 9000\n").unwrap();
    drop(builder(folder).build()?);
    fs::write(folder.join("app.toml"), "port =\n").unwrap();
    assert_eq!(builder(folder).build()?.load().port, 9000);
    Ok(())
}
