use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    host: Option<Foreign>,
}

fn main() {}
