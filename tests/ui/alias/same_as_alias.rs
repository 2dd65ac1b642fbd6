use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(alias = "listen")]
    port: u16,
    #[serde(alias = "listen")]
    admin: u16,
}

fn main() {}
