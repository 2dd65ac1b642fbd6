use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: _,
}

fn main() {}
