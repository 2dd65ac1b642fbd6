use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    Low,
    #[serde(skip, other)]
    High,
}

fn main() {}
