use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(rename_all = "camel")]
struct Server {
    port: u16,
}

fn main() {}
