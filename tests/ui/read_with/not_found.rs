use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(with = "module")]
    port: u16,
    #[serde(deserialize_with = "read_address")]
    host: String,
}

fn main() {}
