use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(skip)]
    #[hot(secret, leaf)]
    port: u16,
}

fn main() {}
