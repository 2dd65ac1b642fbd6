use hotconf::HotConfig;

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 8000)]
    #[serde(alias = "listen_port")]
    port: u16,
}
