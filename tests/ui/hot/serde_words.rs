use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(skip, alias = "p", flatten)]
    port: u16,
}

fn main() {}
