use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    filter: fn(u8) -> bool,
}

fn main() {}
