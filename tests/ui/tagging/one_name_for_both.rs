use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(tag = "type", content = "type")]
enum Backend {
    Memory,
    Disk { path: String },
}

fn main() {}
