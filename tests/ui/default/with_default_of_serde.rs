use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 8000)]
    #[serde(default)]
    port: u16,
}

fn main() {}
