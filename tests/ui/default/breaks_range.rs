use hotconf::HotConfig;

#[derive(HotConfig, validator::Validate)]
struct Server {
    #[hot(default = 0)]
    #[validate(range(min = 1, max = 512))]
    port: u16,
}

fn main() {}
