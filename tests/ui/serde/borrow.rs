use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(borrow)]
    port: u16,
}

fn main() {}
