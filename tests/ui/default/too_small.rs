use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = -1)]
    port: u16,
}

fn main() {}
