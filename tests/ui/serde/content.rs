use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(content = "value")]
struct Server {
    port: u16,
}

fn main() {}
