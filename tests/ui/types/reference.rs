use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    name: &'static str,
    ports: &'static [u16],
    level: &'static u8,
}

fn main() {}
