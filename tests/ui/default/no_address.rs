use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = "localhost")]
    host: std::net::IpAddr,
}

fn main() {}
