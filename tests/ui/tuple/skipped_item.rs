use hotconf::HotConfig;

#[derive(HotConfig)]
struct Port(u16, #[serde(skip)] u8);

fn main() {}
