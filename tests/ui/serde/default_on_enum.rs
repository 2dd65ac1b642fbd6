use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(default)]
enum Level {
    Low,
    High,
}

fn main() {}
