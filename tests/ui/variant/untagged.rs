use hotconf::HotConfig;

#[derive(HotConfig)]
enum Size {
    Auto,
    #[serde(untagged)]
    Bytes(u64),
}

fn main() {}
