use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(max_items = 99999999999999999999999)]
    ports: Vec<u16>,
}

fn main() {}
