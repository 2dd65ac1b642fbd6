use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 1e400)]
    share: f64,
}

fn main() {}
