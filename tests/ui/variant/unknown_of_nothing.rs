use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(unknown = "warn")]
enum Level {
    Low,
    High,
}

fn main() {}
