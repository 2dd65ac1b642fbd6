use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = [1, 2, 3, 4])]
    weights: [u8; 3],
}

fn main() {}
