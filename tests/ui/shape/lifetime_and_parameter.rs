use hotconf::HotConfig;

#[derive(HotConfig)]
struct Borrowed<'a, T> {
    value: &'a T,
}

fn main() {}
