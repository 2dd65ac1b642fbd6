use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    #[hot(default)]
    Low,
    High,
}

fn main() {}
