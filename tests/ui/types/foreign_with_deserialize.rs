use hotconf::HotConfig;

#[derive(serde::Deserialize)]
struct Foreign {
    name: String,
}

#[derive(HotConfig)]
struct Server {
    host: Foreign,
}

fn main() {}
