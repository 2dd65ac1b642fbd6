use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = [80, 70000])]
    port: Vec<u16>,
}

fn main() {}
