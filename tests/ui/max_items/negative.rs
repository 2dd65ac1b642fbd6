use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(max_items = -1)]
    ports: Vec<u16>,
}

fn main() {}
