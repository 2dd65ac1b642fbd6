use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    all: (u8, u8, u8, u8, u8, u8, u8, u8, u8),
}

fn main() {}
