use hotconf::HotConfig;

#[derive(HotConfig)]
struct Limits {
    burst: u32,
}

#[derive(HotConfig)]
struct Server {
    #[serde(flatten, rename = "limit")]
    limits: Limits,
}

fn main() {}
