use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(from = "String")]
struct Name {
    name: String,
}

#[derive(HotConfig)]
#[serde(try_from = "String")]
struct Other {
    name: String,
}

fn main() {}
