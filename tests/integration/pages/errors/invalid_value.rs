use hotconf::HotConfig;
use std::net::IpAddr;

#[derive(HotConfig)]
pub struct AppConfig {
    host: IpAddr,
}
