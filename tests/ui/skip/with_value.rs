use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(skip = true)]
    port: u16,
}

fn main() {}
