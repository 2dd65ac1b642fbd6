use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "append")]
    #[serde(flatten)]
    upstream: Upstream,
}

#[derive(HotConfig)]
struct Upstream {
    name: String,
    nick: Option<String>,
}

fn main() {}
