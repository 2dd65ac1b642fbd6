use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: std::cell::Cell<u16>,
}

fn main() {}
