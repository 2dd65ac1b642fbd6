use hotconf::HotConfig;

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 8000)]
    port: u16,
}
