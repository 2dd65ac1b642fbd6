use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Server {
    /// Where it listens.
    port: u16,
    host: Foreign,
    name: String,
}

fn main() {}
