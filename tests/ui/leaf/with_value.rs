use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(leaf = true)]
    port: u16,
}

fn main() {}
