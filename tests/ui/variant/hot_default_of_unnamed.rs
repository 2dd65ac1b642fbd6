use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk(#[hot(default = "/srv")] String),
}

fn main() {}
