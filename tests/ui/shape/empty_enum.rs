use hotconf::HotConfig;

#[derive(HotConfig)]
enum Never {}

fn main() {}
