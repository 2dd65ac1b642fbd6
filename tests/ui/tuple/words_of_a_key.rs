use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(keys = other)]
struct Port(#[hot(secret, default = 5)] u16);

fn main() {}
