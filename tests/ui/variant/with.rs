use hotconf::HotConfig;

#[derive(HotConfig)]
enum Size {
    Auto,
    #[serde(deserialize_with = "read")]
    Bytes(u64),
}

fn main() {}
