use hotconf::HotConfig;

#[derive(HotConfig)]
struct Server {
    #[hot(default = 5)]
    folder: std::path::PathBuf,
}

fn main() {}
