use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 80.5)]
    port: u16,
}

fn main() {}
