use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(renam = "listen")]
    port: u16,
}

fn main() {}
