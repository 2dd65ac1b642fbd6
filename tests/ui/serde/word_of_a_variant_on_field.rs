use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(other)]
    port: u16,
}

fn main() {}
