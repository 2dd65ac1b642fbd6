use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(tag = "kind")]
enum Backend {
    Memory,
    Disk { kind: String },
}

fn main() {}
