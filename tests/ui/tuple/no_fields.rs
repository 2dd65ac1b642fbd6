use hotconf::HotConfig;

#[derive(HotConfig)]
struct Nothing();

fn main() {}
