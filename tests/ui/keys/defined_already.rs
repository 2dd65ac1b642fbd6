use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: u16,
}

impl Server {
    fn keys() -> u16 {
        80
    }
}

fn main() {}
