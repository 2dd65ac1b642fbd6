use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(secrte)]
    port: u16,
}

fn main() {}
