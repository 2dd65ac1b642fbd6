use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(deprecated)]
    port: u16,
}

fn main() {}
