use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(crate = "hotconf")]
struct Server {
    port: u16,
}

fn main() {}
