use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(env = "")]
    port: u16,
}

fn main() {}
