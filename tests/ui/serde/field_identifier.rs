use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(field_identifier)]
struct Server {
    port: u16,
}

fn main() {}
