use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 5)]
    name: String,
}

fn main() {}
