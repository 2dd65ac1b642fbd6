use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(secret, restart, secret)]
    port: u16,
}

fn main() {}
