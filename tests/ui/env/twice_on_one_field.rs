use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(env = "PORT", env = "PORT")]
    port: u16,
}

fn main() {}
