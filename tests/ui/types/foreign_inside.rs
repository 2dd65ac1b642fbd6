use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    hosts: Vec<Option<Foreign>>,
}

fn main() {}
