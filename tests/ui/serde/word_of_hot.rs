use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(secret)]
    port: u16,
}

fn main() {}
