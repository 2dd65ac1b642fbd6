use hotconf::HotConfig;

#[derive(HotConfig)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    Info,
}

#[derive(HotConfig)]
struct Server {
    #[hot(default = ["info", "loud"])]
    levels: Vec<Option<Level>>,
}

fn main() {}
