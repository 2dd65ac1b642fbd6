use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(tag = "type")]
enum Plugin {
    Known,
    #[serde(other)]
    Other {
        name: String,
    },
}

fn main() {}
