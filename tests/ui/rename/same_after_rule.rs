use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(rename_all = "camelCase")]
struct Server {
    http_port: u16,
    #[serde(rename = "httpPort")]
    other: u16,
}

fn main() {}
