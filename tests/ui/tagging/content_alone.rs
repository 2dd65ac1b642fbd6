use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(content = "value")]
enum Backend {
    Memory,
    Disk { path: String },
}

fn main() {}
