use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge)]
    ports: Vec<u16>,
}

fn main() {}
