use hotconf::HotConfig;

#[derive(HotConfig, validator::Validate)]
struct Server {
    #[hot(default = [1, 2, 3])]
    #[validate(length(max = 2))]
    ports: Vec<u16>,
}

fn main() {}
