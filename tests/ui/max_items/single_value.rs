use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(max_items = 5)]
    port: u16,
}

fn main() {}
