use hotconf::HotConfig;

#[derive(HotConfig, validator::Validate)]
struct Server {
    #[hot(default = 1.0)]
    #[validate(range(exclusive_max = 1.0))]
    share: f64,
}

fn main() {}
