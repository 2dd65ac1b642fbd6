use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    nothing: (),
}

fn main() {}
