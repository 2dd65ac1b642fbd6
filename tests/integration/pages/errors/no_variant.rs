use hotconf::HotConfig;

#[derive(HotConfig)]
pub struct AppConfig {
    listen: Listen,
}

#[derive(HotConfig)]
#[serde(untagged)]
pub enum Listen {
    Port(u16),
    Address { host: String, port: u16 },
}
