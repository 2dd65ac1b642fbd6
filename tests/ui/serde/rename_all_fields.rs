use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(rename_all_fields = "camelCase")]
struct Server {
    port: u16,
}

fn main() {}
