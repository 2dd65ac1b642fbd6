use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(env = "A=B")]
    port: u16,
}

fn main() {}
