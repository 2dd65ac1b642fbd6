use hotconf::HotConfig;

#[derive(HotConfig)]
enum Level {
    Low,
    #[serde(aliass = "top")]
    High,
}

fn main() {}
