use hotconf::HotConfig;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Foreign;

#[derive(HotConfig)]
struct Server {
    hosts: std::collections::BTreeMap<Foreign, u8>,
}

fn main() {}
