use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = "ab")]
    separator: char,
}

fn main() {}
