use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = "a")]
    names: Vec<String>,
}

fn main() {}
