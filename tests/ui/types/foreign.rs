use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    host: Foreign,
}

fn main() {}
