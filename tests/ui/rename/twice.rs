use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(rename = "a", rename = "b")]
    port: u16,
}

fn main() {}
