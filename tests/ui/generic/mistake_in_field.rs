use hotconf::HotConfig;

#[derive(HotConfig)]
struct Wrapper<T> {
    #[hot(secrte)]
    value: T,
}

#[derive(HotConfig)]
struct Config {
    inner: Wrapper<u8>,
}

fn main() {
    let _ = Config::keys().inner;
}
