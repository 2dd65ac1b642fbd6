use hotconf::HotConfig;

#[derive(HotConfig)]
struct Limits {
    burst: u32,
}

#[derive(HotConfig)]
struct Server {
    #[serde(flatten = "limits")]
    limits: Limits,
}

fn main() {}
