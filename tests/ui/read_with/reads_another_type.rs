use hotconf::HotConfig;
use serde::Deserialize;

#[derive(HotConfig)]
struct Server {
    #[serde(deserialize_with = "read")]
    port: u16,
}

fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    u8::deserialize(deserializer)
}

fn main() {}
