use hotconf::HotConfig;

#[derive(HotConfig)]
struct Limits {
    burst: u8,
}

#[derive(HotConfig)]
struct Server {
    limits: std::collections::HashSet<Limits>,
}

fn main() {}
