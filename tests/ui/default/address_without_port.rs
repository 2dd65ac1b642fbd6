use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = "127.0.0.1")]
    listen: std::net::SocketAddr,
}

fn main() {}
