use hotconf::HotConfig;

#[derive(HotConfig)]
struct Limits {
    burst: u32,
}

#[derive(HotConfig)]
struct Server {
    #[hot(env = "LIMITS")]
    #[serde(flatten)]
    limits: Limits,
}

fn main() {}
