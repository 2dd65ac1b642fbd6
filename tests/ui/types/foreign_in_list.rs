use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    hosts: Vec<Foreign>,
}

fn main() {}
