use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(transparent)]
enum Level {
    High,
}

fn main() {}
