use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    #[hot(default = Foreign)]
    host: Foreign,
}

fn main() {}
