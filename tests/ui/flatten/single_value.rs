use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(flatten)]
    port: u16,
}

fn main() {}
