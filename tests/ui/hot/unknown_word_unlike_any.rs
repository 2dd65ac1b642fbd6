use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(nested)]
    port: u16,
}

fn main() {}
