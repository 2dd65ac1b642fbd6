use hotconf::HotConfig;

#[derive(HotConfig)]
struct Port(u16);

fn main() {}
