use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(default = "nowhere")]
    port: u16,
}

fn main() {}
