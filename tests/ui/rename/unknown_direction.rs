use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(rename(reading = "a"))]
    port: u16,
}

fn main() {}
