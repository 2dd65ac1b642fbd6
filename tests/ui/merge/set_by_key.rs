use hotconf::HotConfig;
use std::collections::BTreeSet;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "by-key(name)")]
    upstreams: BTreeSet<Upstream>,
}

#[derive(HotConfig, PartialEq, Eq, PartialOrd, Ord)]
struct Upstream {
    name: String,
}

fn main() {}
