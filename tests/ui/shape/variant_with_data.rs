use hotconf::HotConfig;

#[derive(HotConfig)]
enum Store {
    Memory,
    Disk(String),
    Remote { host: String },
}

fn main() {}
