use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default)]
    level: Level,
}

#[derive(HotConfig)]
enum Level {
    Low,
    High,
}

fn main() {}
