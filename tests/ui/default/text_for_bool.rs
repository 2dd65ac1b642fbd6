use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = "x")]
    debug: bool,
}

fn main() {}
