use hotconf::HotConfig;

#[derive(HotConfig)]
fn port() -> u16 {
    80
}

fn main() {}
