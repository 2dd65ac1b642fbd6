use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    #[serde(skip)]
    Low,
}

fn main() {}
