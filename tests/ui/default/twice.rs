use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default, default = 8000)]
    port: u16,
}

fn main() {}
