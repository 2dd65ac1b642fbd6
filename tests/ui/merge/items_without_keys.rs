use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "by-key(name)")]
    hosts: Vec<String>,
}

fn main() {}
