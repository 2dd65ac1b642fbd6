use hotconf::HotConfig;

#[derive(HotConfig)]
pub struct AppConfig {
    #[hot(max_items = 2)]
    mirrors: Vec<String>,
}
