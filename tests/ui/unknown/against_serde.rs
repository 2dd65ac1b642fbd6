use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(unknown = "warn")]
#[serde(deny_unknown_fields)]
struct Server {
    port: u16,
}

fn main() {}
