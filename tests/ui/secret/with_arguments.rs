use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(secret(always))]
    port: u16,
}

fn main() {}
