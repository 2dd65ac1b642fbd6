use hotconf::HotConfig;

#[derive(HotConfig)]
#[hot(keys = typed_keys)]
enum Level {
    Low,
    High,
}

fn main() {}
