use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    hosts: [Foreign; 2],
}

fn main() {}
