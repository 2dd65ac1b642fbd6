use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 1)]
    is_on: bool,
}

fn main() {}
