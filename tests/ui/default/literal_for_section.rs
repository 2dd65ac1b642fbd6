use hotconf::HotConfig;

#[derive(HotConfig)]
struct Tls {
    cert: String,
}

#[derive(HotConfig)]
struct Server {
    #[hot(default = "tls")]
    tls: Tls,
}

fn main() {}
