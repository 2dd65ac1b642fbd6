use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = ["a"])]
    #[serde(flatten)]
    labels: std::collections::BTreeMap<String, String>,
}

fn main() {}
