use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = b"x")]
    name: String,
}

fn main() {}
