use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot = "secret"]
    port: u16,
}

fn main() {}
