use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    #[serde(skip)]
    host: Foreign,
}

fn main() {}
