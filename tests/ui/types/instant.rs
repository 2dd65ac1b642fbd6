use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    start: std::time::Instant,
}

fn main() {}
