use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(tag = "kind")]
enum Store {
    Memory,
    Disk(String),
}

fn main() {}
