use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[serde(env = "PORT")]
    port: u16,
}

fn main() {}
