use hotconf::HotConfig;

#[derive(HotConfig)]
struct Borrowed<'a> {
    name: &'a str,
}

fn main() {}
