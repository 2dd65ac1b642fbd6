use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(from = "String")]
struct Server {
    port: u16,
}

fn main() {}
