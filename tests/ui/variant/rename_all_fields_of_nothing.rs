use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(rename_all_fields = "camelCase")]
enum Level {
    Low,
    High,
}

fn main() {}
