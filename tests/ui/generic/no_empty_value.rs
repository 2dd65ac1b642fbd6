use hotconf::HotConfig;

#[derive(HotConfig)]
struct Wrapper<T> {
    #[hot(default)]
    value: T,
}

#[derive(HotConfig)]
struct Config {
    inner: Wrapper<std::net::IpAddr>,
}

fn main() {}
