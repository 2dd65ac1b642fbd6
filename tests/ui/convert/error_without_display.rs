use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(try_from = "String")]
struct Name(String);

struct Wrong;

impl TryFrom<String> for Name {
    type Error = Wrong;

    fn try_from(name: String) -> Result<Self, Wrong> {
        Ok(Self(name))
    }
}

fn main() {}
