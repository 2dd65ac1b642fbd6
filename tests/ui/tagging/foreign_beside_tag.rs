use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
#[serde(tag = "kind")]
enum Store {
    Memory,
    Disk(Foreign),
}

fn main() {}
