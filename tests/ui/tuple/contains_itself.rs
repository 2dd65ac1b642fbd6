use hotconf::HotConfig;

#[derive(HotConfig)]
struct Tree(u16, Vec<Tree>);

fn main() {}
