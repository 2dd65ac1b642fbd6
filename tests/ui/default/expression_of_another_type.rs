use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = String::new())]
    port: u16,
}

fn main() {}
