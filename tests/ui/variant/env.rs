use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk {
        #[hot(env = "DISK_PATH")]
        path: String,
    },
}

fn main() {}
