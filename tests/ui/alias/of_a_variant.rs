use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    Low,
    #[serde(alias = "Low")]
    High,
}

fn main() {}
