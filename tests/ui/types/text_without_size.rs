use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    name: str,
}

fn main() {}
