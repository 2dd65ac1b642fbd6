use hotconf::{HotConfig, IntoValue};

#[derive(HotConfig, IntoValue)]
enum Level {
    Low,
    High,
}

fn main() {}
