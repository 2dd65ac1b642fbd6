use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(from = "a b")]
struct Name {
    name: String,
}

fn main() {}
