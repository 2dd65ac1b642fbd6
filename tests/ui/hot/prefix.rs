use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(prefix = "APP")]
struct Server {
    port: u16,
}

fn main() {}
