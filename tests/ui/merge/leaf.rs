use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(leaf, merge = "append")]
    hosts: Vec<String>,
}

fn main() {}
