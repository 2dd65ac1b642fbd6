use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = ["a"])]
    labels: std::collections::BTreeMap<String, u8>,
}

fn main() {}
