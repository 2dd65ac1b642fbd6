use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(from = "String", try_from = "u8", transparent)]
struct Name {
    name: String,
}

fn main() {}
