use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 5 6)]
    port: u16,
}

fn main() {}
