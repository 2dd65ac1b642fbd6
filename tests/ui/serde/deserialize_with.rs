use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(deserialize_with = "read")]
    port: u16,
}

fn main() {}
