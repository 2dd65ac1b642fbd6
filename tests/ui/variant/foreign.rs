use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
enum Backend {
    Memory,
    Disk(Foreign),
}

fn main() {}
