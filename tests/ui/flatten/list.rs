use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(flatten)]
    ports: Option<Vec<u16>>,
}

fn main() {}
