use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(alias)]
    port: u16,
}

fn main() {}
