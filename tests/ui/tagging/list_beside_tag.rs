use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(tag = "type")]
enum Backend {
    Memory,
    Disk(String, u8),
}

fn main() {}
