use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = )]
    port: u16,
}

fn main() {}
