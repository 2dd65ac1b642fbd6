use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 30)]
    timeout: std::time::Duration,
}

fn main() {}
