use hotconf::HotConfig;
use validator::Validate;

#[derive(HotConfig, Validate)]
pub struct AppConfig {
    #[hot(default = 4)]
    #[validate(range(min = 1, max = 512))]
    workers: usize,
}
