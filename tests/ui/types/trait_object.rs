use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    store: Box<dyn std::fmt::Debug>,
    others: Vec<Box<dyn std::fmt::Debug>>,
}

fn main() {}
