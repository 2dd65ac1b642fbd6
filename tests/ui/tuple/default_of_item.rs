use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(default)]
struct Port(u16, #[serde(default)] u8);

fn main() {}
