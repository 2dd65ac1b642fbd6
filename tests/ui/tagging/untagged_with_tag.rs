use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(untagged, tag = "type")]
enum Backend {
    Memory,
    Disk { path: String },
}

fn main() {}
