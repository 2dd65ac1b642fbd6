use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(secret)]
struct Server {
    port: u16,
}

fn main() {}
