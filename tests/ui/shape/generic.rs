use hotconf::HotConfig;

#[derive(HotConfig)]
struct Wrapper<T> {
    value: T,
}

fn main() {}
