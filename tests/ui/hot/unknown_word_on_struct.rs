use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(unknwon = "warn")]
struct Server {
    port: u16,
}

fn main() {}
