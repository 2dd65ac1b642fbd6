use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = "half")]
    share: f64,
}

fn main() {}
