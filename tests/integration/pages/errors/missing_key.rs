use hotconf::HotConfig;

#[derive(HotConfig)]
pub struct AppConfig {
    database: Database,
}

#[derive(HotConfig)]
pub struct Database {
    url: String,
    #[hot(default = 10)]
    pool_size: u32,
}
