use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(alias = "listen", alias = "listen")]
    port: u16,
}

fn main() {}
