use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    next: Option<Server>,
}

fn main() {}
