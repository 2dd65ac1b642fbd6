use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(remote = "Other")]
struct Server {
    port: u16,
}

fn main() {}
