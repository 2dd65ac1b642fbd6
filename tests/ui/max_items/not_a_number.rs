use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(max_items = "ten")]
    ports: Vec<u16>,
}

fn main() {}
