use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hotconf(default = 5)]
    port: u16,
}

fn main() {}
