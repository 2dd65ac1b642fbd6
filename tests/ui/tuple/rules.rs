use hotconf::HotConfig;

#[derive(HotConfig)]
struct Port(#[validate(range(min = 1))] u16);

fn main() {}
