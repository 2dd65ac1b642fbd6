use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(try_from = "String")]
struct Server {
    port: u16,
}

fn main() {}
