use hotconf::HotConfig;

#[derive(Default)]
struct Foreign;

#[derive(HotConfig)]
struct Server {
    #[hot(default)]
    host: Foreign,
}

fn main() {}
