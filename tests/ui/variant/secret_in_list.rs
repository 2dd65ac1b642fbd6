use hotconf::HotConfig;

#[derive(HotConfig)]
enum Login {
    Password(String, #[hot(secret)] String),
}

fn main() {}
