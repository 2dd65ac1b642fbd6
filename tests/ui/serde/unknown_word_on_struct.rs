use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(rename_al = "camelCase")]
struct Server {
    port: u16,
}

fn main() {}
