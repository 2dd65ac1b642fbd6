use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    ports: [u16],
}

fn main() {}
