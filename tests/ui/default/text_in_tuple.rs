use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = [1, "b"])]
    range: (u16, u16),
}

fn main() {}
