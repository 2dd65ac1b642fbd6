use hotconf::HotConfig;

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(default = 8000)]
    port: u16,
    #[hot(deprecated = "use port")]
    listen_port: Option<u16>,
}
