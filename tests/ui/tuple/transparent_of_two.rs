use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(transparent)]
struct Server {
    port: u16,
    host: String,
}

fn main() {}
