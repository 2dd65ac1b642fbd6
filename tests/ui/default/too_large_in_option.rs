use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 70_000)]
    port: Option<u16>,
}

fn main() {}
