use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    #[serde(other)]
    Low,
    #[serde(other)]
    High,
}

fn main() {}
