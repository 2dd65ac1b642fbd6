use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(default = "no path")]
    port: u16,
}

fn main() {}
