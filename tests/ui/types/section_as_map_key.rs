use hotconf::HotConfig;

#[derive(HotConfig, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    x: u8,
}

#[derive(HotConfig)]
struct Server {
    names: std::collections::BTreeMap<Point, String>,
}

fn main() {}
