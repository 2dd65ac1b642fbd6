use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(rename)]
    port: u16,
}

fn main() {}
