use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(secret = true)]
    port: u16,
}

fn main() {}
