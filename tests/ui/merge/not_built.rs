use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "append")]
    ports: Vec<u16>,
}

fn main() {}
