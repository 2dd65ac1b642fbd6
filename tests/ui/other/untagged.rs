use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(untagged)]
enum Size {
    Bytes(u64),
    #[serde(other)]
    Other,
}

fn main() {}
