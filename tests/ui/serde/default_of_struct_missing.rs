use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(default)]
struct Server {
    port: u16,
}

fn main() {}
