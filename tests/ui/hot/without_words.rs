use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot]
    port: u16,
}

fn main() {}
