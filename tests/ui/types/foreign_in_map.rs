use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    hosts: std::collections::BTreeMap<String, Foreign>,
}

fn main() {}
