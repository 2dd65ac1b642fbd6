use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(keys = "typed_keys")]
struct Server {
    port: u16,
}

fn main() {}
