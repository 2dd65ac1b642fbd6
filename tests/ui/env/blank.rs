use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(env = "MY PORT")]
    port: u16,
}

fn main() {}
