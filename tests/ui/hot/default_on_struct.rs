use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(default)]
struct Server {
    port: u16,
}

fn main() {}
