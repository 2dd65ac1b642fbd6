use hotconf::HotConfig;

#[derive(HotConfig)]
struct Limits {
    burst: u8,
}

#[derive(HotConfig)]
struct Server {
    #[hot(sensitive)]
    token: String,
    #[hot(required)]
    port: u16,
    #[hot(doc = "The name.")]
    name: String,
    #[hot(range(min = 1))]
    workers: u8,
    #[hot(nested)]
    limits: Limits,
}

fn main() {}
