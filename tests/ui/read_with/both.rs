use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(with = "module", deserialize_with = "read")]
    port: u16,
    #[serde(with = "module")]
    #[hot(leaf)]
    host: String,
}

fn main() {}
