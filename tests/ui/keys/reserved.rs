use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(keys = fn)]
struct Server {
    port: u16,
}

fn main() {}
