use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: *const u16,
}

fn main() {}
