use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    #[hot(restart)]
    Low,
    High,
}

fn main() {}
