use hotconf::HotConfig;

#[derive(HotConfig)]
struct Limits {
    burst: u8,
}

#[derive(HotConfig)]
struct Server {
    #[hot(max_items = 3)]
    limits: Limits,
}

fn main() {}
