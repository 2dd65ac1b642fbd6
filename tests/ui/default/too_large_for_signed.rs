use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 128)]
    port: i8,
}

fn main() {}
