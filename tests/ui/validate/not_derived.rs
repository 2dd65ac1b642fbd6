use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[validate(range(min = 1))]
    port: u16,
}

fn main() {}
