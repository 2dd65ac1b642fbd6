use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(keys = typed::keys)]
struct Server {
    port: u16,
}

fn main() {}
