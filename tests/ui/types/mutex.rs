use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: std::sync::Mutex<u16>,
}

fn main() {}
