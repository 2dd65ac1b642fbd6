use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(unknown)]
struct Server {
    port: u16,
}

fn main() {}
