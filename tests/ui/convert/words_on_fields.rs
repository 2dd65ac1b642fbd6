use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(from = "String")]
struct Name {
    #[hot(secret)]
    name: String,
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self { name }
    }
}

fn main() {}
