use hotconf::HotConfig;
use limits::Limits;

mod limits {
    #[derive(hotconf::HotConfig)]
    struct Limits {
        burst: u8,
    }
}

#[derive(HotConfig)]
struct Server {
    pub limits: Limits,
}

fn main() {}
