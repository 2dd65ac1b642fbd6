use hotconf::HotConfig;

#[derive(HotConfig, validator::Validate)]
struct Server {
    #[hot(default = "")]
    #[validate(length(min = 1))]
    name: String,
}

fn main() {}
