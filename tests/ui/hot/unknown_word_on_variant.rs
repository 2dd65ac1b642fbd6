use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    #[hot(first)]
    Low,
    High,
}

fn main() {}
