use hotconf::HotConfig;

#[derive(PartialEq, Eq, Hash)]
struct Foreign;

#[derive(HotConfig)]
struct Server {
    hosts: std::collections::HashSet<Foreign>,
}

fn main() {}
