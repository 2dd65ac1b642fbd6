use hotconf::HotConfig;

#[derive(HotConfig)]
enum Backend {
    Disk {
        #[hot(default = 300)]
        sectors: u8,
    },
}

fn main() {}
