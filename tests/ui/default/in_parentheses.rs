use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default(8000))]
    port: u16,
}

fn main() {}
