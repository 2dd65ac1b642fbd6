use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(deny_unknown_fields)]
    port: u16,
    #[serde(rename_all = "lowercase")]
    host: String,
}

fn main() {}
