use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(crate = nowhere)]
struct Server {
    port: u16,
}

fn main() {}
