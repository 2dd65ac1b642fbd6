use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(unknown = "error")]
struct Server {
    port: u16,
}

fn main() {}
