use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    store: impl Clone,
}

fn main() {}
