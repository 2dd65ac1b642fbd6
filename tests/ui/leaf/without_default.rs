use hotconf::HotConfig;

#[derive(serde::Deserialize)]
struct Foreign;

#[derive(HotConfig)]
struct Server {
    #[hot(leaf, default)]
    host: Foreign,
}

fn main() {}
