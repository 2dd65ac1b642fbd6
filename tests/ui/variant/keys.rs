use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(keys = all)]
enum Backend {
    Memory,
    Disk { path: String },
}

fn main() {}
