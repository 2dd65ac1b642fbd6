use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(with = "module")]
    port: u16,
}

fn main() {}
