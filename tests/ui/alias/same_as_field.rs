use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(alias = "admin")]
    port: u16,
    admin: u16,
}

fn main() {}
