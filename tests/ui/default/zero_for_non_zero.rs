use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 0)]
    workers: std::num::NonZeroU8,
}

fn main() {}
