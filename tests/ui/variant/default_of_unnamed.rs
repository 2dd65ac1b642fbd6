use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk(#[serde(default)] String),
}

fn main() {}
