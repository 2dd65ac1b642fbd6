use hotconf::{HotConfig, IntoValue};

#[derive(serde::Deserialize)]
struct Foreign;

#[derive(HotConfig, IntoValue)]
struct Server {
    #[hot(leaf)]
    port: Foreign,
}

fn main() {}
