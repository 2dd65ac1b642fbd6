use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(flatten)]
struct Server {
    port: u16,
}

fn main() {}
