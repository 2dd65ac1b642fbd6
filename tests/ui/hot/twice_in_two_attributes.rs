use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(secret)]
    #[hot(secret)]
    port: u16,
}

fn main() {}
