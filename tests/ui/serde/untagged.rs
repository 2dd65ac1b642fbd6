use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(untagged)]
struct Server {
    port: u16,
}

fn main() {}
