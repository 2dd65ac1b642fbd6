use hotconf::HotConfig;

#[derive(HotConfig)]
struct Borrowed<'a, T, const N: usize> {
    name: &'a [T; N],
}

fn main() {}
