use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(rename = "listen")]
    port: u16,
}

fn main() {}
