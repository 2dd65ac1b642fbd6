use hotconf::HotConfig;

#[derive(HotConfig)]
union Either {
    number: u32,
    bytes: [u8; 4],
}

fn main() {}
