use hotconf::HotConfig;

#[derive(HotConfig)]
pub struct AppConfig {
    log_level: LogLevel,
}

#[derive(HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
}
