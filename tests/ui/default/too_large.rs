use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 70000)]
    port: u16,
}

fn main() {}
