use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(example = 8000)]
    port: u16,
}

fn main() {}
