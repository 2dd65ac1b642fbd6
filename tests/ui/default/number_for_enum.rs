use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    Debug,
    Info,
}

#[derive(HotConfig)]
struct Server {
    #[hot(default = 1)]
    level: Level,
}

fn main() {}
