use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "by-key(nick)")]
    upstreams: Option<Vec<Upstream>>,
}

#[derive(HotConfig)]
struct Upstream {
    name: String,
    nick: Option<String>,
}

fn main() {}
