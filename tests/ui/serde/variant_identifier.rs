use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(variant_identifier)]
enum Level {
    Low,
    High,
}

fn main() {}
