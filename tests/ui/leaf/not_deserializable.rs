use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    #[hot(leaf)]
    host: Foreign,
}

fn main() {}
