use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    hosts: (u8, Foreign),
}

fn main() {}
