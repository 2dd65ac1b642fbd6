use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = DEFAULT_PORT)]
    port: u16,
}

fn main() {}
