use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
enum Backend {
    Memory,
    Disk { path: Foreign },
}

fn main() {}
