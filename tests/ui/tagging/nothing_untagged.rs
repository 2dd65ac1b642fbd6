use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(untagged)]
enum Level {
    Low,
    High,
}

fn main() {}
