use hotconf::HotConfig;

struct Foreign;

#[derive(HotConfig)]
struct Wrapper<T> {
    value: T,
}

#[derive(HotConfig)]
struct Config {
    inner: Wrapper<Foreign>,
}

fn main() {}
