use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Memory,
    #[hot(secret)]
    Disk { path: String },
}

fn main() {}
