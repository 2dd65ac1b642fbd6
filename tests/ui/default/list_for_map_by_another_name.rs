use hotconf::HotConfig;

type Labels = std::collections::BTreeMap<String, u8>;

#[derive(HotConfig)]
struct Server {
    #[hot(default = ["a"])]
    labels: Labels,
}

fn main() {}
