use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    port: Prot,
}

fn main() {}
