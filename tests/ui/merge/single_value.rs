use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "append")]
    port: u16,
}

fn main() {}
