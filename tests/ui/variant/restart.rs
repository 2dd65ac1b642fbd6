use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk {
        #[hot(restart)]
        path: String,
    },
}

fn main() {}
