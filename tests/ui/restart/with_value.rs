use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(restart = false)]
    port: u16,
}

fn main() {}
