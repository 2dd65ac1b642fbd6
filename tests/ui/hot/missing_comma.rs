use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(secret restart)]
    port: u16,
}

fn main() {}
