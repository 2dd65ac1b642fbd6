use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(unknown = "warn")]
    port: u16,
}

fn main() {}
