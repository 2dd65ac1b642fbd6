use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "prepend")]
    ports: Vec<u16>,
}

fn main() {}
