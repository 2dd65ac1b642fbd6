use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(tag = "kind")]
struct Server {
    port: u16,
}

fn main() {}
