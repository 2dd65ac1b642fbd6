use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    Low,
    #[serde(rename = "Low")]
    High,
}

fn main() {}
