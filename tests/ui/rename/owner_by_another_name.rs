use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(rename = "listen")]
    port: u16,
    #[serde(alias = "listen")]
    address: String,
}

fn main() {}
