use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(merge = "append", merge = "replace")]
    ports: Vec<u16>,
}

fn main() {}
