use hotconf::HotConfig;
use std::collections::BTreeMap;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "append")]
    flags: BTreeMap<String, bool>,
}

fn main() {}
