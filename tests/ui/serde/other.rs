use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    Low,
    #[serde(other)]
    High,
}

fn main() {}
